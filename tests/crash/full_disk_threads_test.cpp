// The disk is full: what does not fit fails with words that say so, what was acknowledged stays, and everything goes on
// when there is room again. Over two tiers there is time until a flush has failed three times.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "crash/disk_vfs.hpp"
#include "crash/faults.hpp"
#include "crash/script.hpp"
#include "support/thrown.hpp"

namespace hyperdb::test {
namespace {

const std::string path = "ledger.sqlite";

/// Commits until the disk is full and some times more. Returns what was acknowledged.
struct FullDisk {
  Ledger ledger;
  int acknowledgedCount = 0;
  int failedCount = 0;

  void fill(SubscribableDB& db, int attempts, std::size_t textSize) {
    for (int i = 0; i < attempts; ++i) {
      const Transfer transfer{"t" + std::to_string(1000 + i), "alice", "bob", 1, std::string(textSize, 'x')};
      const std::optional<Error> error = thrown([&] { transfer.run(db, Release::first); });
      if (error) {
        ++failedCount;
        EXPECT_EQ(error->code(), ErrorCode::driverFailure);
        EXPECT_NE(error->message().find("the disk is full"), std::string::npos) << error->what();
      } else {
        ++acknowledgedCount;
        transfer.apply(ledger);
      }
      EXPECT_TRUE(readLedger(db, Release::first) == ledger) << "after commit " << i;
    }
  }
};

struct DiskUse {
  const char* name;
  Storage storage;
  JournalMode journalMode;
};

class FullDiskTest : public ::testing::TestWithParam<DiskUse> {};

TEST_P(FullDiskTest, OfAnySizeKeepsWhatWasAcknowledged) {
  int fullCount = 0;
  int refusedCount = 0;
  for (std::size_t size = 0; size < 600'000; size += 3000) {
    SCOPED_TRACE(std::to_string(size) + " bytes fit on the disk");
    Disk disk;
    DiskVfs vfs(disk);
    vfs.bytesMax = size;
    SqlOptions options;
    options.vfs = vfs.name();
    options.journalMode = GetParam().journalMode;
    vfs.sleepsForReal = hasThreads(GetParam().storage);
    FullDisk full;
    std::optional<SubscribableDB> db;
    if (const auto error = thrown([&] { db.emplace(openLedger(path, options, Release::first, GetParam().storage)); })) {
      EXPECT_NE(error->message().find("the disk is full"), std::string::npos) << error->what();
      ++refusedCount;
    } else {
      full.fill(*db, 12, 9000);
      fullCount += full.failedCount > 0 ? 1 : 0;
      db.reset();
    }
    vfs.bytesMax = ~std::size_t{0};  // the disk has room again
    SubscribableDB again = openLedger(path, options, Release::first, GetParam().storage);
    EXPECT_TRUE(readLedger(again, Release::first) == full.ledger);
    EXPECT_EQ(damageOf(again), std::vector<std::string>());
    Transfer{"the next", "alice", "bob"}.run(again, Release::first);
  }
  std::printf("%s: %d disks were too small to open the file, %d became full later\n", GetParam().name, refusedCount,
              fullCount);
  EXPECT_GT(refusedCount, 5);
  EXPECT_GT(fullCount, 20);
}

INSTANTIATE_TEST_SUITE_P(Modes, FullDiskTest,
                         ::testing::Values(DiskUse{"wal", Storage::sql, JournalMode::wal},
                                           DiskUse{"truncate", Storage::sql, JournalMode::truncate},
                                           DiskUse{"asyncWal", Storage::asyncSql, JournalMode::wal}),
                         [](const auto& test) { return std::string(test.param.name); });

/// Commits over two tiers, some of which do not fit.
class TwoTiersOnFullDisk {
 public:
  explicit TwoTiersOnFullDisk(std::size_t size) : vfs_(disk_) {
    vfs_.bytesMax = size;
    options_.vfs = vfs_.name();
    states_.emplace_back();
  }

  /// `getsRoom`: before the last try of a flush the disk gets room.
  void run(bool getsRoom) {
    HybridOptions hybridOptions;
    hybridOptions.timer = &timer_;
    std::optional<SubscribableDB> db;
    if (thrown([&] { db.emplace(openLedger(path, options_, Release::first, Storage::hybrid, hybridOptions)); })) {
      return;
    }
    for (int i = 0; i < 12 && !isStopped; ++i) {
      const Transfer transfer{"t" + std::to_string(1000 + i), "alice", "bob", 1, std::string(9000, 'x')};
      transfer.run(*db, Release::first);
      states_.push_back(states_.back());
      transfer.apply(states_.back());
      if (i % 3 == 2) flush(*db, getsRoom);
      EXPECT_TRUE(isStopped || readLedger(*db, Release::first) == states_.back());
    }
  }

