// Four threads read snapshots while the home thread commits. What a snapshot shows is the model's state at one
// revision, in every index; what was read stays as it was; and anything may be dropped by any thread.
#include <gtest/gtest.h>

#include <atomic>
#include <iostream>
#include <thread>

#include "concurrency/published_model.hpp"
#include "support/test_duration.hpp"

namespace hyperdb::test {
namespace {

std::vector<Task> batchToWrite;
std::vector<std::string> idsToRemove;
bool shouldThrow = false;
/// Writes the batch in one transaction, the stamp with it.
const auto commitBatch = action("commitBatch", {"revision"}, [](double revision) -> Action<> {
  co_await deleteRows(tasksTable, idsToRemove);
  co_await upsert(tasksTable, batchToWrite);
  Task stamp = makeTask(stampId, stampProject, revision);
  co_await upsert(tasksTable, stamp);
  if (shouldThrow) throw 1;
});

/// Things that one thread has read, for another one to drop.
class Mailbox {
 public:
  struct Parcel {
    Snapshot snapshot;
    Rows<Task> rows;
    RowPtr<Task> row;
  };
  /// Leaves a parcel and takes one, perhaps another thread's, which the caller drops.
  std::optional<Parcel> exchange(TestRandom& random, Parcel parcel) {
    const std::lock_guard lock(mutex_);
    parcels_.push_back(std::move(parcel));
    if (parcels_.size() < 20) return std::nullopt;
    std::swap(parcels_[random.below(parcels_.size())], parcels_.back());
    std::optional<Parcel> taken(std::move(parcels_.back()));
    parcels_.pop_back();
    return taken;
  }

 private:
  std::mutex mutex_;
  std::vector<Parcel> parcels_;
};

/// What a reader has found out; read when its thread has ended.
struct ReaderReport {
  std::uint64_t snapshotsCount = 0;
  std::uint64_t checksCount = 0;
  std::uint64_t tooLateCount = 0;  ///< the model was gone already
  std::string failure{};
};

class Reader {
 public:
  Reader(std::uint64_t seed, const DB& db, const PublishedModels& models, const std::atomic<std::int64_t>& committed,
         Mailbox& mailbox)
      : random_(seed), db_(db), models_(models), committed_(committed), mailbox_(mailbox) {}

  void runUntil(const std::atomic<bool>& isDone) {
    while (!isDone && report.failure.empty()) readOnce();
  }

  ReaderReport report;

 private:
  struct Kept {
    Snapshot snapshot;
    Rows<Task> rows;
    TwofoldQuery query;
    std::vector<Task> expected;
  };

  void readOnce() {
    const std::int64_t committedBefore = committed_;
    const Snapshot snapshot = db_.snapshot();
    ++report.snapshotsCount;
    const RowPtr<Task> stamp = snapshot.read(selectFrom(tasksTable, byId).where(eq<&Task::id>(stampId)).first());
    const std::int64_t revision = stamp ? static_cast<std::int64_t>(stamp->rank) : 0;
    if (revision < lastRevision_) return fail("a revision went back", revision);
    if (revision < committedBefore) return fail("a commit that had ended is not in the snapshot", revision);
    lastRevision_ = revision;
    const std::shared_ptr<const TaskModel> model = models_.find(revision);
    if (!model) {
      ++report.tooLateCount;
      return;
    }
    for (int i = 0; i < 6; ++i) {
      const TwofoldQuery query = randomTwofold(random_);
      Rows<Task> rows = query.read(snapshot);
      std::vector<Task> expected = query.expected(*model);
      if (!check(rows, expected)) return fail(query.name, revision);
      if (random_.chance(10)) keep(Kept{snapshot, rows, query, std::move(expected)}, revision);
      if (random_.chance(4)) {
        const RowPtr<Task> one = rows.empty() ? RowPtr<Task>() : rows.ptr(random_.below(rows.size()));
        const auto dropped = mailbox_.exchange(random_, {snapshot, std::move(rows), one});
      }
    }
  }

  /// Commits have come meanwhile; what was read before is looked at again, in the rows and in the snapshot.
  void keep(Kept kept, std::int64_t revision) {
    if (kept_.size() < 12) return kept_.push_back(std::move(kept));
    Kept& old = kept_[random_.below(kept_.size())];
    if (!check(old.rows, old.expected)) return fail("kept rows changed: " + old.query.name, revision);
    if (!check(old.query.read(old.snapshot), old.expected))
      return fail("a snapshot changed: " + old.query.name, revision);
    old = std::move(kept);
  }

