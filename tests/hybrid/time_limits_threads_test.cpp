// Options and timers with times near their largest value.
#include <chrono>
#include <limits>
#include <thread>

#include "hybrid/hybrid_fixture.hpp"

namespace hyperdb::test {
namespace {

constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();

class HybridTimes : public DiskTest<HybridDB> {
 protected:
  /// The delays of so many retries in a row.
  std::vector<std::int64_t> delays(HybridOptions options, int count) {
    options.triesMax = std::numeric_limits<int>::max();
    open(options);
    disk->commitsToFail = count;
    put("a", 1);
    std::vector<std::int64_t> all;
    for (int i = 0; i < count; ++i) {
      loop.runReady();
      all.push_back(timer.nextDueMs());
      timer.advanceMs(timer.nextDueMs());
    }
    loop.runReady();
    EXPECT_EQ(stored(), "a:1");
    return all;
  }
};

TEST_F(HybridTimes, RetryDelaysGrowUpToTheirCeiling) {
  std::vector<std::int64_t> expected{250, 1000, 4000, 16'000};
  expected.resize(40, 60'000);
  EXPECT_EQ(delays({}, 40), expected);
}

TEST_F(HybridTimes, TheCeilingIsAnOption) {
  HybridOptions options;
  options.retryDelayMaxMs = 300;
  EXPECT_EQ(delays(options, 3), (std::vector<std::int64_t>{250, 300, 300}));
}

TEST_F(HybridTimes, DelaysWithoutACeilingStopAtTheLargestTime) {
  HybridOptions options;
  options.retryDelayMaxMs = largest;
  options.firstRetryDelayMs = largest / 3;
  options.triesMax = 10;
  open(options);
  disk->commitsToFail = 2;
  put("a", 1);
  loop.runReady();
  EXPECT_EQ(timer.nextDueMs(), largest / 3);
  timer.advanceMs(largest / 3);
  loop.runReady();
  EXPECT_EQ(timer.nextDueMs(), largest - largest / 3) << "the end of the timer's time";
  timer.advanceMs(largest);
  loop.runReady();
  EXPECT_EQ(stored(), "a:1");
}

TEST_F(HybridTimes, ANegativeCeilingIsRefused) {
  HybridOptions options;
  options.retryDelayMaxMs = -1;
  EXPECT_EQ(codeOf([&] { open(options); }), ErrorCode::invalidArgument);
}

TEST(HybridTime, AFirstDelayOfTheLargestValueDoesNotRetryAtOnce) {
  auto disk = std::make_shared<Disk>();
  RunLoop loop;
  HybridOptions options;
  options.firstRetryDelayMs = largest;
  options.retryDelayMaxMs = largest;
  DBOptions dbOptions;
  dbOptions.executor = &loop;
  DB db{HybridDB{DiskDriver{disk}, options}, dbOptions};
  execSync(db.loadTables({tasksTable, logTable}));
  disk->commitsToFail = 2;
  syncDispatch(db, putTask("a", "p1", 1));
  loop.runReady();
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  loop.runReady();
  EXPECT_EQ(disk->commitsToFail, 1) << "only the first try was made";
  disk->commitsToFail = 0;
}

TEST(HybridTime, ClosingWithTheLargestWaitWaitsForThePrimary) {
  auto disk = std::make_shared<Disk>();
  RunLoop loop;
  auto late = std::make_unique<LateDriver>(std::make_unique<DiskDriver>(disk), loop, LateOptions{});
  const auto control = late->control();
  HybridOptions options;
  options.closeWaitMaxMs = largest;
  DBOptions dbOptions;
  dbOptions.executor = &loop;
  std::optional<DB> db(DB{HybridDB{std::move(late), options}, dbOptions});
  auto loaded = execAsync(db->loadTables({tasksTable, logTable}));
  loop.runReady();
  loaded.get();
  auto written = asyncDispatch(*db, putTask("a", "p1", 1));
  while (!written.isReady()) loop.runOne();
  db->close();
  EXPECT_EQ(textOf(*disk), "a:1");
}

TEST(SystemTimer, TheLongestDelayIsNotDue) {
  bool isCalled = false;
  {
    SystemTimer timer;
    timer.after(largest, [&isCalled] { isCalled = true; });
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_FALSE(isCalled);
}

}  // namespace
}  // namespace hyperdb::test
