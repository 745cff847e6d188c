// Closing the asynchronous driver itself: what ends how, and that nothing comes afterwards.
#include <atomic>
#include <iostream>
#include <thread>

#include "sqlite/async_fixture.hpp"

namespace hyperdb::test {
namespace {

using namespace std::chrono_literals;

/// Counts what is posted.
class CountingExecutor final : public Executor {
 public:
  explicit CountingExecutor(RunLoop& loop) : loop_(loop) {}
  void post(std::function<void()> function) override {
    ++count;
    loop_.post(std::move(function));
  }
  bool isHomeThread() const noexcept override { return loop_.isHomeThread(); }

  std::atomic<std::size_t> count{0};

 private:
  RunLoop& loop_;
};

class AsyncSqlClose : public AsyncSqlTest {
 protected:
  void openWithPatience() {
    AsyncSqlOptions options;
    options.busyTimeoutMs = 60'000;
    options.rowCacheRows = 0;
    options.readersMax = 2;
    options.synchronous = SynchronousLevel::off;
    open(options);
  }
};

TEST_F(AsyncSqlClose, EverythingThatWaitsIsCancelledAndTheRestIsRefused) {
  openWithPatience();
  store(makeRows(20'000));
  const Transaction reader = begin(TransactionMode::readOnly);
  const Transaction writer = begin();
  std::vector<Completion<ScanResult>> scans;
  for (int i = 0; i < 3; ++i) scans.push_back(reader->scan(everybody()));
  std::vector<Completion<Transaction>> begun;
  for (int i = 0; i < 3; ++i) begun.push_back(driver->begin(TransactionMode::readOnly));
  Completion<Ops> insert = writer->insert(people.def(), makeRows(20'000, "new"));
  Completion<void> loaded = driver->loadTables(std::vector{people.sharedDef()});
  driver->close();
  driver->close();
  for (auto& scan : scans) {
    const auto error = thrown([&] { scan.get(); });
    if (error) {
      EXPECT_EQ(error->message(), "the database was closed");
    }
  }
  for (auto& each : begun) EXPECT_EQ(codeOf([&] { each.get(); }), ErrorCode::cancelled);
  EXPECT_EQ(codeOf([&] { insert.get(); }), ErrorCode::cancelled);
  EXPECT_EQ(codeOf([&] { loaded.get(); }), ErrorCode::cancelled);
  EXPECT_TRUE(driver->isIdle());
  EXPECT_EQ(codeOf([&] { driver->begin(TransactionMode::readOnly).get(); }), ErrorCode::closed);
  EXPECT_EQ(codeOf([&] { driver->loadTables({}).get(); }), ErrorCode::closed);
  EXPECT_EQ(codeOf([&] { driver->findDamage().get(); }), ErrorCode::closed);
  EXPECT_EQ(codeOf([&] { writer->commit().get(); }), ErrorCode::closed);
  driver = nullptr;
  writer->rollback();
  open();
  EXPECT_EQ(storedCount(), 20'000U);
}

TEST_F(AsyncSqlClose, ACommitThatWasAskedForIsMade) {
  openWithPatience();
  for (int round = 0; round < testRounds(20); ++round) {
    const Transaction writer = begin();
    Completion<Ops> insert = writer->insert(people.def(), makeRows(100, std::to_string(round) + "-"));
    Completion<void> commit = writer->commit();
    driver->close();
    EXPECT_NO_THROW(insert.get());
    EXPECT_NO_THROW(commit.get());
    open();
    EXPECT_EQ(storedCount(), 100U * static_cast<std::size_t>(round + 1));
  }
}

TEST_F(AsyncSqlClose, AWriterThatWaitsForTheFileDoesNotHoldItUp) {
  openWithPatience();
  const auto other = openAgain();
  const Transaction foreign = other->begin(TransactionMode::readWrite).get();
  Completion<Transaction> begun = driver->begin(TransactionMode::readWrite);
  std::this_thread::sleep_for(20ms);
  const Deadline deadline(30s);
  driver->close();
  EXPECT_FALSE(deadline.isOver());
  EXPECT_EQ(codeOf([&] { begun.get(); }), ErrorCode::cancelled);
}

TEST_F(AsyncSqlClose, TheSearchForDamageIsStopped) {
  openWithPatience();
  store(makeRows(20'000));
  Completion<std::vector<std::string>> damage = driver->findDamage();
  std::this_thread::sleep_for(3ms);
  driver->close();
  EXPECT_EQ(codeOf([&] { damage.get(); }), ErrorCode::cancelled);
}

TEST_F(AsyncSqlClose, NothingIsPostedAfterwardsAtWhateverMomentItComes) {
  std::cout << "HYPERDB_TEST_SEED=" << testSeed() << "\n";
  TestRandom random;
  const Deadline deadline(testDuration(1, 10));
  std::size_t rounds = 0;
  openWithPatience();
  store(makeRows(200));
  do {
    CountingExecutor executor(loop);
    auto itsHost = std::make_unique<PlainHost>(executor);
    AsyncSqlOptions options;
    options.readersMax = 2;
    options.synchronous = SynchronousLevel::off;
    options.sharedFile.enabled = random.chance(2);
    auto one = std::make_unique<AsyncSqlDriver>(folder.file(), options);
    one->attach(*itsHost);
    Completion<void> loaded = one->loadTables(std::vector{people.sharedDef()});
    if (random.chance(10)) {
      one->close();  // nothing was awaited, and the loop has not run
    } else {
      await(std::move(loaded));
    }
    std::vector<Completion<Transaction>> begun;
    std::vector<Transaction> open;
    std::vector<Completion<ScanResult>> scans;
    std::vector<Completion<void>> commits;
    for (std::size_t i = random.below(30); i > 0; --i) {
      const auto mode = random.chance(3) ? TransactionMode::readWrite : TransactionMode::readOnly;
      begun.push_back(one->begin(mode));
      if (random.chance(3)) one->pollForCommits();
      if (random.chance(2)) loop.runOne();
      if (begun.size() < 3) continue;
      Completion<Transaction> first = std::move(begun.front());
      begun.erase(begun.begin());
      if (!first.isReady()) continue;  // dropped
      try {
        open.push_back(first.get());
      } catch (const Error&) {
        continue;
      }
      scans.push_back(open.back()->scan(everybody()));
      if (random.chance(2)) commits.push_back(open.back()->commit());
      if (random.chance(2)) open.pop_back();
    }
    if (random.chance(2)) std::this_thread::sleep_for(std::chrono::microseconds(random.below(500)));
    one->close();
    const std::size_t postedBefore = executor.count;
    itsHost = nullptr;
    one = nullptr;
    for (auto& each : begun) EXPECT_TRUE(each.isReady());
    for (auto& each : scans) EXPECT_TRUE(each.isReady());
    for (auto& each : commits) EXPECT_TRUE(each.isReady());
    open.clear();
    begun.clear();
    EXPECT_EQ(executor.count, postedBefore);
    loop.runReady();
    EXPECT_EQ(executor.count, postedBefore);
    ++rounds;
  } while (!deadline.isOver() && !HasFailure());
  std::cout << rounds << " closings\n";
  EXPECT_EQ(storedCount(), 200U);
}

}  // namespace
}  // namespace hyperdb::test
