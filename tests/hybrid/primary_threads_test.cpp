// A primary that works on a thread of its own, as one over files does: its answers come on the database's executor, and
// while the database closes, on the thread that closes it. Retries get their time from the system's timer.
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "hybrid/hybrid_fixture.hpp"

namespace hyperdb::test {
namespace {

/// A thread that does one thing after the other.
class Worker {
 public:
  Worker() : thread_([this] { run(); }) {}
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  ~Worker() {
    add(nullptr);
    thread_.join();
  }
  void add(std::function<void()> work) {
    {
      const std::lock_guard lock(mutex_);
      queue_.push_back(std::move(work));
    }
    changed_.notify_one();
  }
  template <class T>
  Completion<T> start(Executor& executor, std::function<Completion<T>()> work) {
    const CompletionSource<T> source(executor);
    add([source, work = std::move(work)] {
      try {
        if constexpr (std::is_void_v<T>) {
          work().get();
          source.resolve();
        } else {
          source.resolve(work().get());
        }
      } catch (...) {
        source.fail(std::current_exception());
      }
    });
    return source.completion();
  }

 private:
  void run() {
    while (true) {
      std::function<void()> work;
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return !queue_.empty(); });
        work = std::move(queue_.front());
        queue_.pop_front();
      }
      if (!work) return;
      work();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> queue_;
  std::thread thread_;
};

class WorkerTransaction final : public DriverTransaction {
 public:
  WorkerTransaction(Worker& worker, Executor& executor, std::unique_ptr<DriverTransaction> inner)
      : worker_(worker), executor_(executor), inner_(std::move(inner)) {}
  ~WorkerTransaction() override { rollback(); }

  Completion<ScanResult> scan(const ScanPlan& plan) override {
    return start<ScanResult>([plan](DriverTransaction& inner) { return inner.scan(plan); });
  }
  Completion<Ops> insert(const TableDef& table, std::span<const RowRef> rows) override {
    return write(table, rows, &DriverTransaction::insert);
  }
  Completion<Ops> upsert(const TableDef& table, std::span<const RowRef> rows) override {
    return write(table, rows, &DriverTransaction::upsert);
  }
  Completion<Ops> deleteRows(const TableDef& table, std::span<const std::string> ids) override {
    return start<Ops>([&table, kept = std::vector<std::string>(ids.begin(), ids.end())](DriverTransaction& inner) {
      return inner.deleteRows(table, kept);
    });
  }
  Completion<void> commit() override {
    return start<void>([](DriverTransaction& inner) { return inner.commit(); });
  }
  void rollback() noexcept override {
    if (inner_) worker_.add([inner = std::move(inner_)]() mutable { inner = nullptr; });
  }

 private:
  template <class T>
  Completion<T> start(std::function<Completion<T>(DriverTransaction&)> work) {
    return worker_.start<T>(executor_, [inner = inner_, work = std::move(work)] { return work(*inner); });
  }
  Completion<Ops> write(const TableDef& table, std::span<const RowRef> rows,
                        Completion<Ops> (DriverTransaction::*function)(const TableDef&, std::span<const RowRef>)) {
    return start<Ops>([&table, function, kept = std::vector<RowRef>(rows.begin(), rows.end())](
                          DriverTransaction& inner) { return (inner.*function)(table, kept); });
  }

  Worker& worker_;
  Executor& executor_;
  std::shared_ptr<DriverTransaction> inner_;
};

class WorkerDriver final : public Driver {
 public:
  explicit WorkerDriver(std::shared_ptr<Disk> disk) : inner_(std::make_unique<DiskDriver>(std::move(disk))) {}

  std::string_view name() const noexcept override { return "worker"; }
  void attach(DriverHost& host) override { executor_ = &host.executor(); }
  Completion<void> loadTables(std::span<const std::shared_ptr<const TableDef>> tables) override {
    return worker_->start<void>(
        *executor_, [this, kept = std::vector(tables.begin(), tables.end())] { return inner_->loadTables(kept); });
  }
  Completion<std::unique_ptr<DriverTransaction>> begin(TransactionMode mode) override {
    using Begun = std::unique_ptr<DriverTransaction>;
    Worker& worker = *worker_;
    return worker.start<Begun>(*executor_, [this, &worker, mode]() -> Completion<Begun> {
      return Begun(std::make_unique<WorkerTransaction>(worker, *executor_, inner_->begin(mode).get()));
    });
  }
  void close() noexcept override { worker_ = nullptr; }

 private:
  std::unique_ptr<Driver> inner_;
  Executor* executor_ = nullptr;
  std::unique_ptr<Worker> worker_ = std::make_unique<Worker>();
};

template <class Hybrid>
class WorkerTest : public ::testing::Test {
 protected:
  void open(HybridOptions options = {}) {
    DBOptions dbOptions;
    dbOptions.executor = &loop_;
    db_.emplace(DB{Hybrid{std::make_unique<WorkerDriver>(disk_), options}, dbOptions});
    runUntilReady(loop_, execAsync(db_->loadTables({tasksTable, logTable})));
  }

