// Power is lost after every single change to the disk, also while the file is recovered: what was acknowledged is there
// (SynchronousLevel::full), or all up to some commit is (normal), nothing is there in part, and nothing is damaged.
// Over two tiers a flush acknowledges all commits before it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <functional>
#include <memory>
#include <unordered_map>

#include "crash/disk_vfs.hpp"
#include "crash/faults.hpp"
#include "crash/script.hpp"

namespace hyperdb::test {
namespace {

const std::string path = "ledger.sqlite";

struct DiskUse {
  const char* name;
  Storage storage;
  JournalMode journalMode;
  SynchronousLevel synchronous;
  bool ruinsSectors = false;  ///< a write that is cut off may ruin bytes beside it
  bool isCrowded = false;     ///< several commits and reads are on their way at the same time
};

SqlOptions optionsOf(const DiskUse& setup, DiskVfs& vfs) {
  vfs.ruinsSectors = setup.ruinsSectors;
  vfs.sleepsForReal = hasThreads(setup.storage);
  vfs.checkpointPages = 12;  // the scripts are too short for SQLite's own thousand
  SqlOptions options;
  options.vfs = vfs.name();
  options.journalMode = setup.journalMode;
  options.synchronous = setup.synchronous;
  return options;
}

SubscribableDB open(const DiskUse& setup, DiskVfs& vfs, Release release) {
  HybridOptions hybridOptions;
  hybridOptions.commitsPerFlushMax = 2;  // so that the primary gets some commits alone, and some together
  return openLedger(path, optionsOf(setup, vfs), release, setup.storage, hybridOptions);
}

/// All that a run of the script has done to the disk, and what was stored when.
struct Recording {
  std::vector<DiskChange> changes;
  std::vector<Ledger> states;             ///< at first, and after each commit
  std::vector<std::size_t> begun;         ///< behind which change each commit began
  std::vector<std::size_t> acknowledged;  ///< behind which change each commit was acknowledged
  std::size_t secondRelease = 0;          ///< where the second run of the program begins

  std::size_t begunAt(std::size_t changesCount) const { return countUpTo(begun, changesCount); }
  std::size_t acknowledgedAt(std::size_t changesCount) const { return countUpTo(acknowledged, changesCount); }

 private:
  static std::size_t countUpTo(const std::vector<std::size_t>& ascending, std::size_t end) {
    const auto after = std::upper_bound(ascending.begin(), ascending.end(), end);
    return static_cast<std::size_t>(after - ascending.begin());
  }
};

/// A reader on a thread of its own that comes and goes: while it has its state, the log can't begin anew.
class ReaderBeside {
 public:
  void afterCommit(DB& db, int number) {
    if (answersAtOnce(db)) return;
    if (number % 5 == 1) transaction_ = await(db, db.driver().begin(TransactionMode::readOnly));
    if (number % 5 == 4) transaction_ = nullptr;
  }

 private:
  std::unique_ptr<DriverTransaction> transaction_;
};

/// Runs one release's part.
void recordRelease(const DiskUse& setup, DiskVfs& vfs, Release release, int commitsCount, Recording& recording) {
  Ledger ledger = recording.states.back();
  DB db = open(setup, vfs, release);
  ReaderBeside reader;
  int number = 0;
  for (const Step& step : longScript(release, commitsCount)) {
    recording.begun.push_back(vfs.changesCount());
    step.run(db, release);
    EXPECT_EQ(static_cast<int>(step.apply(ledger)), static_cast<int>(Outcome::done)) << step.name;
    recording.states.push_back(ledger);
    ++number;
    if (!hasTwoTiers(setup.storage) || number % 3 == 0 || number == commitsCount) {
      makeDurable(db);
      recording.acknowledged.resize(recording.begun.size(), vfs.changesCount());
    }
    if (!hasTwoTiers(setup.storage)) reader.afterCommit(db, number);
  }
  EXPECT_TRUE(readLedger(db, release) == ledger);
}

/// Runs one release's part with three commits on their way, and readers beside them.
void recordCrowdedRelease(const DiskUse& setup, DiskVfs& vfs, Release release, int commitsCount, Recording& recording) {
  Ledger ledger = recording.states.back();
  DB db = open(setup, vfs, release);
  auto& loop = static_cast<RunLoop&>(db.executor());
  int readsCount = 0;  ///< on their way
  const auto waitUntilOnTheirWay = [&](std::size_t most) {
    loop.runUntil([&] {
      const std::size_t commits = recording.begun.size() - recording.acknowledged.size();
      return commits <= most && (most > 0 || readsCount == 0);
    });
  };
  for (int i = 0; i < commitsCount; ++i) {
    const Turn turn{Turn::lastOf(ledger) + 1};
    recording.begun.push_back(vfs.changesCount());
    turn.start(db, release).then(loop, [&recording, &vfs](Completion<void> done) {
      EXPECT_NO_THROW(done.get());
      recording.acknowledged.push_back(vfs.changesCount());
    });
    turn.apply(ledger);
    recording.states.push_back(ledger);
    if (i % 2 == 0) {
      ++readsCount;
      startReading(db, release).then(loop, [&recording, &readsCount](Completion<Ledger> done) {
        --readsCount;
        EXPECT_NO_THROW(EXPECT_TRUE(checkPossible(done.get(), recording.states)));
      });
    }
    waitUntilOnTheirWay(2);
  }
  waitUntilOnTheirWay(0);
  EXPECT_TRUE(readLedger(db, release) == ledger);
}

Recording record(const DiskUse& setup, int commitsCount) {
  Recording recording;
  Disk disk;
  disk.recorder = &recording.changes;
  DiskVfs vfs(disk);
  recording.states.emplace_back();
  const auto recordPart = setup.isCrowded ? recordCrowdedRelease : recordRelease;
  recordPart(setup, vfs, Release::first, commitsCount, recording);
  recording.secondRelease = recording.changes.size();
  recordPart(setup, vfs, Release::second, commitsCount, recording);
  return recording;
}

class Recovery {
 public:
  Recovery(const DiskUse& setup, const Recording& recording) : setup_(setup), recording_(recording) {}

