// The n-th call to the file system below two tiers fails, for every n: once, for a while, or for good. What fails for a
// time only is made good by retries; what fails for good stops the driver, which says why. At any moment the file holds
// the state after some commit, which is none before those that a flush has acknowledged.
#include <gtest/gtest.h>

#include <cstdio>

#include "crash/disk_vfs.hpp"
#include "crash/faults.hpp"
#include "crash/script.hpp"

namespace hyperdb::test {
namespace {

const std::string path = "ledger.sqlite";

enum class Duration { once, forAWhile, forGood };
constexpr const char* durationNames[] = {"once", "for a while", "for good"};

struct Case {
  Storage storage;
  FaultKind kind;
  Duration duration = Duration::once;
  long after = -1;
};

/// A program that runs the script over two tiers, and flushes after some of its steps.
class Program {
 public:
  explicit Program(const Case& its) : its_(its), vfs_(disk_) {
    vfs_.setFault({its.kind, its.after, its.duration != Duration::once});
    vfs_.sleepsForReal = hasThreads(its.storage);
    options_.vfs = vfs_.name();
    options_.synchronous = SynchronousLevel::full;
    options_.busyTimeoutMs = hasThreads(its.storage) ? 1 : 20;
    hybridOptions_.timer = &timer_;
    hybridOptions_.commitsPerFlushMax = 2;
    states_.emplace_back();
  }

  /// False: the fault did not come about.
  bool run() {
    for (const Release release : {Release::first, Release::second}) {
      std::optional<SubscribableDB> db = open(release);
      if (!db) continue;
      runScript(*db, release);
      close(db);
    }
    vfs_.endFault();
    checkDiskNow();
    return vfs_.fault().failuresCount > 0;
  }

  long failedStepsCount = 0;
  long retriesCount = 0;
  long crashesCount = 0;
  long livesSeenCount = 0;

 private:
  std::optional<SubscribableDB> open(Release release) {
    for (int attempt = 0; attempt < 2; ++attempt) {
      std::optional<SubscribableDB> db;
      const auto attemptToOpen = [&] { db.emplace(openLedger(path, options_, release, its_.storage, hybridOptions_)); };
      if (answerOf(vfs_, path, attemptToOpen) == Answer::done) {
        checkJournalMode(vfs_.image(), path, options_.journalMode);
        return db;
      }
      if (its_.duration == Duration::forGood) return std::nullopt;
      endIfBegun();
    }
    ADD_FAILURE() << "can't be opened although the fault has gone";
    return std::nullopt;
  }

  /// Closing flushes what is left. It does not wait between its tries: what fails then fails for good.
  void close(std::optional<SubscribableDB>& db) {
    const bool isOver = its_.duration == Duration::once || endIfBegun();
    const long failuresBefore = vfs_.fault().failuresCount;
    db.reset();
    const bool isFlushed = isOver || vfs_.fault().failuresCount == failuresBefore;
    if (isFlushed && !hasCrashed_) durableCount_ = states_.size();
    checkDiskNow();
    endIfBegun();
  }

  /// Of what fails for a while. Returns whether it has ended.
  bool endIfBegun() {
    if (its_.duration != Duration::forAWhile || vfs_.fault().failuresCount == 0) return false;
    vfs_.endFault();
    return true;
  }

  /// What is there now is what the program goes on from. False: it can't be read.
  bool takeUp(DB& db, Release release) {
    hasCrashed_ = false;
    Ledger stored;
    const auto read = [&] { stored = readLedger(db, release); };
    if (answerOf(vfs_, path, read) != Answer::done && answerOf(vfs_, path, read) != Answer::done) return false;
    if (!checkPossible(stored, possible())) return false;
    states_ = {stored};
    durableCount_ = 1;
    return true;
  }

