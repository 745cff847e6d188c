// Commands and live results over a driver that answers late, in random order and with errors, against a model:
// dispatched, cancelled, refetched, held back, closed, all in flight together. The order in which commits are announced
// says in which order the model does the same; everything that was ever seen must be the model's state at a revision.
#include <iostream>

#include "model/late_model_parts.hpp"

namespace hyperdb::test {
namespace {
class LateDriverModel : public LateTaskTest {
 protected:
  void openRound(std::uint64_t seed) {
    close();
    random_ = TestRandom(seed);
    LateOptions options;
    options.seed = seed;
    options.postponeOneIn = random_.chance(3) ? 0 : 2 + random_.below(3);
    options.finishesCommitsOnClose = random_.chance(2);
    open(options);
    states_.assign(1, {});
    watch_ = db().subscribe([this](const CommitEvent& event) { onCommit(event); });
  }

  void step() {
    switch (random_.below(12)) {
      case 0:
      case 1:
      case 2: return dispatch();
      case 3: {
        const Question question = Question::random(random_);
        asked_.push_back({question, lastRevision(), ask(question)});
      }
        return;
      case 4: return watchOrLeave();
      case 5:
        if (!watched_.empty()) randomWatched().live->refetch();
        return;
      case 6:
        if (!dispatched_.empty()) randomDispatched().completion.cancel();
        return;
      case 7:
        if (!asked_.empty()) asked_[random_.below(asked_.size())].completion.cancel();
        return;
      case 8: return disturb();
      case 9: return settle();
      default: break;
    }
    for (std::size_t i = random_.below(12); i > 0; --i) loop.runOne();
  }

  /// Everything has ended and no error is injected: now all live results are the model's.
  void settle() {
    control->setFailOneIn(0);
    control->failNth(0);
    control->letGo();
    loop.runReady();
    ASSERT_EQ(db().stats().operationsRunning, 0);
    for (Watched& each : watched_) {
      Completion<void> fresh = each.live->whenFresh();
      loop.runReady();
      ASSERT_NO_THROW(fresh.get());
      const std::string expected = each.question.answer(states_.back());
      ASSERT_EQ(textOf(*each.live->data()), expected);
      ASSERT_EQ(each.live->revision(), lastRevision());
      if (each.mirroring.isActive()) {
        ASSERT_EQ(textOf(each.mirror), expected);
      }
      if (each.subscription.isActive() && !each.told.empty()) {
        ASSERT_EQ(each.told.back(), expected);
      }
    }
    Completion<Rows<Task>> stored = selectAsync(db(), allTasks());
    loop.runReady();
    ASSERT_EQ(textOf(stored.get()), (Question{"", 1000}).answer(states_.back()));
    ASSERT_EQ(db().revision(), lastRevision());
  }

  /// Every call has ended, with what the model says or with an error that was asked for.
  void checkCalls() {
    std::size_t succeededCount = 0;
    std::size_t unannouncedCount = 0;
    for (std::size_t number = 0; number < dispatched_.size(); ++number) {
      Dispatched& each = dispatched_[number];
      ASSERT_TRUE(each.completion.isReady()) << "dispatch " << number << " never ends";
      try {
        const bool isAnnounced = each.expected != -1;
        ASSERT_EQ(each.completion.get(), isAnnounced ? each.expected : each.expectedUnannounced)
            << "dispatch " << number;
        ++(isAnnounced ? succeededCount : unannouncedCount);
      } catch (const Error& error) {
        ASSERT_TRUE(isAskedFor(error.code())) << error.what();
        ASSERT_EQ(each.expected, -1) << "dispatch " << number << " is announced and fails: " << error.what();
      } catch (const std::runtime_error&) {
        ASSERT_EQ(each.mode, Mode::putAndThrow);
      }
    }
    ASSERT_EQ(succeededCount, states_.size() - 1) << "what succeeded is what was announced";
    ASSERT_LE(unannouncedCount, 1u) << "one commit can be on its way when the database closes";
    for (Asked& each : asked_) {
      ASSERT_TRUE(each.completion.isReady()) << "a selector never ends";
      try {
        ASSERT_GE(findState(each.question, textOf(each.completion.get()), each.revision), 0)
            << "a selector saw what never was";
      } catch (const Error& error) {
        ASSERT_TRUE(isAskedFor(error.code())) << error.what();
      }
    }
  }

  /// What each subscriber was told is a sequence of states that were, none going back.
  void checkTold(const Question& question, const std::vector<std::string>& told) {
    std::int64_t revision = 0;
    for (const std::string& text : told) {
      revision = findState(question, text, revision);
      ASSERT_GE(revision, 0) << "a subscriber was told what never was, or went back: " << text;
    }
  }

