// Random programs: live results over both write-behind caches, while another process commits to the primary and the
// report of its commits comes late. Whatever was read, written, flushed or evicted before the report: when all is
// reported, each live result is what a query of the disk gives.
#include <array>
#include <iostream>

#include "hybrid/hybrid_fixture.hpp"
#include "hybrid/naive_tasks.hpp"

namespace hyperdb::test {
namespace {

constexpr std::size_t idsCount = 5;

std::function<void()> duringAction;  ///< what happens between the writes of an action, and may change the disk

const auto ask =
    selector("ask", {"kind", "number", "limit"}, [](int kind, int number, int limit) -> Selector<Rows<Task>> {
      const std::string text = std::to_string(number);
      if (kind == 0) co_return co_await selectFrom(tasksTable, byId).where(eq<&Task::id>("t" + text));
      if (kind == 1) {
        co_return co_await selectFrom(tasksTable, byProject).where(eq<&Task::projectId>("p" + text));
      }
      if (kind == 2) co_return co_await selectFrom(tasksTable, byTitle).where(eq<&Task::title>(text));
      if (kind == 3) {
        co_return co_await selectFrom(tasksTable, byRank).where(gte<&Task::rank>(number)).limit(limit);
      }
      if (kind == 4) co_return co_await selectFrom(tasksTable, byNote).where(eq<&Task::note>(text));
      co_return co_await selectFrom(tasksTable, bySeat)
          .where(in<&Task::projectId>({"p0", "p1"}), eq<&Task::seat>(text));
    });
constexpr int kindsCount = 6;

/// The same as `ask` on rows that are all known.
std::string answerOf(const NaiveTasks& tasks, int kind, int number, int limit) {
  const std::string text = std::to_string(number);
  std::vector<Task> rows;
  for (const auto& [id, task] : tasks) {
    const std::array<bool, kindsCount> accepts{id == "t" + text,   task.projectId == "p" + text,
                                               task.title == text, task.rank >= number,
                                               task.note == text,  task.seat == text};
    if (accepts[static_cast<std::size_t>(kind)]) rows.push_back(task);
  }
  std::sort(rows.begin(), rows.end(),
            [](const Task& a, const Task& b) { return a.rank != b.rank ? a.rank < b.rank : a.id < b.id; });
  if (kind == 3 && rows.size() > static_cast<std::size_t>(limit)) rows.resize(static_cast<std::size_t>(limit));
  std::sort(rows.begin(), rows.end(), [](const Task& a, const Task& b) { return a.id < b.id; });
  return describeTasks(rows);
}
std::string sorted(const Rows<Task>& rows) {
  NaiveTasks tasks;
  for (const Task& task : rows) tasks[task.id] = task;
  return describeTasks(tasks);
}

/// One write of an action: a row, or the id of one that is deleted.
struct Change {
  Task task;
  bool isDeletion = false;
};
std::vector<Change> changesOfAction;

const auto change = action("change", {}, []() -> Action<> {
  const std::vector<Change> changes = changesOfAction;
  for (const Change& each : changes) {
    if (each.isDeletion) {
      co_await deleteRows(tasksTable, each.task.id);
    } else {
      co_await upsert(tasksTable, each.task);
    }
    if (duringAction) duringAction();
  }
});

template <class Hybrid>
class LiveModel : public DiskTest<Hybrid> {
 protected:
  void run(std::uint64_t seed) {
    random_ = TestRandom(seed);
    this->disk->givesKeys = random_.chance(2);
    HybridOptions options;
    if (random_.chance(2)) options.memoryRowsMax = 1 + random_.below(4);
    this->open(options);
    this->disk->reportsBeforeFlush = [this] { report(); };
    for (int i = 0; i < 60 && !this->HasFatalFailure(); ++i) step();
    if (!this->HasFatalFailure()) settle();
    evictedCount_ += this->hybrid().hybridCounters().rowsEvicted;
    lives_.clear();
    unreported_.clear();
    this->disk->reportsBeforeFlush = nullptr;
    this->TearDown();
    this->disk = std::make_shared<Disk>();
  }
  std::size_t comparedCount_ = 0;
  std::size_t mergedCount_ = 0;
  std::size_t reportedCount_ = 0;
  std::uint64_t evictedCount_ = 0;

 private:
  struct Live {
    int kind;
    int number;
    int limit;
    CachedSelector<Rows<Task>> selector;
    std::optional<Subscription> subscription;
  };