  RunLoop loop_;
  std::shared_ptr<Disk> disk_ = std::make_shared<Disk>();
  std::optional<SubscribableDB> db_;
};

using Drivers = ::testing::Types<HybridDB, PreloadedHybridDB>;
TYPED_TEST_SUITE(WorkerTest, Drivers);

TYPED_TEST(WorkerTest, ReadsAndWritesWaitForTheOtherThread) {
  storeOn(*this->disk_, {makeTask("a", "p1", 1), makeTask("b", "p1", 2)});
  this->open();
  EXPECT_EQ(textOf(runUntilReady(this->loop_, selectAsync(*this->db_, allTasks()))), "a:1 b:2");
  for (int i = 0; i < 50; ++i) {
    runUntilReady(this->loop_, asyncDispatch(*this->db_, putTask("t" + std::to_string(i % 7), "p1", i)));
  }
  runUntilReady(this->loop_, this->db_->template driverAs<TypeParam>().flushed());
  EXPECT_EQ(textOf(*this->disk_), "a:1 b:2 t0:49 t1:43 t2:44 t3:45 t4:46 t5:47 t6:48");
}

TYPED_TEST(WorkerTest, ClosingAtAnyMomentFlushesWhatWasCommitted) {
  for (int turns = 0; turns < 40; ++turns) {
    this->disk_ = std::make_shared<Disk>();
    HybridOptions options;
    options.commitsPerFlushMax = 2;
    this->open(options);
    int committedCount = 0;
    const Subscription counting = this->db_->subscribe([&](const CommitEvent&) { ++committedCount; });
    std::vector<Completion<void>> waiting;
    for (int i = 10; i < 20; ++i) {
      waiting.push_back(asyncDispatch(*this->db_, putTask("t" + std::to_string(i), "p1", i)));
    }
    for (int i = 0; i < turns; ++i) {
      if (!this->loop_.runOne()) std::this_thread::yield();
    }
    this->db_->close();
    std::string expected;
    for (int i = 10; i < 10 + committedCount; ++i) {
      expected += (expected.empty() ? "t" : " t") + std::to_string(i) + ":" + std::to_string(i);
    }
    EXPECT_EQ(textOf(*this->disk_), expected);
    this->db_.reset();
    this->loop_.runReady();
  }
}

TYPED_TEST(WorkerTest, AFailedFlushIsTriedAgainWhenItsTimeHasCome) {
  HybridOptions options;
  options.firstRetryDelayMs = 2;
  options.triesMax = 5;
  this->open(options);
  this->disk_->commitsToFail = 2;
  runUntilReady(this->loop_, asyncDispatch(*this->db_, addTask("a")));
  runUntilReady(this->loop_, this->db_->template driverAs<TypeParam>().flushed());
  EXPECT_EQ(textOf(*this->disk_), "a:0");
  this->loop_.runReady();
  runUntilReady(this->loop_, asyncDispatch(*this->db_, addTask("b")));
  this->disk_->commitsToFail = 2;
  this->db_->close();  // waits for the timer too
  EXPECT_EQ(textOf(*this->disk_), "a:0 b:0");
}

TEST(SystemTimer, CallsInTheOrderOfTheirTimeAndForgetsTheRestWhenItGoes) {
  std::mutex mutex;
  std::condition_variable changed;
  std::string called;
  bool isLate = false;
  {
    SystemTimer timer;
    const auto note = [&](const char* text) {
      const std::lock_guard lock(mutex);
      called += text;
      changed.notify_all();
    };
    timer.after(60'000, [&isLate] { isLate = true; });
    timer.after(10, [note] { note("b"); });
    timer.after(1, [note] { note("a"); });
    std::unique_lock lock(mutex);
    EXPECT_TRUE(changed.wait_for(lock, std::chrono::seconds(20), [&called] { return called.size() == 2; }));
  }
  EXPECT_EQ(called, "ab");
  EXPECT_FALSE(isLate);
}

TEST(ManualTimer, CallsWhatIsDueWhenItIsMovedOn) {
  ManualTimer timer;
  std::string called;
  timer.after(5, [&] {
    called += "b";
    timer.after(1, [&called] { called += "c"; });
  });
  timer.after(2, [&called] { called += "a"; });
  EXPECT_EQ(timer.nextDueMs(), 2);
  timer.advanceMs(4);
  EXPECT_EQ(called, "a");
  timer.advanceMs(2);
  EXPECT_EQ(called, "abc");
  EXPECT_EQ(timer.pendingCount(), 0U);
  EXPECT_EQ(timer.nextDueMs(), -1);
}

}  // namespace
}  // namespace hyperdb::test
