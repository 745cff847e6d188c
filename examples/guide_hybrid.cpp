// The code of docs/hybrid.md.
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <hyperdb/hyperdb.hpp>

#include "check.hpp"

using namespace hyperdb;

namespace {

struct Task {
  std::string id;
  std::string projectId;
  double rank = 0;
};

inline constexpr auto byRank = btree<&Task::rank>("byRank");
inline const auto tasksTable = defineTable<Task>("tasks").index(byRank);

inline const auto firstTasks =
    selector("firstTasks", {"count"}, [](int count) -> Selector<Rows<Task>> {
      co_return co_await selectFrom(tasksTable, byRank).limit(count);
    });

inline const auto putTask =
    action("putTask", {"id", "rank"}, [](std::string id, double rank) -> Action<> {
      Task task{.id = id, .projectId = "p1", .rank = rank};
      co_await upsert(tasksTable, task);
    });

/// Stands in for a storage: passes everything on to memory that outlives the database, and can fail.
struct Shelf {
  BptreeInmemDriver rows;
  int commitsToFail = 0;
  DriverHost* host = nullptr;
};

class ShelfTransaction final : public DriverTransaction {
 public:
  ShelfTransaction(Shelf& shelf, TransactionMode mode)
      : shelf_(shelf), inner_(shelf.rows.begin(mode).get()) {}
  Completion<ScanResult> scan(const ScanPlan& plan) override { return inner_->scan(plan); }
  Completion<Ops> insert(const TableDef& table, std::span<const RowRef> rows) override {
    return inner_->insert(table, rows);
  }
  Completion<Ops> upsert(const TableDef& table, std::span<const RowRef> rows) override {
    return inner_->upsert(table, rows);
  }
  Completion<Ops> deleteRows(const TableDef& table, std::span<const std::string> ids) override {
    return inner_->deleteRows(table, ids);
  }
  Completion<void> commit() override {
    if (shelf_.commitsToFail == 0) return inner_->commit();
    --shelf_.commitsToFail;
    return std::make_exception_ptr(Error(ErrorCode::driverFailure, "the shelf is locked"));
  }
  void rollback() noexcept override { inner_->rollback(); }

 private:
  Shelf& shelf_;
  std::unique_ptr<DriverTransaction> inner_;
};

class ShelfDriver final : public Driver {
 public:
  explicit ShelfDriver(std::shared_ptr<Shelf> shelf) : shelf_(std::move(shelf)) {}
  std::string_view name() const noexcept override { return "shelf"; }
  void attach(DriverHost& host) override { shelf_->host = &host; }
  Completion<void> loadTables(std::span<const std::shared_ptr<const TableDef>> tables) override {
    return shelf_->rows.loadTables(tables);
  }
  Completion<std::unique_ptr<DriverTransaction>> begin(TransactionMode mode) override {
    return std::unique_ptr<DriverTransaction>(std::make_unique<ShelfTransaction>(*shelf_, mode));
  }