  void runScript(SubscribableDB& db, Release release) {
    if (!takeUp(db, release)) return;
    std::optional<LiveEntries> live;
    answerOf(vfs_, path, [&] { live.emplace(db); });
    int number = 0;
    for (const Step& step : shortScript(release)) {
      SCOPED_TRACE(step.name);
      tryStep(db, step, release);
      look(db, live, release);
      // What comes last is left to the closing.
      if (++number % 3 == 0 && !hasCrashed_) flush(db);
      if (hasCrashed_) checkCrashed(db, release);
    }
  }

  /// A step fails if what it needs can't be read, and then has done nothing.
  void tryStep(DB& db, const Step& step, Release release) {
    Ledger end = states_.back();
    const Outcome expected = step.apply(end);
    const Answer answer = answerOf(vfs_, path, [&] { step.run(db, release); });
    if (answer == Answer::failed) {
      ++failedStepsCount;
      EXPECT_GT(vfs_.fault().failuresCount, 0) << "fails although no call did";
      return;
    }
    EXPECT_EQ(static_cast<int>(answer), static_cast<int>(expected));
    EXPECT_FALSE(hasCrashed_) << "works although the driver has stopped";
    if (answer == Answer::done) states_.push_back(end);
  }

  /// Memory has the last state, whatever the disk does.
  void look(DB& db, std::optional<LiveEntries>& live, Release release) {
    const auto entries = live ? live->entries() : std::nullopt;
    EXPECT_TRUE(!entries || hasCrashed_ || *entries == states_.back().entries) << "a live result is not up to date";
    livesSeenCount += entries ? 1 : 0;
    answerOf(vfs_, path, [&] { EXPECT_TRUE(readLedger(db, release) == states_.back()); });
    noteCrash(db);
  }

  /// Waits, and lets time pass where the flush does.
  void flush(DB& db) {
    const Answer answer = answerOf(vfs_, path, [&] {
      Completion<void> flushed = db.driverAs<WriteBehindDriver>().flushed();
      while (!isReadySoon(db, flushed)) {
        ++retriesCount;
        if (retriesCount > 1) endIfBegun();
        timer_.advanceMs(timer_.nextDueMs());
      }
      flushed.get();
    });
    noteCrash(db);
    EXPECT_EQ(answer == Answer::done, !hasCrashed_) << "a flush fails when the driver stops, and only then";
    if (answer == Answer::done) durableCount_ = states_.size();
    checkDiskNow();
  }

  /// Whether it comes without a timer.
  bool isReadySoon(DB& db, const Completion<void>& flushed) {
    auto& loop = static_cast<RunLoop&>(db.executor());
    if (!hasThreads(its_.storage)) {
      loop.runReady();
    } else {
      loop.runUntil([&] { return flushed.isReady() || timer_.pendingCount() > 0; });
    }
    EXPECT_TRUE(flushed.isReady() || timer_.pendingCount() > 0) << "a flush waits for nothing";
    return flushed.isReady() || timer_.pendingCount() == 0;
  }

  void noteCrash(DB& db) {
    const WriteBehindDriver& tiers = db.driverAs<WriteBehindDriver>();
    if (hasCrashed_ || tiers.state() == HybridState::running) return;
    hasCrashed_ = true;
    ++crashesCount;
    EXPECT_EQ(static_cast<int>(its_.duration), static_cast<int>(Duration::forGood)) << tiers.crashCause();
    EXPECT_NE(tiers.crashCause().find("failed 3 times"), std::string::npos) << tiers.crashCause();
    EXPECT_NE(tiers.crashCause().find(its_.kind == FaultKind::noMemory ? "bad_alloc" : path), std::string::npos)
        << tiers.crashCause();
    EXPECT_GT(tiers.pendingCommits(), 0U);
    EXPECT_GE(vfs_.fault().failuresCount, 3) << "stopped too early";
  }

  /// It stays as it is, and reports it.
  void checkCrashed(DB& db, Release release) {
    EXPECT_EQ(answerOf(vfs_, path, [&] { makeDurable(db); }), Answer::failed);
    EXPECT_EQ(answerOf(vfs_, path, [&] { readLedger(db, release); }), Answer::failed);
    EXPECT_EQ(db.driverAs<WriteBehindDriver>().state(), HybridState::crashed);
  }

