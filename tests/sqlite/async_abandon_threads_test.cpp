// Cancelling work at every stage: it stops, and no other command is disturbed.
#include <iostream>
#include <thread>

#include "driver/sqlite/connection.hpp"
#include "sqlite/async_fixture.hpp"

namespace hyperdb::test {
namespace {

using namespace std::chrono_literals;

class AsyncSqlAbandon : public AsyncSqlTest {
 protected:
  static AsyncSqlOptions oneReaderWithoutCache() {
    AsyncSqlOptions options;
    options.readersMax = 1;
    options.rowCacheRows = 0;
    options.busyTimeoutMs = 60'000;
    options.synchronous = SynchronousLevel::off;
    return options;
  }
};

TEST_F(AsyncSqlAbandon, WhatIsQueuedInATransactionThatIsRolledBackIsNotDone) {
  open();
  const Transaction transaction = begin();
  std::vector<Completion<Ops>> inserts;
  for (int i = 0; i < 100; ++i) {
    inserts.push_back(transaction->insert(people.def(), makeRows(20, std::to_string(i) + "-")));
  }
  Completion<void> commit = transaction->commit();
  transaction->rollback();
  EXPECT_EQ(errorOf(std::move(commit)), ErrorCode::cancelled);
  for (Completion<Ops>& insert : inserts) {
    const auto code = errorOf(std::move(insert));
    EXPECT_TRUE(!code || code == ErrorCode::cancelled);
  }
  EXPECT_EQ(storedCount(), 0U);
  store(makeRows(1));
  EXPECT_EQ(storedCount(), 1U);
}

TEST_F(AsyncSqlAbandon, ALongScanIsStoppedAndItsReaderServesTheNext) {
  open(oneReaderWithoutCache());
  store(makeRows(30'000));
  Transaction reader = begin(TransactionMode::readOnly);
  Completion<ScanResult> scan = reader->scan(everybody());
  Completion<Transaction> next = driver->begin(TransactionMode::readOnly);
  std::this_thread::sleep_for(5ms);
  reader->rollback();
  EXPECT_EQ(errorOf(std::move(scan)), ErrorCode::cancelled);
  EXPECT_EQ(countIn(*await(std::move(next))), 30'000U);
}

TEST_F(AsyncSqlAbandon, ALongWriteIsStoppedAndNothingOfItIsKept) {
  open(oneReaderWithoutCache());
  const Rows rows = makeRows(30'000);
  Transaction writer = begin();
  Completion<Ops> insert = writer->insert(people.def(), rows);
  std::this_thread::sleep_for(5ms);
  writer = nullptr;
  EXPECT_EQ(errorOf(std::move(insert)), ErrorCode::cancelled);
  EXPECT_EQ(storedCount(), 0U);
  store(makeRows(10));
  EXPECT_EQ(storedCount(), 10U);
}

TEST_F(AsyncSqlAbandon, WhoWaitsForAReaderIsServedInTurnAndWhoHasGivenUpIsPassedOver) {
  open(oneReaderWithoutCache());
  Transaction reader = begin(TransactionMode::readOnly);
  Completion<Transaction> second = driver->begin(TransactionMode::readOnly);
  std::optional<Completion<Transaction>> third = driver->begin(TransactionMode::readOnly);
  Completion<Transaction> fourth = driver->begin(TransactionMode::readOnly);
  std::this_thread::sleep_for(2ms);
  loop.runReady();
  EXPECT_FALSE(second.isReady());
  third.reset();
  reader = nullptr;
  reader = await(std::move(second));
  loop.runReady();
  EXPECT_FALSE(fourth.isReady());
  await(reader->commit());
  EXPECT_EQ(countIn(*await(std::move(fourth))), 0U);
  waitUntilIdle();
}

TEST_F(AsyncSqlAbandon, ABeginningThatWaitsForTheFileIsStoppedWhenNobodyWantsItAnyMore) {
  open(oneReaderWithoutCache());
  const auto other = openAgain();
  Transaction foreign = other->begin(TransactionMode::readWrite).get();
  {
    const Completion<Transaction> dropped = driver->begin(TransactionMode::readWrite);
  }
  {
    const Completion<Transaction> dropped = driver->begin(TransactionMode::readWrite);
    std::this_thread::sleep_for(20ms);  // now the thread waits for the lock
  }
  waitUntilIdle();  // long before the 60 seconds are over
  foreign->rollback();
  store(makeRows(1));
  EXPECT_EQ(storedCount(), 1U);
}

TEST_F(AsyncSqlAbandon, ACommitThatIsGivenUpIsThereAsAWholeOrNotAtAll) {
  open(oneReaderWithoutCache());
  TestRandom random;
  std::size_t expectedMin = 0;
  std::size_t doneCount = 0;
  const int rounds = testRounds(60);
  for (int round = 0; round < rounds; ++round) {
    const Transaction transaction = begin();
    await(transaction->insert(people.def(), makeRows(50, std::to_string(round) + "-")));
    Completion<void> commit = transaction->commit();
    if (random.chance(2)) std::this_thread::sleep_for(std::chrono::microseconds(random.below(400)));
    transaction->rollback();
    const auto code = errorOf(std::move(commit));
    EXPECT_TRUE(!code || code == ErrorCode::cancelled);
    doneCount += code ? 0 : 1;
    const std::size_t count = storedCount();
    EXPECT_EQ(count, expectedMin + (code ? 0 : 50)) << "round " << round;
    expectedMin = count;
  }
  std::cout << doneCount << " of " << rounds << " commits were quicker\n";
}

TEST_F(AsyncSqlAbandon, AStopNeverReachesTheNextTransaction) {
  std::cout << "HYPERDB_TEST_SEED=" << testSeed() << "\n";
  open(oneReaderWithoutCache());
  store(makeRows(2'000));
  TestRandom random;
  const Deadline deadline(testDuration(1, 10));
  std::size_t rounds = 0;
  std::size_t stopped = 0;
  do {
    const bool isWriter = random.chance(2);
    Transaction victim = begin(isWriter ? TransactionMode::readWrite : TransactionMode::readOnly);
    std::vector<Completion<ScanResult>> scans;
    std::vector<Completion<Ops>> writes;
    for (std::size_t i = random.below(3); i > 0; --i) scans.push_back(victim->scan(everybody()));
    if (isWriter) writes.push_back(victim->insert(people.def(), makeRows(300, "victim")));
    const auto delay = std::chrono::microseconds(random.below(8'000));
    // What comes next stands in line already in half of the rounds.
    std::optional<Completion<Transaction>> next;
    const bool isNextWriter = !isWriter || random.chance(2);
    const auto nextMode = isNextWriter ? TransactionMode::readWrite : TransactionMode::readOnly;
    if (!isWriter && random.chance(2)) next = driver->begin(TransactionMode::readOnly);
    std::this_thread::sleep_for(delay);
    victim = nullptr;
    if (!next) next = driver->begin(nextMode);
    const Transaction after = await(std::move(*next));
    EXPECT_EQ(countIn(*after), 2'000U);
    EXPECT_EQ(countIn(*after), 2'000U);
    for (auto& scan : scans) {
      const auto code = errorOf(std::move(scan));
      EXPECT_TRUE(!code || code == ErrorCode::cancelled);
      stopped += code ? 1 : 0;
    }
    for (auto& write : writes) errorOf(std::move(write));
    EXPECT_EQ(errorOf(after->commit()), std::nullopt);
    ++rounds;
  } while (!deadline.isOver() && !HasFailure());
  std::cout << rounds << " transactions given up, " << stopped << " of their scans stopped\n";
}

TEST_F(AsyncSqlAbandon, AWriteThatTheFileRefusesEndsItsTransactionAndNoOther) {
  open();
  store(makeRows(2));
  detail::sqlite::Connection(folder.file(), {}, {}).execute("ALTER TABLE \"people/byTeam\" RENAME TO away");
  const Transaction broken = begin();
  EXPECT_EQ(errorOf(broken->insert(people.def(), makeRows(1, "new"))), ErrorCode::driverFailure);
  EXPECT_EQ(errorOf(broken->scan(everybody())), ErrorCode::transactionFinished);
  EXPECT_EQ(errorOf(broken->commit()), ErrorCode::transactionFinished);
  detail::sqlite::Connection(folder.file(), {}, {}).execute("ALTER TABLE away RENAME TO \"people/byTeam\"");
  store(makeRows(1, "new"));
  EXPECT_EQ(storedCount(), 3U);
}

/// A trigger of the file runs without end. (Triggers may not have a WITH of their own.)
void addEndlessTrigger(const std::string& path) {
  detail::sqlite::Connection other(path, {}, {});
  other.execute(
      "CREATE VIEW endless AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n");
  other.execute("CREATE TRIGGER stays AFTER INSERT ON people BEGIN SELECT count(*) FROM endless; END");
}

TEST_F(AsyncSqlAbandon, AWriteInATriggerThatNeverEndsIsStopped) {
  open();
  store(makeRows(2));
  addEndlessTrigger(folder.file());
  Transaction stuck = begin();
  Completion<Ops> write = stuck->insert(people.def(), makeRows(1, "new"));
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_FALSE(write.isReady());
  stuck = nullptr;
  const Transaction next = begin();
  await(next->deleteRows(people.def(), std::vector<std::string>{"r0"}));
  await(next->commit());
  EXPECT_EQ(storedCount(), 1U);
}

TEST_F(AsyncSqlAbandon, ClosingStopsAWriteInATriggerThatNeverEnds) {
  open();
  addEndlessTrigger(folder.file());
  const Transaction stuck = begin();
  const Completion<Ops> write = stuck->insert(people.def(), makeRows(1));
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  driver->close();
  detail::sqlite::Connection other(folder.file(), {}, {});
  EXPECT_EQ(other.readInteger("SELECT count(*) FROM people"), 0);
}

}  // namespace
}  // namespace hyperdb::test
