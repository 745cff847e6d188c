// A database over the asynchronous driver, used hard: what selectors see, what a close leaves.
#include <iostream>
#include <optional>

#include "concurrency/threaded_database.hpp"
#include "support/temp_folder.hpp"
#include "support/test_duration.hpp"
#include "support/test_random.hpp"

namespace hyperdb::test {
namespace {

constexpr int accountsCount = 20;
constexpr double moneyInAll = accountsCount * 100.0;

std::string accountId(std::size_t number) { return "account" + std::to_string(number); }

const auto fillAccounts = action("fillAccounts", {}, []() -> Action<> {
  std::vector<Task> accounts;
  for (std::size_t i = 0; i < accountsCount; ++i) accounts.push_back(makeTask(accountId(i), "p1", 100));
  co_await upsert(tasksTable, accounts);
});
const auto transfer =
    action("transfer", {"from", "to", "amount"}, [](std::string from, std::string to, double amount) -> Action<> {
      if (from == to) co_return;
      Task source = *(co_await selectFrom(tasksTable, byId).where(eq<&Task::id>(from)).first());
      source.rank -= amount;
      co_await upsert(tasksTable, source);
      Task target = *(co_await selectFrom(tasksTable, byId).where(eq<&Task::id>(to)).first());
      target.rank += amount;
      co_await upsert(tasksTable, target);
    });
double sumOf(const Rows<Task>& rows) {
  double sum = 0;
  for (const Task& task : rows) sum += task.rank;
  return sum;
}
/// Twice in one selector, through different indexes: both must be the same state.
const auto moneySeen = selector("moneySeen", {"number"}, [](int) -> Selector<double> {
  Rows<Task> byTheirRank = co_await selectFrom(tasksTable, byRank);
  Rows<Task> byTheirProject = co_await selectFrom(tasksTable, byProject).where(eq<&Task::projectId>("p1"));
  co_return sumOf(byTheirRank) == sumOf(byTheirProject) ? sumOf(byTheirRank) : -1.0;
});

class AsyncSqlDatabase : public ::testing::Test {
 protected:
  AsyncSqlDatabase() { open(); }
  void TearDown() override {
    if (HasFailure()) std::cerr << "HYPERDB_TEST_SEED=" << testSeed() << '\n';
    db_.reset();
    loop.runReady();
    EXPECT_EQ(AliveInProcess(), aliveBefore_);
  }
  void open() {
    folder_.emplace();
    AsyncSqlOptions options;
    options.synchronous = SynchronousLevel::off;
    options.readersMax = 3;
    DBOptions dbOptions;
    dbOptions.executor = &loop;
    db_.emplace(DB{AsyncSqlDriver(folder_->file(), options), dbOptions});
    await(execAsync(db().loadTables({tasksTable, logTable})));
    await(asyncDispatch(db(), fillAccounts()));
  }
  SubscribableDB& db() { return *db_; }
  template <class T>
  T await(Completion<T> completion) {
    return runUntilReady(loop, std::move(completion));
  }
  void drop() { db_.reset(); }
  /// Reads the closed file synchronously.
  Rows<Task> storedTasks() {
    DB again{SqlDriver(folder_->file())};
    execSync(again.loadTables({tasksTable, logTable}));
    EXPECT_EQ(again.driverAs<SqlDriver>().findDamage(), std::vector<std::string>());
    return select(again, allTasks());
  }

  RunLoop loop;

