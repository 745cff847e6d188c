// What callbacks see of the live results while runs are on their way: over a driver that answers late.
#include "support/task_db.hpp"

namespace hyperdb::test {
namespace {

class FreshCallbacksTest : public LateTaskTest {
 protected:
  FreshCallbacksTest() {
    LateOptions options;
    options.postponeOneIn = 0;
    close();
    open(options);
  }
  void holdScansOf(std::string index) {
    control->holdBack([index = std::move(index)](const LateOperation& operation) {
      return operation.kind == LateKind::scan && operation.index == index;
    });
  }
  /// Lets the run that is on its way end; the next one goes as far as to its scan.
  void finishRun(const AsyncSelector<Rows<Task>>& live, const std::string& index) {
    const std::uint64_t runsCount = live.runsCount();
    control->letGo();
    while (live.runsCount() == runsCount && loop.runOne()) {
    }
    holdScansOf(index);
    loop.runReady();
  }
  static std::string ranksOf(const AsyncSelector<Rows<Task>>& live) {
    std::string text;
    if (live.data() == nullptr) return "none ";
    for (const Task& task : *live.data()) text += std::to_string(static_cast<int>(task.rank)) + " ";
    return text;
  }
};

TEST_F(FreshCallbacksTest, NoCallbackIsCalledBeforeAllTouchedResultsAreUpToDate) {
  put("t1", "p1", 1);
  auto byOneIndex = asyncSelector(db(), projectTasks("p1"));
  auto byAnother = asyncSelector(db(), allTasks());
  std::string seen;
  const auto look = [&](const char* caller) {
    seen += std::string(caller) + ": " + ranksOf(byOneIndex) + ranksOf(byAnother) + "| ";
  };
  const Subscription first = byOneIndex.subscribe([&] { look("first"); });
  const Subscription second = byAnother.subscribe([&] { look("second"); });
  const Subscription commits = db().subscribe([&](const CommitEvent&) { look("commit"); });
  loop.runReady();
  seen.clear();
  for (const std::string slowIndex : {"byRank", "byProject"}) {
    seen.clear();
    holdScansOf(slowIndex);
    put("t1", "p1", slowIndex == "byRank" ? 2 : 3);
    EXPECT_EQ(seen, "") << "the scan of " << slowIndex << " has not ended";
    control->letGo();
    loop.runReady();
    const std::string ranks = slowIndex == "byRank" ? "2 2 " : "3 3 ";
    EXPECT_EQ(seen.substr(0, seen.find("| ")), "commit: " + ranks) << "commit subscribers come first";
    EXPECT_NE(seen.find("first: " + ranks), std::string::npos) << seen;
    EXPECT_NE(seen.find("second: " + ranks), std::string::npos) << seen;
  }
}

TEST_F(FreshCallbacksTest, AResultThatACommitHasOvertakenIsNotAnnounced) {
  put("t1", "p1", 1);
  auto live = asyncSelector(db(), allTasks());
  std::string told;
  const Subscription subscription = live.subscribe([&] { told += ranksOf(live) + "| "; });
  holdScansOf("byRank");
  loop.runReady();
  put("t1", "p1", 2);
  control->letGo();
  loop.runReady();
  EXPECT_EQ(told, "2 | ") << "the first run read 1";
  EXPECT_EQ(live.runsCount(), 2u);
}

TEST_F(FreshCallbacksTest, AResultThatWaitsToBeAnnouncedGivesWayToALaterOne) {
  put("t1", "p1", 1);
  auto quick = asyncSelector(db(), projectTasks("p1"));
  auto slow = asyncSelector(db(), allTasks());
  std::string told;
  const Subscription toQuick = quick.subscribe([&](const Rows<Task>& rows) {
    for (const Task& task : rows) told += std::to_string(static_cast<int>(task.rank)) + " ";
  });
  const Subscription toSlow = slow.subscribe([] {});
  loop.runReady();
  told.clear();
  holdScansOf("byRank");
  put("t1", "p1", 2);
  put("t1", "p1", 3);
  EXPECT_EQ(told, "");
  control->letGo();
  loop.runReady();
  EXPECT_EQ(told, "3 ");

  holdScansOf("byRank");
  put("t1", "p1", 2);
  put("t1", "p1", 3);
  control->letGo();
  loop.runReady();
  EXPECT_EQ(told, "3 ") << "it is again what was told before";
}

TEST_F(FreshCallbacksTest, CommitsThatKeepComingDoNotHoldCallbacksForEver) {
  put("t1", "p1", 1);
  auto live = asyncSelector(db(), allTasks());
  int toldCount = 0;
  int commitsToldCount = 0;
  const Subscription subscription = live.subscribe([&] { ++toldCount; });
  const Subscription commits = db().subscribe([&](const CommitEvent&) { ++commitsToldCount; });
  loop.runReady();
  toldCount = 0;
  holdScansOf("byRank");
  put("t1", "p1", 2);
  for (int overtaken = 1; overtaken <= 4; ++overtaken) {
    EXPECT_EQ(toldCount, 0);
    EXPECT_EQ(commitsToldCount, 0);
    put("t1", "p1", 10 + overtaken);
    finishRun(live, "byRank");
  }
  EXPECT_EQ(toldCount, 1) << "four runs in a row were overtaken";
  EXPECT_EQ(commitsToldCount, 5);
  EXPECT_TRUE(live.isFetching());
  control->letGo();
  loop.runReady();
  EXPECT_EQ(toldCount, 2);
  EXPECT_EQ(ranksOf(live), "14 ");
}

TEST_F(FreshCallbacksTest, ARunThatFailsHoldsCallbacksNoLonger) {
  put("t1", "p1", 1);
  auto live = asyncSelector(db(), allTasks());
  const Subscription subscription = live.subscribe([] {});
  loop.runReady();
  int commitsToldCount = 0;
  const Subscription commits = db().subscribe([&](const CommitEvent&) {
    EXPECT_EQ(live.status(), SelectorStatus::failed);
    ++commitsToldCount;
  });
  control->failNext(LateKind::scan);
  put("t1", "p1", 2);
  EXPECT_EQ(commitsToldCount, 1);
}

TEST_F(FreshCallbacksTest, ARunWhoseLastSubscriberLeavesHoldsCallbacksNoLonger) {
  put("t1", "p1", 1);
  auto live = asyncSelector(db(), allTasks());
  Subscription subscription = live.subscribe([] {});
  loop.runReady();
  int commitsToldCount = 0;
  const Subscription commits = db().subscribe([&](const CommitEvent&) { ++commitsToldCount; });
  holdScansOf("byRank");
  put("t1", "p1", 2);
  EXPECT_EQ(commitsToldCount, 0);
  subscription.cancel();
  EXPECT_EQ(commitsToldCount, 0) << "never from inside of that";
  loop.runReady();
  EXPECT_EQ(commitsToldCount, 1);
  control->letGo();
}

TEST_F(FreshCallbacksTest, ASubscriberToAnOutdatedResultHoldsCallbacksUntilItIsUpToDate) {
  put("t1", "p1", 1);
  auto live = asyncSelector(db(), allTasks());
  wait(live.whenFresh());
  put("t1", "p1", 2);
  holdScansOf("byRank");
  const Subscription subscription = live.subscribe([] {});
  int commitsToldCount = 0;
  const Subscription commits = db().subscribe([&](const CommitEvent&) {
    EXPECT_EQ(ranksOf(live), "2 9 ");
    ++commitsToldCount;
  });
  put("t2", "p2", 9);
  control->letGo();
  loop.runReady();
  EXPECT_EQ(commitsToldCount, 1);
}

TEST_F(FreshCallbacksTest, AFirstRunHoldsNoCallbacks) {
  int commitsToldCount = 0;
  const Subscription commits = db().subscribe([&](const CommitEvent&) { ++commitsToldCount; });
  auto live = asyncSelector(db(), allTasks());
  const Subscription subscription = live.subscribe([] {});
  holdScansOf("byRank");
  put("t1", "p1", 1);
  EXPECT_EQ(live.status(), SelectorStatus::pending);
  EXPECT_EQ(commitsToldCount, 1);
  control->letGo();
}

TEST_F(FreshCallbacksTest, ClosingWhileCallbacksAreHeldCallsNobody) {
  put("t1", "p1", 1);
  auto live = asyncSelector(db(), allTasks());
  int toldCount = 0;
  const Subscription subscription = live.subscribe([&] { ++toldCount; });
  loop.runReady();
  const Subscription commits = db().subscribe([&](const CommitEvent&) { ++toldCount; });
  toldCount = 0;
  holdScansOf("byRank");
  put("t1", "p1", 2);
  db().close();
  control->letGo();
  loop.runReady();
  EXPECT_EQ(toldCount, 0);
}

}  // namespace
}  // namespace hyperdb::test