  /// No callback saw a live result that was behind the database, nor was called with one.
  void checkSeen() {
    for (const Seen& each : seen_) {
      ASSERT_GE(findState(each.question, each.text, each.revision), 0)
          << "at revision " << each.revision << " a callback saw an older result: " << each.text;
    }
    looksCount_ += seen_.size();
    seen_.clear();
  }

  void endRound(bool isClosedInFlight) {
    if (isClosedInFlight) {
      db().close();
      const std::size_t revisions = states_.size();
      std::size_t toldCount = 0;
      for (const Watched& each : watched_) toldCount += each.told.size();
      control->letGo();
      loop.runReady();
      EXPECT_EQ(states_.size(), revisions) << "a commit was announced after the close";
      for (const Watched& each : watched_) toldCount -= each.told.size();
      EXPECT_EQ(toldCount, 0u) << "somebody was called after the close";
      // One action may have been committed and never announced.
      for (Dispatched& each : dispatched_) {
        if (each.expected != -1 || each.mode == Mode::putAndThrow) continue;
        unannounced_.push_back(applied(each, states_.back()));
        each.expectedUnannounced = countOf(each.project, unannounced_.back());
      }
    } else {
      settle();
    }
    checkCalls();
    checkSeen();
    for (const Watched& each : watched_) toldLists_.emplace_back(each.question, each.told);
    for (const auto& [question, told] : toldLists_) checkTold(question, told);
    commitsCount_ += states_.size() - 1;
    dispatchesCount_ += dispatched_.size();
    selectsCount_ += asked_.size();
    watched_.clear();
    dispatched_.clear();
    asked_.clear();
    toldLists_.clear();
    unannounced_.clear();
    watch_.cancel();
  }

  std::size_t commitsCount_ = 0;
  std::size_t dispatchesCount_ = 0;
  std::size_t selectsCount_ = 0;
  std::size_t looksCount_ = 0;
  TestRandom random_;

 private:
  static bool isAskedFor(ErrorCode code) {
    return code == ErrorCode::cancelled || code == ErrorCode::driverFailure || code == ErrorCode::closed;
  }
  std::int64_t lastRevision() const { return static_cast<std::int64_t>(states_.size()) - 1; }
  Watched& randomWatched() { return watched_[random_.below(watched_.size())]; }
  Dispatched& randomDispatched() {
    // One of the last: the others have ended.
    return dispatched_[dispatched_.size() - 1 - random_.below(std::min<std::size_t>(dispatched_.size(), 6))];
  }
  Completion<Rows<Task>> ask(const Question& question) {
    return question.project.empty() ? selectAsync(db(), firstTasks(question.limit))
                                    : selectAsync(db(), projectTasks(question.project));
  }
  std::int64_t findState(const Question& question, const std::string& text, std::int64_t from) const {
    for (std::size_t i = static_cast<std::size_t>(from); i < states_.size(); ++i) {
      if (question.answer(states_[i]) == text) return static_cast<std::int64_t>(i);
    }
    for (const Model& model : unannounced_) {
      if (question.answer(model) == text) return static_cast<std::int64_t>(states_.size());
    }
    return -1;
  }

  void dispatch() {
    const std::string id = "t" + std::to_string(random_.below(10));
    const std::string project = "p" + std::to_string(random_.below(3));
    const double rank = static_cast<double>(random_.below(20));
    const Mode mode = static_cast<Mode>(random_.below(4));
    const int number = static_cast<int>(dispatched_.size());
    dispatched_.push_back(
        {id, project, rank, mode, asyncDispatch(db(), change(number, id, project, rank, static_cast<int>(mode)))});
  }

  static int countOf(const std::string& project, const Model& model) {
    return static_cast<int>(
        std::count_if(model.begin(), model.end(), [&](const auto& row) { return row.second.projectId == project; }));
  }
  static Model applied(const Dispatched& each, Model model) {
    if (each.mode == Mode::remove) {
      model.erase(each.id);
    } else {
      const double rank = each.mode == Mode::putLast ? 100 + countOf(each.project, model) : each.rank;
      model[each.id] = makeTask(each.id, each.project, rank);
    }
    return model;
  }

  void onCommit(const CommitEvent& event) {
    lookAround();
    ASSERT_EQ(event.revision, lastRevision() + 1);
    ASSERT_EQ(event.ops[0].table->name(), "log");
    Dispatched& each = dispatched_.at(static_cast<std::size_t>(std::stoi(std::string(event.ops[0].rowId()).substr(1))));
    ASSERT_EQ(each.expected, -1) << "one action is announced twice";
    ASSERT_NE(each.mode, Mode::putAndThrow);
    states_.push_back(applied(each, states_.back()));
    each.expected = countOf(each.project, states_.back());
  }

