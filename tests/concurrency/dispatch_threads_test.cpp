// asyncDispatch and selectAsync from eight threads at once, with cancels from a ninth, with actions that throw, with
// subscribers and live results. No increment is lost, no reader sees half a commit, every thread's actions keep their
// order.
#include <iostream>
#include <map>
#include <mutex>
#include <set>

#include "concurrency/threaded_database.hpp"
#include "support/test_random.hpp"

namespace hyperdb::test {
namespace {

constexpr std::size_t threadsCount = 8;
const std::string counterId = "counter";

/// Adds one to the counter and leaves a line in the log. Gives the new count.
const auto countOne =
    action("countOne", {"line", "shouldThrow"}, [](std::string line, bool shouldThrow) -> Action<int> {
      RowPtr<Task> found = co_await selectFrom(tasksTable, byId).where(eq<&Task::id>(counterId)).first();
      const int next = found ? static_cast<int>(found->rank) + 1 : 1;
      Task counter = makeTask(counterId, "p1", next);
      co_await upsert(tasksTable, counter);
      LogLine written{line, std::to_string(next)};
      co_await insert(logTable, written);
      if (shouldThrow) throw std::runtime_error(line);
      co_return next;
    });

/// The counter minus the number of lines: 0 at every commit.
const auto imbalance = selector("imbalance", {}, []() -> Selector<int> {
  Rows<Task> counters = co_await allTasks();
  int balance = counters.empty() ? 0 : static_cast<int>(counters[0].rank);
  for (std::size_t thread = 0; thread < threadsCount; ++thread) {
    const std::string first = std::to_string(thread);
    for (int number = 0; number < 3; ++number) {
      // A sample of lines, by id, keeps the selector dependent on both tables.
      RowPtr<LogLine> line =
          co_await selectFrom(logTable, byId).where(eq<&LogLine::id>(first + "-" + std::to_string(number))).first();
      if (line && std::stoi(line->text) > balance) co_return -1;
    }
  }
  co_return 0;
});
const auto countNow = selector("countNow", {}, []() -> Selector<int> {
  Rows<Task> counters = co_await allTasks();
  co_return counters.empty() ? 0 : static_cast<int>(counters[0].rank);
});

/// One call of countOne and what became of it.
struct Counted {
  std::string line;
  bool shouldThrow;
  Completion<int> completion;
};

class DispatchThreads : public ThreadedDatabase {
 protected:
  /// What thread `number` does. The calls stand under the mutex, where the ninth thread cancels some.
  void work(std::size_t number, int callsCount) {
    TestRandom random(testSeed() + number);
    std::vector<Completion<int>> reads;
    for (int i = 0; i < callsCount; ++i) {
      const std::string line = std::to_string(number) + "-" + std::to_string(i);
      const bool shouldThrow = random.chance(9);
      Completion<int> completion = asyncDispatch(db(), countOne(line, shouldThrow));
      if (random.chance(10)) completion.cancel();
      {
        const std::lock_guard lock(mutex_);
        calls_.push_back({line, shouldThrow, std::move(completion)});
      }
      if (random.chance(3)) reads.push_back(selectAsync(db(), imbalance()));
    }
    const std::lock_guard lock(mutex_);
    for (Completion<int>& read : reads) reads_.push_back(std::move(read));
  }

  void cancelSome(const std::atomic<bool>& isDone) {
    TestRandom random(testSeed() + threadsCount);
    while (!isDone) {
      std::this_thread::yield();
      const std::lock_guard lock(mutex_);
      if (calls_.empty() || !random.chance(4)) continue;
      const std::size_t back = 1 + random.below(std::min<std::size_t>(calls_.size(), 20));
      calls_[calls_.size() - back].completion.cancel();
    }
  }

