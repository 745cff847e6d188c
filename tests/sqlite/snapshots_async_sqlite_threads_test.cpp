// Sums over two tables while another database on the same file, on a thread of its own, moves between them.
#include <atomic>
#include <chrono>
#include <thread>
#include <type_traits>

#include <hyperdb/async_sql_driver.hpp>

#include "sqlite/accounts.hpp"
#include "support/test_duration.hpp"
#include "support/test_random.hpp"

namespace hyperdb::test {
namespace {

constexpr int accountsCount = 8;
constexpr double wholeTotal = 200.0 * accountsCount;

/// Another process: commits as fast as it can until it is destroyed.
class Mover {
 public:
  explicit Mover(const std::string& path) {
    thread_ = std::thread([this, path] {
      SqlOptions options = sharedFile();
      options.busyTimeoutMs = 60'000;
      const SubscribableDB db = openFile(path, bothTables(), options);
      TestRandom random;
      while (!mustStop_) {
        const int from = static_cast<int>(random.below(accountsCount));
        const int to = static_cast<int>(random.below(accountsCount));
        syncDispatch(db, transfer(from, to, 1));
        ++commitsCount;
        std::this_thread::sleep_for(std::chrono::milliseconds(random.below(3)));
      }
    });
  }
  Mover(const Mover&) = delete;
  Mover& operator=(const Mover&) = delete;
  ~Mover() {
    mustStop_ = true;
    thread_.join();
  }

  std::atomic<int> commitsCount{0};

 private:
  std::atomic<bool> mustStop_{false};
  std::thread thread_;
};

const auto totalByAccount = selector("totalByAccount", {}, []() -> Selector<double> {
  double total = 0;
  for (int i = 0; i < accountsCount; ++i) {
    total += co_await sumOf(savings, i, i + 1);
    total += co_await sumOf(debts, i, i + 1);
  }
  co_return total;
});

template <class Driver>
class SnapshotsAsync : public SqliteTest {
 protected:
  static AsyncSqlOptions options() {
    AsyncSqlOptions options;
    static_cast<SqlOptions&>(options) = sharedFile(JournalMode::wal, 5);
    options.busyTimeoutMs = 60'000;
    return options;
  }
  static Driver make(const std::string& path) {
    if constexpr (std::is_same_v<Driver, AsyncSqlDriver>) {
      return AsyncSqlDriver{path, options()};
    } else {
      HybridOptions hybrid;
      hybrid.memoryRowsMax = 4;  // so that most reads ask the primary
      return Driver{AsyncSqlDriver{path, options()}, hybrid};
    }
  }
};

using Drivers = ::testing::Types<AsyncSqlDriver, HybridDB, PreloadedHybridDB>;
TYPED_TEST_SUITE(SnapshotsAsync, Drivers);

TYPED_TEST(SnapshotsAsync, EverySumIsThatOfACommitWhileAnotherDatabaseCommits) {
  syncDispatch(openFile(this->file(), bothTables(), sharedFile()), openAccounts(accountsCount));
  RunLoop loop;
  SubscribableDB db{DB{this->make(this->file()), {.executor = &loop}}};
  runUntilReady(loop, execAsync(db.loadTables(bothTables())));
  auto live = asyncSelector(db, totalByAccount());
  const Subscription subscription = live.subscribe([&] {
    EXPECT_FALSE(live.error());
    if (const auto total = live.data()) {
      EXPECT_EQ(*total, wholeTotal);
    }
  });
  {
    const Mover mover(this->file());
    const Deadline deadline(testDuration(1.5, 8));
    while (!::testing::Test::HasFailure() && (!deadline.isOver() || mover.commitsCount < 20)) {
      EXPECT_EQ(runUntilReady(loop, selectAsync(db, totalByAccount())), wholeTotal);
    }
  }
  EXPECT_EQ(runUntilReady(loop, selectAsync(db, totalByAccount())), wholeTotal);
  db.close();  // the live result may be on its way
}

}  // namespace
}  // namespace hyperdb::test
