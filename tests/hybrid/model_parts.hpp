// What the random programs over drivers of two tiers are made of.
#pragma once

#include <deque>
#include <optional>
#include <set>

#include "hybrid/disk.hpp"
#include "hybrid/hybrid_fixture.hpp"
#include "hybrid/naive_tasks.hpp"

namespace hyperdb::test {

/// Stands in for the database.
struct Host final : DriverHost {
  explicit Host(Executor& executor) : loop(executor) {}
  Executor& executor() const noexcept override { return loop; }
  void onExternalCommit(Ops) noexcept override {}
  void onUnknownChange() noexcept override {}
  Executor& loop;
};

inline RowRef rowOf(const Task& task) { return RowRef(new RowBox<Task>(tasksTable.def().rowType(), task)); }

/// An open transaction and what it must see.
struct Open {
  std::unique_ptr<DriverTransaction> transaction;
  NaiveTasks expected;
  TaskQuestion question{};
  ScanPlan plan{};
  std::optional<Completion<ScanResult>> scanning{};
  std::set<std::string> written{};  ///< the ids that a writer has changed
  std::vector<NaiveTasks> newer{};  ///< states that a reader may see as well, since it had read nothing before
  bool hasRead = false;
  bool mayBeLost = false;  ///< it has read, and another process has written since
  bool isLost = false;

  void changedOutside(const NaiveTasks& committed) {
    if (hasRead) mayBeLost = true;
    if (!hasRead) newer.push_back(committed);
  }
  /// "" if all that it has read, this too, is of one state; else the answer, and what it should be.
  std::string wrongAnswer(const std::string& answer) {
    hasRead = true;
    newer.push_back(expected);
    std::erase_if(newer, [&](const NaiveTasks& state) { return question.answer(state) != answer; });
    if (newer.empty()) return answer + "\ninstead of\n" + question.answer(expected);
    expected = std::move(newer.back());
    newer.pop_back();
    return "";
  }
  /// Whether the error says that it has lost its snapshot, as it may have.
  bool hasLost(const Error& error) {
    const bool says = mayBeLost && error.code() == ErrorCode::snapshotLost;
    isLost = isLost || says;
    return says;
  }
};

/// What the writer has asked for.
struct Write {
  OpType type = OpType::insert;
  std::vector<Task> tasks{};
  std::vector<RowRef> rows{};
  std::vector<std::string> ids{};
  std::optional<Completion<Ops>> pending{};
};

inline Task randomTask(TestRandom& random) {
  Task task = makeTask("t" + std::to_string(random.below(14)), "p" + std::to_string(random.below(3)),
                       static_cast<double>(random.below(20)));
  if (random.chance(4)) task.note = "n" + std::to_string(random.below(14));
  if (random.chance(5)) task.seat = "s" + std::to_string(random.below(4));
  return task;
}

/// Lets something fail, or come late. `control`: null if the primary answers at once.
inline void disturb(TestRandom& random, Disk& disk, LateControl* control) {
  const auto point = random.chance(2) ? FailurePoint::beforeEffect : FailurePoint::afterEffect;
  if (control != nullptr) {
    if (random.chance(3)) return control->letGo();
    if (random.chance(3)) return control->holdBack(static_cast<LateKind>(1 + random.below(6)));
    return control->failNth(1 + random.below(4), point);
  }
  if (random.chance(2)) {
    disk.failsReads = !disk.failsReads;
  } else {
    disk.commitsToFail = static_cast<int>(random.below(3));
    disk.failsAfterEffect = point == FailurePoint::afterEffect;
  }
}
inline void stopFailing(Disk& disk, LateControl* control) {
  disk.failsReads = false;
  disk.commitsToFail = 0;
  if (control == nullptr) return;
  control->failNth(0);
  control->letGo();
}

/// What another process writes: first the deletions.
struct OutsideWrite {
  std::vector<Task> tasks{};
  std::vector<std::string> removed{};

  /// One that nothing speaks against: each id once, and no unique value twice in what `known` becomes.
  static OutsideWrite random(TestRandom& random, const NaiveTasks& known, bool mayHaveUnique) {
    OutsideWrite write;
    std::set<std::string> ids;
    for (int i = 0; i < 2; ++i) {
      Task task = randomTask(random);
      if (!mayHaveUnique) {
        task.note.reset();
        task.seat.reset();
      }
      const std::string gone = "t" + std::to_string(random.below(14));
      if (known.count(gone) == 0 || gone == task.id || ids.count(gone) + ids.count(task.id) > 0) continue;
      OutsideWrite more = write;
      more.tasks.push_back(task);
      more.removed.push_back(gone);
      NaiveTasks changed = known;
      for (const std::string& id : more.removed) changed.erase(id);
      if (writeNaively(changed, more.tasks, false)) continue;
      ids.insert({gone, task.id});
      write = std::move(more);
    }
    return write;
  }

  /// What memory then knows: what it has not flushed yet is newer.
  void applyTo(NaiveTasks& known, const std::set<std::string>& unflushed) const {
    for (const std::string& id : removed) {
      if (unflushed.count(id) == 0) known.erase(id);
    }
    for (const Task& task : tasks) {
      if (unflushed.count(task.id) == 0) known[task.id] = task;
    }
  }
};

/// The ids in the commits that wait to be flushed.
class UnflushedIds {
 public:
  void committed(std::set<std::string> written) {
    if (!written.empty()) commits_.push_back(std::move(written));
  }
  /// Those that are left when so many commits are.
  std::set<std::string> left(std::size_t commitsCount) {
    while (commits_.size() > commitsCount) commits_.pop_front();
    std::set<std::string> ids;
    for (const std::set<std::string>& each : commits_) ids.insert(each.begin(), each.end());
    return ids;
  }
  void clear() { commits_.clear(); }

 private:
  std::deque<std::set<std::string>> commits_;
};

/// Takes changes that are on the disk over, as an action with externalStorageMergeTrait does, or gives up in the
/// middle. REQUIRES: nothing is flushed meanwhile.
inline void mergeAll(Driver& driver, RunLoop& loop, const OutsideWrite& write, bool givesUp) {
  std::vector<RowRef> rows;
  for (const Task& task : write.tasks) rows.push_back(rowOf(task));
  const auto transaction = driver.begin(TransactionMode::externalMerge).get();
  try {
    Completion<Ops> removed = transaction->deleteRows(tasksTable.def(), write.removed);
    loop.runReady();
    removed.get();
    if (givesUp) return;
    Completion<Ops> written = transaction->insert(tasksTable.def(), rows);
    loop.runReady();
    written.get();
    transaction->commit().get();
  } catch (const Error& error) {
    ASSERT_EQ(error.code(), ErrorCode::driverFailure) << error.what();  // the primary was asked, and failed
  }
}

}  // namespace hyperdb::test