  void watchOrLeave() {
    if (watched_.size() < 5 && random_.chance(2)) {
      Watched made{Question::random(random_), nullptr};
      made.live = std::make_unique<AsyncSelector<Rows<Task>>>(
          made.question.project.empty() ? asyncSelector(db(), firstTasks(made.question.limit))
                                        : asyncSelector(db(), projectTasks(made.question.project)));
      watched_.push_back(std::move(made));
      return;
    }
    if (watched_.empty()) return;
    const std::size_t number = random_.below(watched_.size());
    Watched& each = watched_[number];
    if (random_.chance(3)) {
      toldLists_.emplace_back(each.question, std::move(each.told));
      watched_.erase(watched_.begin() + static_cast<std::ptrdiff_t>(number));
    } else if (random_.chance(2)) {
      toggleCallback(each);
    } else {
      toggleMirror(each);
    }
  }

  /// What a callback sees. Commits that overtake four runs of one result in a row end the promise that it is fresh.
  void lookAround() {
    bool isPromised = true;
    for (Watched& each : watched_) {
      const std::uint64_t runsCount = each.live->runsCount();
      if (each.hasSubscribers() && runsCount >= each.runsAtLastCall + 4) isPromised = false;
      each.runsAtLastCall = runsCount;
    }
    for (const Watched& each : watched_) {
      if (isPromised && each.hasSubscribers()) note(each, each.live->data().get());
    }
  }
  void note(const Watched& each, const Rows<Task>* rows) {
    if (each.live->status() != SelectorStatus::ready) return;
    seen_.push_back({each.question, textOf(*rows), db().revision()});
  }

  // Callbacks find their list through the live result, which stays where it is.
  Watched* findWatched(const AsyncSelector<Rows<Task>>* live) {
    for (Watched& each : watched_) {
      if (each.live.get() == live) return &each;
    }
    return nullptr;
  }
  void toggleCallback(Watched& each) {
    // Judged at the end: what is told may be ahead of what is announced.
    toldLists_.emplace_back(each.question, std::exchange(each.told, {}));
    if (each.subscription.isActive()) return each.subscription.cancel();
    each.subscription = each.live->subscribe([this, live = each.live.get()](const Rows<Task>& rows) {
      lookAround();
      Watched* const found = findWatched(live);
      if (found == nullptr) return;
      found->told.push_back(textOf(rows));
      EXPECT_EQ(&rows, live->data().get()) << "called with a result that is not the last one";
    });
  }
  void toggleMirror(Watched& each) {
    if (each.mirroring.isActive()) return each.mirroring.cancel();
    each.mirror = each.live->data() ? each.live->data()->toVector() : std::vector<Task>();
    each.mirroring = each.live->subscribe([this, live = each.live.get()](const Changes<Task>& changes) {
      if (Watched* const found = findWatched(live)) apply(found->mirror, changes);
    });
  }

  void disturb() {
    switch (random_.below(5)) {
      case 0: return control->setFailOneIn(random_.chance(2) ? 0 : 12);
      case 1: return control->failNth(1 + random_.below(5));
      case 2: {
        // After it took effect; the database can't know that of a commit.
        const LateKind kinds[] = {LateKind::begin, LateKind::scan, LateKind::insert, LateKind::upsert,
                                  LateKind::remove};
        return control->failNext(kinds[random_.below(std::size(kinds))], FailurePoint::afterEffect);
      }
      case 3: return control->holdBack(static_cast<LateKind>(1 + random_.below(6)));
      default: return control->letGo();
    }
  }

  Subscription watch_;
  std::vector<Model> states_;  // by revision
  std::vector<Dispatched> dispatched_;
  std::vector<Asked> asked_;
  std::vector<Watched> watched_;
  std::vector<std::pair<Question, std::vector<std::string>>> toldLists_;
  std::vector<Model> unannounced_;
  std::vector<Seen> seen_;
};

TEST_F(LateDriverModel, WhateverIsInFlightEndsAsTheModelSays) {
  std::cout << "HYPERDB_TEST_SEED=" << testSeed() << "\n";
  const int roundsCount = testRounds(150);
  for (int round = 0; round < roundsCount; ++round) {
    const std::uint64_t seed = testSeed() + static_cast<std::uint64_t>(round);
    SCOPED_TRACE("HYPERDB_TEST_SEED=" + std::to_string(seed));
    openRound(seed);
    for (std::size_t i = 20 + random_.below(100); i > 0; --i) step();
    endRound(random_.chance(3));
    if (HasFatalFailure() || HasNonfatalFailure()) return;
  }
  std::cout << dispatchesCount_ << " dispatches, " << commitsCount_ << " commits, " << selectsCount_ << " selects, "
            << looksCount_ << " results seen by callbacks\n";
  EXPECT_GT(commitsCount_, static_cast<std::size_t>(roundsCount));
}

}  // namespace
}  // namespace hyperdb::test