  long imagesCount = 0;
  long recoveriesCount = 0;
  long lossesInRecoveryCount = 0;
  long commitsLostCount = 0;  ///< that were acknowledged

  /// Checks what is there when the machine starts again with this image.
  void check(const DiskImage& image, std::size_t point, TestRandom& random) {
    ++imagesCount;
    std::string text;
    for (const auto& [name, content] : image) text += name + '\0' + std::to_string(content.size()) + '\0' + content;
    const std::size_t hash = std::hash<std::string>()(text);
    const bool isSecond = point >= recording_.secondRelease;
    auto known = known_.find(hash);
    if (known == known_.end()) {
      known = known_.emplace(hash, recover(image, isSecond ? Release::second : Release::first)).first;
      loseAgain(image, known->second, random);
    }
    checkCommits(known->second, point);
  }

 private:
  /// Opens it and looks at everything. Returns how many commits are there; -1: none of the states that were committed.
  long recover(const DiskImage& image, Release release) try {
    ++recoveriesCount;
    changes_.clear();
    Disk disk(image);
    disk.recorder = &changes_;
    DiskVfs vfs(disk);
    DB db = open(setup_, vfs, release);
    Ledger ledger = readLedger(db, release);
    recoveryLength_ = vfs.changesCount();
    EXPECT_EQ(ledger.findImbalance(), "");
    EXPECT_EQ(damageOf(db), std::vector<std::string>());
    const auto found = std::find(recording_.states.begin(), recording_.states.end(), ledger);
    const Transfer next{"the next", "alice", "bob", 1};
    next.run(db, release);
    next.apply(ledger);
    makeDurable(db);
    EXPECT_TRUE(readLedger(db, release) == ledger) << "the next commit is not there";
    if (setup_.synchronous == SynchronousLevel::full) {
      TestRandom unused;
      Disk later(disk.imageAfterLoss(Loss::everything, unused));
      DiskVfs laterVfs(later);
      DB laterDb = open(setup_, laterVfs, release);
      EXPECT_TRUE(readLedger(laterDb, release) == ledger) << "the commit after the recovery is lost";
    }
    if (found == recording_.states.end()) ADD_FAILURE() << "what is there was never committed:" << ledger.describe();
    return found == recording_.states.end() ? -1 : static_cast<long>(found - recording_.states.begin());
  } catch (const std::exception& error) {
    ADD_FAILURE() << error.what();
    return -1;
  }

  /// Power goes away again at some point of the recovery.
  void loseAgain(const DiskImage& image, long commitsCount, TestRandom& random) {
    if (recoveryLength_ == 0 || commitsCount < 0) return;
    Disk disk(image);
    const std::size_t end = 1 + random.below(recoveryLength_);
    for (std::size_t i = 0; i < end; ++i) disk.apply(changes_[i]);
    ++lossesInRecoveryCount;
    const DiskImage again = disk.imageAfterLoss(Loss::anything, random, setup_.ruinsSectors);
    EXPECT_EQ(recover(again, Release::second), commitsCount) << "after power was lost in the recovery";
  }

  void checkCommits(long commitsCount, std::size_t point) {
    const auto acknowledged = static_cast<long>(recording_.acknowledgedAt(point));
    EXPECT_LE(commitsCount, static_cast<long>(recording_.begunAt(point)));
    if (setup_.synchronous == SynchronousLevel::full) {
      EXPECT_GE(commitsCount, acknowledged) << "a commit is lost";
    }
    if (commitsCount < acknowledged) commitsLostCount += acknowledged - commitsCount;
  }

