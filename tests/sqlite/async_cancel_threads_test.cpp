// Cancelling commands over the asynchronous driver: at every step, and the next command finds everything as it was.
#include <iostream>
#include <map>
#include <thread>

#include "sqlite/async_fixture.hpp"
#include "sqlite/write_gate.hpp"
#include "support/task_db.hpp"

namespace hyperdb::test {
namespace {

AsyncSqlOptions gatedOptions() {
  AsyncSqlOptions options;
  options.vfs = "gated";
  options.synchronous = SynchronousLevel::off;
  return options;
}

class AsyncSqlCancelledBeginning : public AsyncSqlTest {
 protected:
  /// Begins to write, and drops the result while the writer's thread takes the file's lock.
  void beginAndDrop() {
    gate.close();
    const Completion<Transaction> dropped = driver->begin(TransactionMode::readWrite);
    gate.waitForArrival();
  }

  WriteGate gate;
};

TEST_F(AsyncSqlCancelledBeginning, TheNextWriteTransactionBeginsAndCommits) {
  open(gatedOptions());
  beginAndDrop();
  Completion<Transaction> next = driver->begin(TransactionMode::readWrite);
  gate.letThrough();
  const Transaction transaction = await(std::move(next));
  await(transaction->insert(people.def(), makeRows(1)));
  await(transaction->commit());
  EXPECT_EQ(storedCount(), 1U);
}

TEST_F(AsyncSqlCancelledBeginning, TablesCanBeLoaded) {
  open(gatedOptions());
  beginAndDrop();
  const DynamicTable other = defineTable("others", {{"id", v::string()}});
  Completion<void> loaded = driver->loadTables(std::vector{other.sharedDef()});
  gate.letThrough();
  await(std::move(loaded));
}

TEST_F(AsyncSqlCancelledBeginning, ManyInARowLeaveTheFileUnlocked) {
  open(gatedOptions());
  for (int i = 0; i < 5; ++i) {
    beginAndDrop();
    {
      const Completion<Transaction> alsoDropped = driver->begin(TransactionMode::readWrite);
    }
    gate.letThrough();
  }
  waitUntilIdle();
  openAgain()->begin(TransactionMode::readWrite).get()->rollback();
  store(makeRows(1));
  EXPECT_EQ(storedCount(), 1U);
}

TEST_F(AsyncSqlCancelledBeginning, ClosingMeanwhileEndsIt) {
  open(gatedOptions());
  beginAndDrop();
  Completion<Transaction> next = driver->begin(TransactionMode::readWrite);
  std::thread opener([this] {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    gate.letThrough();
  });
  driver->close();
  opener.join();
  EXPECT_EQ(errorOf(std::move(next)), ErrorCode::cancelled);
  openAgain()->begin(TransactionMode::readWrite).get()->rollback();
}

TEST_F(AsyncSqlCancelledBeginning, AResultThatIsDroppedAfterItHasComeIsRolledBackAtOnce) {
  open(gatedOptions());
  std::optional<Completion<Transaction>> begun = driver->begin(TransactionMode::readWrite);
  struct Waiter final : detail::Continuation {
    void run() noexcept override { FAIL() << "its completion was dropped"; }
  } waiter;
  detail::CompletionStateBase* const pending = begun->pendingState();
  if (pending != nullptr) pending->setContinuation(waiter);
  // Ready, and on its way to the waiter: the executor has not come to it yet.
  loop.runUntil([&begun] { return begun->isReady(); });
  if (pending != nullptr) pending->clearContinuation();
  begun.reset();
  const Transaction transaction = await(driver->begin(TransactionMode::readWrite));
  await(transaction->insert(people.def(), makeRows(1)));
  await(transaction->commit());
}

// Commands of a database, cancelled at a moment that is left to chance.

const auto addRows = action("addRows", {"prefix", "count"}, [](std::string prefix, int count) -> Action<> {
  std::vector<Task> added;
  for (int i = 0; i < count; ++i) added.push_back(makeTask(prefix + std::to_string(i), "p1", i));
  co_await insert(tasksTable, std::move(added));
  Rows<Task> all = co_await selectFrom(tasksTable, byRank);
  Task first = all.front();
  first.rank += 1;
  co_await upsert(tasksTable, first);
});
const auto countRows = selector("countRows", {}, []() -> Selector<double> {
  co_return static_cast<double>((co_await selectFrom(tasksTable, byRank)).size());
});

TEST(AsyncSqlCancelledCommand, AtAnyMomentItIsDoneOrNotAndTheNextCommandsSucceed) {
  std::cout << "HYPERDB_TEST_SEED=" << testSeed() << "\n";
  const TempFolder folder;
  RunLoop loop;
  WriteGate gate;
  AsyncSqlOptions options = gatedOptions();
  options.readersMax = 2;
  DBOptions dbOptions;
  dbOptions.executor = &loop;
  DB db(AsyncSqlDriver(folder.file(), options), dbOptions);
  runUntilReady(loop, execAsync(db.loadTables({tasksTable})));
  TestRandom random;
  double expected = 0;
  int cancelledCount = 0;
  const int rounds = testRounds(150);
  for (int round = 0; round < rounds && !::testing::Test::HasFailure(); ++round) {
    const int count = 1 + static_cast<int>(random.below(40));
    const bool isGated = random.chance(3);
    if (isGated) gate.close();
    Completion<void> victim = asyncDispatch(db, addRows("r" + std::to_string(round) + "-", count));
    Completion<double> reader = selectAsync(db, countRows());
    std::optional<Completion<void>> next;
    if (random.chance(2)) next = asyncDispatch(db, addRows("n" + std::to_string(round) + "-", 1));
    if (isGated) gate.waitForArrival();
    for (std::size_t i = random.below(30); i > 0 && !isGated; --i) {
      loop.runReady();
      if (random.chance(2)) std::this_thread::sleep_for(std::chrono::microseconds(random.below(60)));
    }
    victim.cancel();
    if (random.chance(2)) reader.cancel();
    loop.runReady();
    if (!next) next = asyncDispatch(db, addRows("n" + std::to_string(round) + "-", 1));
    std::optional<Completion<void>> load;
    if (random.chance(4)) load = execAsync(db.loadTables({tasksTable}));
    gate.letThrough();
    const auto code = codeOf([&] { runUntilReady(loop, std::move(victim)); });
    EXPECT_TRUE(!code || code == ErrorCode::cancelled);
    const auto readerCode = codeOf([&] { runUntilReady(loop, std::move(reader)); });
    EXPECT_TRUE(!readerCode || readerCode == ErrorCode::cancelled);
    EXPECT_NO_THROW(runUntilReady(loop, std::move(*next))) << "round " << round;
    if (load) {
      EXPECT_NO_THROW(runUntilReady(loop, std::move(*load))) << "round " << round;
    }
    cancelledCount += code ? 1 : 0;
    expected += (code ? 0 : count) + 1;
    EXPECT_EQ(runUntilReady(loop, selectAsync(db, countRows())), expected) << "round " << round;
  }
  std::cout << cancelledCount << " of " << rounds << " actions were cancelled\n";
}

}  // namespace
}  // namespace hyperdb::test