  bool check(const Rows<Task>& rows, const std::vector<Task>& expected) {
    ++report.checksCount;
    return rows.toVector() == expected;
  }
  void fail(const std::string& what, std::int64_t revision) {
    report.failure = what + ", at revision " + std::to_string(revision);
  }

  TestRandom random_;
  DB db_;
  const PublishedModels& models_;
  const std::atomic<std::int64_t>& committed_;
  Mailbox& mailbox_;
  std::int64_t lastRevision_ = 0;
  std::vector<Kept> kept_;
};

class SnapshotReaders : public TaskTest {
 protected:
  /// One random commit, or one that fails. The model is published before the commit is in effect.
  void commitOnce(TestRandom& random) {
    TaskModel next = model_;
    batchToWrite.clear();
    idsToRemove.clear();
    shouldThrow = random.chance(10);
    const std::int64_t revision = db().revision() + 1;
    for (std::size_t i = random.below(4); i > 0; --i) {
      idsToRemove.push_back("t" + std::to_string(random.below(80)));
      next.erase(idsToRemove.back());
    }
    for (std::size_t i = 1 + random.below(4); i > 0; --i) {
      Task task = makeTask("t" + std::to_string(random.below(80)), "p" + std::to_string(random.below(4)),
                           static_cast<double>(random.below(20)));
      task.title = "title " + std::to_string(static_cast<int>(task.rank));
      const std::string note = "note " + std::to_string(random.below(40));
      const auto hasNote = [&](const auto& each) { return each.first != task.id && each.second.note == note; };
      if (random.chance(2) && std::none_of(next.begin(), next.end(), hasNote)) task.note = note;
      const auto isSame = [&](const Task& each) { return each.id == task.id; };
      if (std::any_of(batchToWrite.begin(), batchToWrite.end(), isSame)) continue;
      next[task.id] = task;
      batchToWrite.push_back(std::move(task));
    }
    next[stampId] = makeTask(stampId, stampProject, static_cast<double>(revision));
    models_.publish(revision, std::make_shared<const TaskModel>(next));
    try {
      syncDispatch(db(), commitBatch(static_cast<double>(revision)));
      model_ = std::move(next);
      committed_ = revision;
    } catch (int) {
      EXPECT_TRUE(shouldThrow);  // the revision is given to the next one, whose model replaces this one
    }
  }

  TaskModel model_;
  PublishedModels models_;
  std::atomic<std::int64_t> committed_{0};
};

TEST_F(SnapshotReaders, SeeTheModelsStateAtOneRevisionWhileTheWriterGoesOn) {
  std::cout << "HYPERDB_TEST_SEED=" << testSeed() << "\n";
  constexpr std::size_t readersCount = 4;
  models_.publish(0, std::make_shared<const TaskModel>());
  std::atomic<bool> isDone{false};
  Mailbox mailbox;
  std::vector<ReaderReport> reports(readersCount);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < readersCount; ++i) {
    threads.emplace_back([&, i] {
      Reader reader(testSeed() + i, db(), models_, committed_, mailbox);
      reader.runUntil(isDone);
      reports[i] = reader.report;
    });
  }
  const Deadline deadline(testDuration(1, 60));
  TestRandom random(testSeed() + readersCount);
  const auto live = cachedSelector(db(), allTasks());
  while (!deadline.isOver()) {
    commitOnce(random);
    if (random.chance(5)) {  // the home thread's results are dropped elsewhere too
      const Rows<Task> rows = live.snapshot();
      const auto dropped = mailbox.exchange(random, {db().snapshot(), rows, rows.ptr(0)});
    }
  }
  isDone = true;
  for (std::thread& thread : threads) thread.join();
  ReaderReport sum;
  for (const ReaderReport& report : reports) {
    EXPECT_EQ(report.failure, "");
    EXPECT_GT(report.checksCount, 0u);
    sum.snapshotsCount += report.snapshotsCount;
    sum.checksCount += report.checksCount;
    sum.tooLateCount += report.tooLateCount;
  }
  EXPECT_LT(sum.tooLateCount, sum.snapshotsCount / 2) << "most snapshots are compared";
  std::cout << db().revision() << " commits, " << sum.snapshotsCount << " snapshots, " << sum.checksCount << " checks, "
            << sum.tooLateCount << " models gone\n";
}

}  // namespace
}  // namespace hyperdb::test
