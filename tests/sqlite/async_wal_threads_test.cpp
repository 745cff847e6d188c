// The write-ahead log beside readers that overlap without end, and locks that are waited for.
#include <algorithm>
#include <chrono>
#include <deque>
#include <filesystem>
#include <limits>
#include <thread>

#include "sqlite/async_fixture.hpp"

namespace hyperdb::test {
namespace {

class AsyncSqlWal : public AsyncSqlTest {
 protected:
  std::uintmax_t walBytes() const { return std::filesystem::file_size(folder.file() + "-wal"); }
  void replaceRows(const Transaction& transaction, int round) {
    Rows rows;
    for (int i = 0; i < 200; ++i) {
      rows.push_back(person(people, std::to_string(i).c_str(), std::string(2'000, 'x').c_str(), round));
    }
    await(transaction->upsert(people.def(), rows));
    await(transaction->commit());
  }
};

TEST_F(AsyncSqlWal, StaysBoundedBesideReadersThatOverlap) {
  AsyncSqlOptions options;
  options.readersMax = 4;
  options.synchronous = SynchronousLevel::off;
  open(options);
  replaceRows(begin(), 0);
  // Each reader ends when three others have begun: there is no moment without one.
  struct Reader {
    Transaction transaction;
    Completion<ScanResult> scan;
  };
  std::deque<Reader> readers;
  std::deque<Completion<Transaction>> beginnings;
  const auto read = [&] {
    if (beginnings.size() < 2) beginnings.push_back(driver->begin(TransactionMode::readOnly));
    while (!beginnings.empty() && beginnings.front().isReady()) {
      Transaction transaction = beginnings.front().get();
      beginnings.pop_front();
      Completion<ScanResult> scan = transaction->scan(everybody());
      readers.push_back({std::move(transaction), std::move(scan)});
    }
    while (readers.size() > 3 && readers.front().scan.isReady()) readers.pop_front();
  };
  std::uintmax_t most = 0;
  for (int round = 1; round <= 80; ++round) {
    Completion<Transaction> begun = driver->begin(TransactionMode::readWrite);
    while (!begun.isReady()) {
      read();
      loop.runReady();
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
    replaceRows(begun.get(), round);
    most = std::max(most, walBytes());
  }
  beginnings.clear();
  readers.clear();
  waitUntilIdle();
  // Without a bound it is twice as much.
  EXPECT_LT(most, 36'000'000U);
}

TEST_F(AsyncSqlWal, ALargestBusyTimeoutWaitsForTheLock) {
  AsyncSqlOptions options;
  options.busyTimeoutMs = std::numeric_limits<std::int64_t>::max();
  open(options);
  const auto other = openAgain();
  const Transaction foreign = other->begin(TransactionMode::readWrite).get();
  Completion<Transaction> waiting = driver->begin(TransactionMode::readWrite);
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  loop.runReady();
  EXPECT_FALSE(waiting.isReady());
  foreign->rollback();
  await(std::move(waiting))->rollback();
}

TEST_F(AsyncSqlWal, ALargestBusyTimeoutOfTheSynchronousDriverWaitsForTheLock) {
  open();
  Transaction foreign = begin();
  SqlOptions options;
  options.busyTimeoutMs = std::numeric_limits<std::int64_t>::max();
  const auto other = openAgain(options);
  Transaction begun;
  std::thread waiting([&] { begun = other->begin(TransactionMode::readWrite).get(); });
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  foreign->rollback();
  waiting.join();
  begun->rollback();
}

}  // namespace
}  // namespace hyperdb::test