 private:
  AliveInProcess aliveBefore_;
  std::optional<TempFolder> folder_;
  std::optional<SubscribableDB> db_;
};

TEST_F(AsyncSqlDatabase, ManySelectorsBesideAWriterSeeWholeCommitsOnly) {
  TestRandom random;
  const Deadline deadline(testDuration(1, 10));
  std::size_t readsCount = 0;
  auto live = asyncSelector(db(), allTasks());
  std::size_t changesCount = 0;
  Subscription watching = live.subscribe([&] {
    ++changesCount;
    if (live.data()) {
      EXPECT_EQ(sumOf(*live.data()), moneyInAll);
    }
  });
  do {
    std::vector<Completion<void>> writes;
    std::vector<Completion<double>> reads;
    for (int i = 0; i < 10; ++i) {
      writes.push_back(asyncDispatch(
          db(), transfer(accountId(random.below(accountsCount)), accountId(random.below(accountsCount)), 1.0)));
      for (std::size_t k = random.below(6); k > 0; --k) {
        reads.push_back(selectAsync(db(), moneySeen(static_cast<int>(k))));
      }
    }
    for (auto& read : reads) EXPECT_EQ(await(std::move(read)), moneyInAll);
    for (auto& write : writes) await(std::move(write));
    readsCount += reads.size();
  } while (!deadline.isOver() && !HasFailure());
  await(live.whenFresh());
  EXPECT_EQ(sumOf(*live.data()), moneyInAll);
  EXPECT_GT(changesCount, 0U);
  std::cout << readsCount << " reads beside " << db().stats().revision << " commits\n";
}

TEST_F(AsyncSqlDatabase, ThrowingAndCancelledActionsLeaveNothing) {
  const auto failing = action("failing", {}, []() -> Action<> {
    co_await addTask("gone");
    throw std::runtime_error("on purpose");
  });
  TestRandom random;
  for (int i = 0; i < testRounds(40); ++i) {
    EXPECT_THROW(await(asyncDispatch(db(), failing())), std::runtime_error);
    Completion<void> cancelled = asyncDispatch(db(), addTask("perhaps" + std::to_string(i)));
    for (std::size_t steps = random.below(12); steps > 0; --steps) {
      if (!loop.runOne()) std::this_thread::yield();
    }
    cancelled.cancel();
    const auto code = codeOf([&] { await(std::move(cancelled)); });
    EXPECT_TRUE(!code || code == ErrorCode::cancelled);
    const Rows<Task> tasks = await(selectAsync(db(), allTasks()));
    const bool isThere = idsOf(tasks).find("perhaps" + std::to_string(i)) != std::string::npos;
    EXPECT_EQ(isThere, !code);
  }
}

TEST_F(AsyncSqlDatabase, ClosingAtAnyMomentEndsEverythingAndKeepsWhatWasConfirmed) {
  std::cout << "HYPERDB_TEST_SEED=" << testSeed() << "\n";
  TestRandom random;
  const Deadline deadline(testDuration(2, 10));
  std::size_t closings = 0;
  std::size_t confirmed = 0;
  do {
    if (closings++ > 0) open();
    std::vector<Completion<void>> writes;
    std::vector<Completion<double>> reads;
    std::vector<Completion<void>> loads;
    auto live = asyncSelector(db(), allTasks());
    Subscription watching = live.subscribe([] {});
    const std::size_t askedCount = 5 + random.below(20);
    for (std::size_t i = 0; i < askedCount; ++i) {
      writes.push_back(asyncDispatch(db(), addTask("new" + std::to_string(i))));
      for (std::size_t k = random.below(3); k > 0; --k) {
        reads.push_back(selectAsync(db(), moneySeen(static_cast<int>(k))));
      }
      if (random.chance(8)) loads.push_back(execAsync(db().loadTables({logTable})));
    }
    for (std::size_t steps = random.below(400); steps > 0; --steps) {
      if (!loop.runOne()) std::this_thread::yield();
    }
    if (random.chance(2)) {
      db().close();
    } else {
      live = asyncSelector(db(), allTasks());  // the handle that is left goes last
      watching.cancel();
      db().close();
    }
    loop.runReady();
    std::size_t doneCount = 0;
    const auto end = [&](auto& completion) {
      ASSERT_TRUE(completion.isReady()) << "an operation never ends";
      const auto code = codeOf([&] { static_cast<void>(completion.get()); });
      EXPECT_TRUE(!code || code == ErrorCode::cancelled || code == ErrorCode::closed);
      doneCount += code ? 0 : 1;
    };
    for (auto& load : loads) end(load);
    for (auto& read : reads) end(read);
    doneCount = 0;
    for (auto& write : writes) end(write);
    confirmed += doneCount;
    watching.cancel();
    drop();
    const std::size_t there = storedTasks().size() - accountsCount;
    EXPECT_EQ(there, doneCount) << "a commit that was on its way ends as the storage says";
  } while (!deadline.isOver() && !HasFailure());
  std::cout << closings << " closings, " << confirmed << " writes done before\n";
}

}  // namespace
}  // namespace hyperdb::test