  const DiskUse& setup_;
  const Recording& recording_;
  std::vector<DiskChange> changes_;  ///< of the last recovery
  std::size_t recoveryLength_ = 0;
  std::unordered_map<std::size_t, long> known_;  ///< commits by image
};

class PowerLoss : public ::testing::TestWithParam<DiskUse> {};

/// Power is lost behind so many changes, in every way.
void losePower(const Disk& disk, const DiskUse& setup, std::size_t point, Recovery& recovery) {
  for (const Loss loss : {Loss::everything, Loss::nothing, Loss::fromSomePoint, Loss::anything}) {
    const bool isRandom = loss == Loss::fromSomePoint || loss == Loss::anything;
    // Many things happen while the file is made that never happen again.
    const int rounds = isRandom ? testRounds(point < 40 ? 8 : 1) : 1;
    for (int round = 0; round < rounds; ++round) {
      SCOPED_TRACE("after " + std::to_string(point) + " changes, loss " + std::to_string(static_cast<int>(loss)) +
                   ", round " + std::to_string(round) + ", seed " + std::to_string(testSeed()));
      TestRandom random(testSeed() + point * 1000 + static_cast<std::uint64_t>(loss) * 100'000'000 +
                        static_cast<std::uint64_t>(round) * 1'000'000'007);
      recovery.check(disk.imageAfterLoss(loss, random, setup.ruinsSectors), point, random);
      if (::testing::Test::HasFailure()) return;
    }
  }
}

TEST_P(PowerLoss, AtAnyMomentLeavesWholeCommitsOnly) {
  const DiskUse setup = GetParam();
  const Recording recording = record(setup, testRounds(1) > 1 ? 20 : 8);
  Recovery recovery(setup, recording);
  Disk disk;
  long syncsCount = 0;
  // Starting threads for each recovery takes longer.
  const auto stride = static_cast<std::size_t>(testStride(hasThreads(setup.storage) ? 24 : 3));
  const auto start = static_cast<std::size_t>(testStart(static_cast<long>(stride)));
  for (std::size_t point = 0; point <= recording.changes.size(); ++point) {
    if (point % stride == start) losePower(disk, setup, point, recovery);
    if (HasFailure()) return;
    if (point == recording.changes.size()) break;
    syncsCount += recording.changes[point].kind == DiskChange::Kind::sync ? 1 : 0;
    disk.apply(recording.changes[point]);
  }
  std::printf(
      "%s: %zu commits, %zu changes, %ld syncs; %ld losses, %ld recoveries, %ld losses in these; "
      "%ld acknowledged commits lost\n",
      setup.name, recording.acknowledged.size(), recording.changes.size(), syncsCount, recovery.imagesCount,
      recovery.recoveriesCount, recovery.lossesInRecoveryCount, recovery.commitsLostCount);
  if (setup.synchronous == SynchronousLevel::full) {
    EXPECT_EQ(recovery.commitsLostCount, 0);
  } else if (setup.journalMode == JournalMode::wal) {
    EXPECT_GT(recovery.commitsLostCount, 0) << "the losses lose nothing";
  }
}

INSTANTIATE_TEST_SUITE_P(
    Power, PowerLoss,
    ::testing::Values(
        DiskUse{"walFull", Storage::sql, JournalMode::wal, SynchronousLevel::full},
        DiskUse{"walNormal", Storage::sql, JournalMode::wal, SynchronousLevel::normal},
        DiskUse{"truncateFull", Storage::sql, JournalMode::truncate, SynchronousLevel::full},
        DiskUse{"truncateNormal", Storage::sql, JournalMode::truncate, SynchronousLevel::normal},
        DiskUse{"walFullRuinedSectors", Storage::sql, JournalMode::wal, SynchronousLevel::full, true},
        DiskUse{"truncateFullRuinedSectors", Storage::sql, JournalMode::truncate, SynchronousLevel::full, true},
        DiskUse{"sharedFull", Storage::sharedSql, JournalMode::wal, SynchronousLevel::full},
        DiskUse{"sharedTruncate", Storage::sharedSql, JournalMode::truncate, SynchronousLevel::full},
        DiskUse{"asyncFull", Storage::asyncSql, JournalMode::wal, SynchronousLevel::full},
        DiskUse{"asyncNormal", Storage::asyncSql, JournalMode::wal, SynchronousLevel::normal},
        DiskUse{"asyncCrowdedFull", Storage::asyncSql, JournalMode::wal, SynchronousLevel::full, false, true},
        DiskUse{"hybridFull", Storage::hybrid, JournalMode::wal, SynchronousLevel::full},
        DiskUse{"hybridNormal", Storage::hybrid, JournalMode::wal, SynchronousLevel::normal},
        DiskUse{"hybridTruncate", Storage::hybrid, JournalMode::truncate, SynchronousLevel::full},
        DiskUse{"preloadedFull", Storage::preloadedHybrid, JournalMode::wal, SynchronousLevel::full},
        DiskUse{"asyncHybridFull", Storage::asyncHybrid, JournalMode::wal, SynchronousLevel::full}),
    [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace hyperdb::test