  void step() {
    switch (random_.below(10)) {
      case 0:
      case 1: return addLive();
      case 2:
      case 3: return readCold();
      case 4:
      case 5: return writeOutside();
      case 6: return act();
      case 7: return random_.chance(2) ? merge() : report();
      case 8:
        this->loop.runReady();  // flushes
        return;
      default: settle();
    }
  }
  int randomNumber(int kind) { return static_cast<int>(random_.below(kind == 1 ? 2 : idsCount)); }
  void addLive() {
    if (lives_.size() == 8) lives_.erase(lives_.begin());
    const int kind = static_cast<int>(random_.below(kindsCount));
    const int number = randomNumber(kind);
    const int limit = 1 + static_cast<int>(random_.below(3));
    lives_.push_back({kind, number, limit, cachedSelector(this->db(), ask(kind, number, limit)), std::nullopt});
    if (random_.chance(4)) return;
    try {
      lives_.back().subscription = lives_.back().selector.subscribe([] {});
    } catch (const Error& error) {
      ASSERT_EQ(error.code(), ErrorCode::driverFailure) << error.what();  // as in readCold
      lives_.pop_back();
    }
  }
  void readCold() {
    const int kind = static_cast<int>(random_.below(kindsCount));
    try {
      select(this->db(), ask(kind, randomNumber(kind), 1 + static_cast<int>(random_.below(3))));
    } catch (const Error& error) {
      ASSERT_EQ(error.code(), ErrorCode::driverFailure) << error.what();  // the disk contradicts what memory knows
    }
  }
  std::vector<Change> randomChanges(bool mayHaveUnique) {
    std::vector<Change> changes;
    const std::size_t spread = 1 + random_.below(idsCount);  // small: one row is written several times
    for (std::size_t i = 1 + random_.below(3); i > 0; --i) {
      Task task = makeTask("t" + std::to_string(random_.below(spread)), "p" + std::to_string(random_.below(2)),
                           static_cast<double>(random_.below(idsCount)));
      task.title = std::to_string(random_.below(idsCount));
      if (mayHaveUnique && random_.chance(2)) task.note = std::to_string(random_.below(idsCount));
      if (mayHaveUnique && random_.chance(2)) task.seat = std::to_string(random_.below(3));
      changes.push_back({task, random_.chance(4)});
    }
    return changes;
  }
  /// Another process commits, which is reported later.
  void writeOutside() {
    const auto transaction = this->disk->storage.begin(TransactionMode::readWrite).get();
    Ops ops;
    for (const Change& each : randomChanges(false)) {
      const std::vector<std::string> ids{each.task.id};
      const std::vector<RowRef> rows{RowRef(new RowBox<Task>(tasksTable.def().rowType(), each.task))};
      Ops done = each.isDeletion ? transaction->deleteRows(tasksTable.def(), ids).get()
                                 : transaction->upsert(tasksTable.def(), rows).get();
      ops.insert(ops.end(), done.begin(), done.end());
    }
    transaction->commit().get();
    unreported_.push_back(std::move(ops));
  }
  void act() {
    changesOfAction = randomChanges(true);
    if (random_.chance(3)) {
      duringAction = [this] {
        if (random_.chance(2)) writeOutside();
        if (random_.chance(2)) report();
        if (random_.chance(2)) readCold();
      };
    }
    try {
      syncDispatch(this->db(), change());
    } catch (const Error& error) {
      ASSERT_TRUE(error.code() == ErrorCode::uniqueViolation || error.code() == ErrorCode::driverFailure)
          << error.what();
    }
    duringAction = nullptr;
  }
  void report() {
    for (; !unreported_.empty(); ++reportedCount_) {
      Ops ops = std::move(unreported_.front());
      unreported_.pop_front();
      this->disk->host->onExternalCommit(std::move(ops));
    }
  }
  /// The reports come another way.
  void merge() {
    for (; !unreported_.empty(); ++mergedCount_) {
      changesOfAction.clear();
      for (const Op& op : unreported_.front()) changesOfAction.push_back({*RowPtr<Task>(op.row()), !op.newRow});
      unreported_.pop_front();
      syncDispatch(this->db().withTraits({externalStorageMergeTrait}), change());
    }
  }
  void settle() {
    report();
    this->hybrid().flushed().get();
    this->loop.runReady();
    const ScanPlan plan{&tasksTable.def(), TableDef::byIdIndex, {KeyRange::all()}, asc, ScanPlan::noLimit};
    NaiveTasks stored;
    const auto reader = this->disk->storage.begin(TransactionMode::readOnly).get();
    for (const Task& task : Rows<Task>(reader->scan(plan).get().rows)) stored[task.id] = task;
    for (Live& live : lives_) {
      const std::string expected = answerOf(stored, live.kind, live.number, live.limit);
      ASSERT_EQ(sorted(live.selector.snapshot()), expected) << "kind " << live.kind << " number " << live.number;
      ASSERT_EQ(sorted(select(this->db(), ask(live.kind, live.number, live.limit))), expected);
      ++comparedCount_;
    }
  }

  TestRandom random_;
  std::deque<Ops> unreported_;
  std::vector<Live> lives_;
};

using Drivers = ::testing::Types<HybridDB, PreloadedHybridDB>;
TYPED_TEST_SUITE(LiveModel, Drivers);

TYPED_TEST(LiveModel, WhenAllIsReportedEveryLiveResultIsWhatAQueryGives) {
  const int rounds = testRounds(300);
  for (int round = 0; round < rounds && !this->HasFatalFailure(); ++round) {
    const std::uint64_t seed = testSeed() + static_cast<std::uint64_t>(round);
    try {
      this->run(seed);
    } catch (const std::exception& error) {
      FAIL() << error.what() << "\nHYPERDB_TEST_SEED=" << seed;
    }
    if (this->HasFatalFailure()) std::cerr << "HYPERDB_TEST_SEED=" << seed << " is the round that failed\n";
  }
  if (this->HasFatalFailure()) return;
  const auto least = static_cast<std::size_t>(rounds);
  EXPECT_GT(this->comparedCount_, least * 10);
  EXPECT_GT(this->reportedCount_, least);
  EXPECT_GT(this->mergedCount_, least / 2);
  EXPECT_GT(this->evictedCount_, least);
}

}  // namespace
}  // namespace hyperdb::test