 private:
  std::shared_ptr<Shelf> shelf_;
};

std::size_t storedCount(const std::shared_ptr<Shelf>& shelf) {
  DB db(ShelfDriver{shelf});
  execSync(db.loadTables({tasksTable}));
  return execSync(db, selectFrom(tasksTable, byRank)).size();
}

void reading(const std::shared_ptr<Shelf>& shelf) {
  // [make]
  SubscribableDB db{DB{HybridDB{ShelfDriver{shelf}}}};
  execSync(db.loadTables({tasksTable}));
  HybridDB& hybrid = db.driverAs<HybridDB>();
  // [/make]

  // [reads]
  check(select(db, firstTasks(3)).size() == 3);  // reads three rows
  check(select(db, firstTasks(2)).size() == 2);  // in memory
  check(select(db, firstTasks(5)).size() == 5);  // reads the other two
  check(hybrid.hybridCounters().primaryReads == 2);
  check(hybrid.hybridCounters().rowsFilled == 5);
  // [/reads]

  // [preload]
  hybrid.preloadTables({tasksTable}).get();  // ready at once over a synchronous primary
  check(select(db, firstTasks(100)).size() == 9);
  // [/preload]

  // [writes]
  syncDispatch(db, putTask("t10", 10));  // takes effect, and is announced
  check(select(db, firstTasks(100)).size() == 10);
  check(hybrid.pendingCommits() == 1);  // but not durable yet
  hybrid.flushed().get();
  check(hybrid.pendingCommits() == 0);
  // [/writes]
}

void failing(const std::shared_ptr<Shelf>& shelf) {
  // [failing]
  ManualTimer timer;  // a test's; without it, real time
  RunLoop loop;
  std::vector<std::string> events;
  HybridOptions options;
  options.timer = &timer;
  options.onEvent = [&events](const HybridEvent& event) {
    events.emplace_back(hybridEventName(event.kind));
  };
  SubscribableDB db{DB{HybridDB{ShelfDriver{shelf}, options}, {.executor = &loop}}};
  execSync(db.loadTables({tasksTable}));
  HybridDB& hybrid = db.driverAs<HybridDB>();

  syncDispatch(db, putTask("t11", 11));
  shelf->commitsToFail = 1;
  loop.runReady();  // the flush was posted to the executor
  check(hybrid.pendingCommits() == 1);
  timer.advanceMs(250);
  loop.runReady();  // the second try
  check(hybrid.pendingCommits() == 0);
  check(events == std::vector<std::string>{"fill", "flushStarted", "flushFailed", "retryScheduled",
                                           "flushStarted", "flushed"});
  // [/failing]

  // [crash]
  syncDispatch(db, putTask("t12", 12));
  shelf->commitsToFail = 3;
  for (int i = 0; i < 3; ++i) {
    loop.runReady();
    timer.advanceMs(10'000);
  }
  check(hybrid.state() == HybridState::crashed);
  try {
    select(db, firstTasks(1));
    check(false);
  } catch (const Error& error) {
    check(error.code() == ErrorCode::driverFailure);
    std::printf("%s\n", error.what());  // ... failed 3 times: the shelf is locked
  }
  // [/crash]
}

void others(const std::shared_ptr<Shelf>& shelf) {
  SubscribableDB db{DB{HybridDB{ShelfDriver{shelf}}}};
  execSync(db.loadTables({tasksTable}));
  // [merge]
  // Another process has written t13 to the storage, and has sent us the row.
  const DB merging = db.withTraits({externalStorageMergeTrait});
  syncDispatch(merging, putTask("t13", 13));  // changes memory and live results; nothing is flushed
  check(db.driverAs<HybridDB>().pendingCommits() == 0);
  // [/merge]
}

void bounded(const std::shared_ptr<Shelf>& shelf) {
  // [bound]
  HybridOptions options;
  options.memoryRowsMax = 5;
  SubscribableDB db{DB{HybridDB{ShelfDriver{shelf}, options}}};
  execSync(db.loadTables({tasksTable}));
  const HybridCounters& counters = db.driverAs<HybridDB>().hybridCounters();
  check(select(db, firstTasks(5)).size() == 5);
  check(counters.rowsEvicted == 0);
  check(select(db, firstTasks(9)).size() == 9);  // too many: evicted after the query
  check(counters.rowsEvicted == 9);
  // [/bound]
}

void preloaded(const std::shared_ptr<Shelf>& shelf) {
  // [preloaded]
  SubscribableDB db{DB{PreloadedHybridDB{ShelfDriver{shelf}}}};
  execSync(db.loadTables({tasksTable}));  // reads the keys of every index
  const HybridCounters& counters = db.driverAs<PreloadedHybridDB>().hybridCounters();
  const std::uint64_t rowsBefore = counters.rowsFilled;
  check(select(db, firstTasks(2)).size() == 2);
  check(counters.rowsFilled == rowsBefore + 2);  // never more than the result
  syncDispatch(db, putTask("new", 99));          // a new id: memory knows that it is new
  check(counters.rowsFilled == rowsBefore + 2);
  // [/preloaded]
}

}  // namespace

int main() {
  auto shelf = std::make_shared<Shelf>();
  {
    DB db(ShelfDriver{shelf});
    execSync(db.loadTables({tasksTable}));
    for (int i = 1; i < 10; ++i) {
      execSync(db,
               insert(tasksTable,
                      Task{.id = "t" + std::to_string(i), .projectId = "p1", .rank = double(i)}));
    }
  }
  reading(shelf);
  check(storedCount(shelf) == 10);
  failing(shelf);
  check(storedCount(shelf) == 11);
  others(shelf);
  bounded(shelf);
  preloaded(shelf);
  check(storedCount(shelf) == 12);
}