  void checkFile() {
    vfs_.bytesMax = ~std::size_t{0};
    SubscribableDB again = openLedger(path, options_, Release::first);
    EXPECT_EQ(damageOf(again), std::vector<std::string>());
    EXPECT_TRUE(checkPossible(readLedger(again, Release::first), {states_.begin() + durableCount_ - 1, states_.end()}));
  }

  bool wasFull = false;
  bool isStopped = false;

 private:
  void flush(DB& db, bool getsRoom) {
    HybridDB& hybrid = db.driverAs<HybridDB>();
    Completion<void> flushed = hybrid.flushed();
    for (int retry = 1; !flushed.isReady() && retry < 3; ++retry) {
      wasFull = true;
      if (retry == 2 && getsRoom) vfs_.bytesMax = ~std::size_t{0};
      timer_.advanceMs(timer_.nextDueMs());
      static_cast<RunLoop&>(db.executor()).runReady();
    }
    const std::optional<Error> error = thrown([&] { flushed.get(); });
    isStopped = hybrid.state() == HybridState::crashed;
    EXPECT_EQ(error.has_value(), isStopped);
    EXPECT_FALSE(isStopped && getsRoom);
    if (!error) durableCount_ = static_cast<std::ptrdiff_t>(states_.size());
    if (error) {
      EXPECT_NE(error->message().find("the disk is full"), std::string::npos) << error->what();
    }
  }

  Disk disk_;
  DiskVfs vfs_;
  ManualTimer timer_;
  SqlOptions options_;
  std::vector<Ledger> states_;
  std::ptrdiff_t durableCount_ = 1;  ///< so many of them are in the file
};

TEST(FullDiskBelowTwoTiers, IsWaitedForAndStopsTheDriverOnlyIfItStaysFull) {
  for (const bool getsRoom : {true, false}) {
    int fullCount = 0;
    int stoppedCount = 0;
    for (std::size_t size = 0; size < 600'000; size += 3000) {
      SCOPED_TRACE(std::to_string(size) + " bytes fit on the disk, " + (getsRoom ? "later more" : "and stay"));
      TwoTiersOnFullDisk program(size);
      program.run(getsRoom);
      program.checkFile();
      fullCount += program.wasFull ? 1 : 0;
      stoppedCount += program.isStopped ? 1 : 0;
    }
    std::printf("hybrid, %s: %d disks became full, %d times the driver has stopped\n",
                getsRoom ? "room comes" : "no room comes", fullCount, stoppedCount);
    EXPECT_GT(fullCount, 20);
    EXPECT_EQ(stoppedCount, getsRoom ? 0 : fullCount);
  }
}

/// HYPERDB_SMALL_DISK is a folder on a file system of at most some megabytes.
TEST(RealFullDisk, KeepsWhatWasAcknowledged) {
  const char* folder = std::getenv("HYPERDB_SMALL_DISK");
  if (folder == nullptr) GTEST_SKIP() << "HYPERDB_SMALL_DISK names no folder on a small disk";
  ASSERT_LT(std::filesystem::space(folder).available, 20u << 20) << "the disk is too large to be filled";
  for (const JournalMode journalMode : {JournalMode::wal, JournalMode::truncate}) {
    const std::string file = std::string(folder) + (journalMode == JournalMode::wal ? "/wal.sqlite" : "/other.sqlite");
    const std::string ballast = std::string(folder) + "/ballast";
    SqlOptions options;
    options.journalMode = journalMode;
    SubscribableDB db = openLedger(file, options, Release::first);
    std::ofstream(ballast) << std::string(300'000, 'x');
    FullDisk full;
    full.fill(db, 300, 60'000);
    EXPECT_GT(full.acknowledgedCount, 0);
    EXPECT_GT(full.failedCount, 0);
    EXPECT_EQ(damageOf(db), std::vector<std::string>());
    std::filesystem::remove(ballast);
    const Transfer next{"the next", "alice", "bob"};
    next.run(db, Release::first);
    next.apply(full.ledger);
    db.close();
    {
      SubscribableDB again = openLedger(file, options, Release::first);
      EXPECT_TRUE(readLedger(again, Release::first) == full.ledger);
      EXPECT_EQ(damageOf(again), std::vector<std::string>());
    }
    std::printf("a real disk: %d commits fit, %d did not\n", full.acknowledgedCount, full.failedCount);
    // A log that there was no room for in the file stays beside it.
    for (const char* const ending : {"", "-wal", "-shm", "-journal"}) std::filesystem::remove(file + ending);
  }
}

}  // namespace
}  // namespace hyperdb::test