  /// Every call has ended; what it gave and what is stored agree.
  void checkOutcome() {
    std::set<int> counts;
    std::set<std::string> lines;
    std::size_t cancelledCount = 0;
    for (Counted& call : calls_) {
      ASSERT_TRUE(call.completion.isReady()) << call.line;
      try {
        EXPECT_TRUE(counts.insert(call.completion.get()).second) << "two increments gave one count";
        EXPECT_FALSE(call.shouldThrow);
        lines.insert(call.line);
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::cancelled);
        ++cancelledCount;
      } catch (const std::runtime_error& error) {
        EXPECT_TRUE(call.shouldThrow);
        EXPECT_EQ(error.what(), call.line);
      }
    }
    if (!counts.empty()) {
      EXPECT_EQ(*counts.begin(), 1);
      EXPECT_EQ(*counts.rbegin(), static_cast<int>(counts.size()));
    }
    EXPECT_EQ(runUntilReady(loop, selectAsync(db(), countNow())), static_cast<int>(counts.size()));
    EXPECT_EQ(db().revision(), static_cast<std::int64_t>(counts.size()));
    for (const Counted& call : calls_) {
      const RowPtr<LogLine> stored =
          runUntilReady(loop, execAsync(db(), selectFrom(logTable, byId).where(eq<&LogLine::id>(call.line)).first()));
      EXPECT_EQ(static_cast<bool>(stored), lines.count(call.line) == 1) << call.line;
    }
    for (Completion<int>& read : reads_) EXPECT_EQ(read.get(), 0) << "half a commit was seen";
    std::cout << calls_.size() << " dispatches, " << counts.size() << " committed, " << cancelledCount << " cancelled, "
              << reads_.size() << " reads\n";
    EXPECT_GT(counts.size(), calls_.size() / 4);
  }

  std::mutex mutex_;
  std::vector<Counted> calls_;
  std::vector<Completion<int>> reads_;
};

TEST_P(DispatchThreads, NoIncrementIsLostAndEachThreadsActionsKeepTheirOrder) {
  std::cout << "HYPERDB_TEST_SEED=" << testSeed() << "\n";
  const int callsCount = testRounds(GetParam() == DriverKind::memory ? 1500 : 250);
  std::map<std::string, int> lastOf;  // by thread
  std::int64_t lastRevision = 0;
  const Subscription commits = db().subscribe([&](const CommitEvent& event) {
    EXPECT_EQ(event.revision, ++lastRevision);
    const std::string line(event.ops.back().rowId());
    const std::size_t dash = line.find('-');
    const int number = std::stoi(line.substr(dash + 1));
    const auto [last, isFirst] = lastOf.try_emplace(line.substr(0, dash), -1);
    EXPECT_GT(number, last->second) << "actions of one thread changed places";
    last->second = number;
  });
  auto balance = asyncSelector(db(), imbalance());
  const Subscription watchBalance = balance.subscribe([](const int& value) { EXPECT_EQ(value, 0); });
  auto count = asyncSelector(db(), countNow());
  int lastCount = -1;
  const Subscription watchCount = count.subscribe([&](const int& value) {
    EXPECT_GT(value, lastCount) << "a live result went back";
    lastCount = value;
  });

  std::atomic<bool> isDone{false};
  std::thread canceller([&] { cancelSome(isDone); });
  {
    ThreadGroup threads(threadsCount, loop, [&](std::size_t number) { work(number, callsCount); });
    EXPECT_TRUE(loop.runUntil([&] { return threads.haveEnded(); }));
  }
  isDone = true;
  canceller.join();
  loop.runReady();
  checkOutcome();
  EXPECT_EQ(lastRevision, db().revision());
  runUntilReady(loop, count.whenFresh());
  EXPECT_EQ(*count.data(), lastCount);
  EXPECT_EQ(lastCount, static_cast<int>(db().revision()));
  calls_.clear();
  reads_.clear();
}

INSTANTIATE_TEST_SUITE_P(Drivers, DispatchThreads, ::testing::Values(DriverKind::memory, DriverKind::late),
                         driverKindName);

}  // namespace
}  // namespace hyperdb::test