  /// What the file may hold.
  std::vector<Ledger> possible() const {
    return {states_.begin() + static_cast<std::ptrdiff_t>(durableCount_ - 1), states_.end()};
  }

  /// As if the program had been killed now.
  void checkDiskNow() { checkStored(vfs_.image(), path, options_, possible()); }

  Case its_;
  Disk disk_;
  DiskVfs vfs_;
  ManualTimer timer_;
  SqlOptions options_;
  HybridOptions hybridOptions_;
  std::vector<Ledger> states_;    ///< of memory: at first, and after each commit
  std::size_t durableCount_ = 1;  ///< so many of them were acknowledged by a flush
  bool hasCrashed_ = false;       ///< in this release
};

/// Every call that can fail in this way does, or some of them.
void failEveryCall(Storage storage, FaultKind kind) {
  const long stride = testStride(hasThreads(storage) ? 8 : 4);
  for (const Duration duration : {Duration::once, Duration::forAWhile, Duration::forGood}) {
    const char* const name = durationNames[static_cast<int>(duration)];
    long runsCount = 0;
    long failedStepsCount = 0;
    long retriesCount = 0;
    long crashesCount = 0;
    for (long after = testStart(stride);; after += stride) {
      SCOPED_TRACE(std::string(nameOf(kind)) + ", " + name + ", after " + std::to_string(after) + " calls, seed " +
                   std::to_string(testSeed()));
      Program program({storage, kind, duration, after});
      if (!program.run()) break;
      ++runsCount;
      failedStepsCount += program.failedStepsCount;
      retriesCount += program.retriesCount;
      crashesCount += program.crashesCount;
      if (::testing::Test::HasFailure()) return;
    }
    std::printf("%s, %s, %s: %ld runs (every %ld.), %ld steps failed, %ld retries, %ld times stopped\n",
                nameOf(storage), nameOf(kind), name, runsCount, stride, failedStepsCount, retriesCount, crashesCount);
    EXPECT_GT(runsCount, 2);
    if (kind != FaultKind::isBusy || duration != Duration::once) {  // SQLite itself asks for a lock more than once
      EXPECT_GT(retriesCount, 0) << "the faults concern nobody";
    }
    EXPECT_EQ(crashesCount > 0, duration == Duration::forGood);
  }
}

class EveryCallBelowTwoTiers : public ::testing::TestWithParam<std::tuple<Storage, FaultKind>> {};

TEST_P(EveryCallBelowTwoTiers, MayFailAndWhatWasFlushedStays) {
  const auto& [storage, kind] = GetParam();
  failEveryCall(storage, kind);
}

std::string caseName(const ::testing::TestParamInfo<EveryCallBelowTwoTiers::ParamType>& info) {
  const auto& [storage, kind] = info.param;
  std::string name = std::string(nameOf(storage)) + "_";
  for (const char* c = nameOf(kind); *c != '\0'; ++c) name += *c == ' ' ? '_' : *c;
  return name;
}

INSTANTIATE_TEST_SUITE_P(
    Io, EveryCallBelowTwoTiers,
    ::testing::Combine(::testing::Values(Storage::hybrid, Storage::asyncHybrid, Storage::preloadedHybrid),
                       ::testing::Values(FaultKind::refused, FaultKind::halfDone, FaultKind::noMemory,
                                         FaultKind::diskFull, FaultKind::isBusy)),
    caseName);

TEST(IoBelowTwoTiers, TheScriptDoesWhatItsModelDoes) {
  for (const Storage storage : {Storage::hybrid, Storage::asyncHybrid, Storage::preloadedHybrid}) {
    Program program({storage, FaultKind::refused});
    EXPECT_FALSE(program.run());
    EXPECT_EQ(program.failedStepsCount + program.retriesCount + program.crashesCount, 0);
    EXPECT_GT(program.livesSeenCount, 10);
  }
}

}  // namespace
}  // namespace hyperdb::test
