// The n-th call to the file system fails, for every n and in every way that it can: a program hears of it and goes on,
// and no commit is lost or there in part.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <exception>

#include "crash/disk_vfs.hpp"
#include "crash/faults.hpp"
#include "crash/script.hpp"

namespace hyperdb::test {
namespace {

const std::string path = "ledger.sqlite";

struct Case {
  Storage storage = Storage::sql;
  JournalMode journalMode = JournalMode::wal;
  DiskFault fault;
};

/// A program that runs the script on a disk that fails.
class Program {
 public:
  explicit Program(const Case& its) : vfs_(disk_), storage_(its.storage) {
    vfs_.setFault(its.fault);
    vfs_.sleepsForReal = hasThreads(its.storage);
    options_.vfs = vfs_.name();
    options_.journalMode = its.journalMode;
    options_.synchronous = SynchronousLevel::full;
    options_.busyTimeoutMs = hasThreads(its.storage) ? 1 : 20;  // threads wait in real time
    possible_.emplace_back();
  }

  /// False: the fault did not come about.
  bool run() {
    for (const Release release : {Release::first, Release::second}) {
      std::optional<SubscribableDB> db = open(release);
      if (!db) continue;
      live_.reset();
      answerOf([&] { live_.emplace(*db); });
      isSeen_ = false;
      look(*db, release);
      for (const Step& step : shortScript(release)) tryStep(*db, step, release);
      checkDiskNow();
      live_.reset();
    }
    vfs_.endFault();
    checkDiskNow();
    return vfs_.fault().failuresCount > 0;
  }

  long failedStepsCount() const noexcept { return failedStepsCount_; }
  /// Commits that failed and were there nevertheless, for the program itself.
  long surfacedCount() const noexcept { return surfacedCount_; }
  long livesSeenCount() const noexcept { return livesSeenCount_; }

 private:
  /// A fault that does not last hinders one attempt to open at most, so the second works.
  std::optional<SubscribableDB> open(Release release) {
    const bool isTriedTwice = !vfs_.fault().isLasting;
    for (int attempt = 0; attempt < 2; ++attempt) {
      std::optional<SubscribableDB> db;
      if (answerOf([&] { db.emplace(openLedger(path, options_, release, storage_)); }) == Answer::done) {
        checkJournalMode(vfs_.image(), path, options_.journalMode);
        return db;
      }
      if (!isTriedTwice) return std::nullopt;
    }
    ADD_FAILURE() << "can't be opened although the fault has gone";
    return std::nullopt;
  }

  Answer answerOf(const std::function<void()>& attempt) {
    const long failuresBefore = vfs_.fault().failuresCount;
    const Answer answer = test::answerOf(vfs_, path, attempt);
    if (answer == Answer::failed) {
      EXPECT_GT(vfs_.fault().failuresCount, failuresBefore) << "fails although no call did";
      ++failedStepsCount_;
    }
    return answer;
  }

  void tryStep(DB& db, const Step& step, Release release) {
    SCOPED_TRACE(step.name);
    // What failed before and was not seen is not what this step starts from.
    const std::size_t startsCount = isSeen_ ? 1 : possible_.size();
    std::vector<Ledger> ends;
    bool isExpected = false;
    const bool wasSeen = isSeen_;
    const Answer answer = answerOf([&] { step.run(db, release); });
    for (std::size_t i = 0; i < startsCount; ++i) {
      Ledger end = possible_[i];
      const Outcome expected = step.apply(end);
      isExpected = isExpected || static_cast<int>(answer) == static_cast<int>(expected);
      if (expected == Outcome::done) ends.push_back(end);
    }
    if (answer == Answer::failed) {
      possible_.insert(possible_.end(), ends.begin(), ends.end());
      isSeen_ = false;
      if (failedStepsCount_ == 1) checkDiskNow();
    } else {
      EXPECT_TRUE(isExpected) << static_cast<int>(answer);
      if (answer == Answer::done) possible_ = ends;
    }
    look(db, release, wasSeen && answer == Answer::failed);
  }

  /// What the program sees must be possible, and is what the next step starts from. A commit that failed may still come
  /// to light when the file is opened the next time.
  void look(DB& db, Release release, bool wasSeen = false) {
    // First, since it runs by itself: what else is read meanwhile, on another thread, makes the calls' order uncertain.
    const auto entries = live_ ? live_->entries() : std::nullopt;
    Ledger seen;
    if (answerOf([&] { seen = readLedger(db, release); }) != Answer::done) return;
    if (!checkPossible(seen, possible_)) return;
    if (wasSeen && seen != possible_.front()) ++surfacedCount_;
    std::iter_swap(std::find(possible_.begin(), possible_.end(), seen), possible_.begin());
    isSeen_ = true;
    EXPECT_TRUE(!entries || *entries == seen.entries) << "a live result is not up to date";
    livesSeenCount_ += entries ? 1 : 0;
  }

  /// As if the program had been killed now.
  void checkDiskNow() { checkStored(vfs_.image(), path, options_, possible_); }

  Disk disk_;
  DiskVfs vfs_;
  Storage storage_;
  std::optional<LiveEntries> live_;
  SqlOptions options_;
  std::vector<Ledger> possible_;  ///< what may be stored
  bool isSeen_ = false;           ///< whether the first of these is what the program sees
  long failedStepsCount_ = 0;
  long surfacedCount_ = 0;
  long livesSeenCount_ = 0;
};

/// Every call that can fail in this way does, alone and with all that follow. Of those of threads, which take longer,
/// and of a shared file's, which are mostly the same, some.
void failEveryCall(Storage storage, JournalMode journalMode, FaultKind kind) {
  const long stride = testStride(hasThreads(storage) ? 8 : 2);
  long runsCount = 0;
  long failedStepsCount = 0;
  long surfacedCount = 0;
  for (const bool isLasting : {false, true}) {
    for (long after = testStart(stride);; after += stride) {
      SCOPED_TRACE(std::string(nameOf(kind)) + (isLasting ? ", lasting" : ", once") + ", after " +
                   std::to_string(after) + " calls, seed " + std::to_string(testSeed()));
      Program program({storage, journalMode, {kind, after, isLasting}});
      if (!program.run()) break;
      ++runsCount;
      failedStepsCount += program.failedStepsCount();
      surfacedCount += program.surfacedCount();
      if (::testing::Test::HasFailure()) return;
    }
  }
  std::printf("%s, %s, %s: %ld runs (every %ld.), %ld steps failed, %ld of them were there\n", nameOf(storage),
              journalMode == JournalMode::wal ? "wal" : "truncate", nameOf(kind), runsCount, stride, failedStepsCount,
              surfacedCount);
  if (journalMode == JournalMode::wal) {  // what has failed is not there, as long as the program goes on
    EXPECT_EQ(surfacedCount, 0);
  }
  EXPECT_GT(runsCount, 20);
  EXPECT_GT(failedStepsCount, 20) << "the faults concern nobody";
}

/// A program that has three commits and a reader on their way at the same time. What each of them is told must be true.
class CrowdedProgram {
 public:
  explicit CrowdedProgram(const DiskFault& fault) : vfs_(disk_) {
    vfs_.setFault(fault);
    vfs_.sleepsForReal = true;
    options_.vfs = vfs_.name();
    options_.synchronous = SynchronousLevel::full;
    options_.busyTimeoutMs = 1;
    possible_.emplace_back();
  }

  /// False: the fault did not come about.
  bool run() {
    std::optional<SubscribableDB> db;
    const auto open = [&] { db.emplace(openLedger(path, options_, Release::first, Storage::asyncSql)); };
    if (answerOf(vfs_, path, open) == Answer::done || answerOf(vfs_, path, open) == Answer::done) {
      checkJournalMode(vfs_.image(), path, options_.journalMode);
      for (int first = 1; first < 12; first += 3) runThree(*db, first);
    }
    db.reset();
    checkStored(vfs_.image(), path, options_, possible_);
    return vfs_.fault().failuresCount > 0;
  }

  long failedStepsCount = 0;

 private:
  void runThree(DB& db, int first) {
    std::vector<Completion<void>> commits;
    for (int i = 0; i < 3; ++i) commits.push_back(Turn{first + i}.start(db, Release::first));
    Completion<Ledger> reading = startReading(db, Release::first);
    for (Completion<void>& commit : commits) {
      note(first++, answerOf(vfs_, path, [&] { await(db, std::move(commit)); }));
    }
    answerOf(vfs_, path, [&] { EXPECT_EQ(await(db, std::move(reading)).findImbalance(), ""); });
    answerOf(vfs_, path, [&] {
      EXPECT_TRUE(readLedger(db, Release::first) == possible_.front()) << "a commit is not what was said of it";
    });
    checkStored(vfs_.image(), path, options_, possible_);
  }

  /// One that failed may come to light when the file is opened again, until the next one is there.
  void note(int number, Answer answer) {
    Ledger end = possible_.front();
    Turn{number}.apply(end);
    if (answer == Answer::done) {
      possible_ = {end};
    } else {
      possible_.push_back(end);
      ++failedStepsCount;
    }
  }

  Disk disk_;
  DiskVfs vfs_;
  SqlOptions options_;
  std::vector<Ledger> possible_;  ///< what may be stored; first what the program sees
};

class EveryCallInACrowd : public ::testing::TestWithParam<FaultKind> {};

TEST_P(EveryCallInACrowd, MayFailAndEachCommitIsToldTheTruth) {
  const long stride = testStride(8);
  long runsCount = 0;
  long failedStepsCount = 0;
  for (const bool isLasting : {false, true}) {
    for (long after = testStart(stride);; after += stride) {
      SCOPED_TRACE(std::string(isLasting ? "lasting" : "once") + ", after " + std::to_string(after) + " calls, seed " +
                   std::to_string(testSeed()));
      CrowdedProgram program({GetParam(), after, isLasting});
      if (!program.run()) break;
      ++runsCount;
      failedStepsCount += program.failedStepsCount;
      if (HasFailure()) return;
    }
  }
  std::printf("asyncSql in a crowd, %s: %ld runs (every %ld.), %ld steps failed\n", nameOf(GetParam()), runsCount,
              stride, failedStepsCount);
  EXPECT_GT(runsCount, 8);
  EXPECT_GT(failedStepsCount, 10) << "the faults concern nobody";
}

INSTANTIATE_TEST_SUITE_P(Io, EveryCallInACrowd,
                         ::testing::Values(FaultKind::refused, FaultKind::halfDone, FaultKind::diskFull,
                                           FaultKind::isBusy, FaultKind::noMemory),
                         [](const auto& test) {
                           std::string name = nameOf(test.param);
                           std::replace(name.begin(), name.end(), ' ', '_');
                           return name;
                         });

class EveryCall : public ::testing::TestWithParam<std::tuple<Storage, JournalMode, FaultKind>> {};

TEST_P(EveryCall, MayFailAndNoCommitIsLostOrHalfDone) {
  const auto& [storage, journalMode, kind] = GetParam();
  failEveryCall(storage, journalMode, kind);
}

std::string caseName(const ::testing::TestParamInfo<EveryCall::ParamType>& info) {
  const auto& [storage, journalMode, kind] = info.param;
  std::string name = std::string(nameOf(storage)) + (journalMode == JournalMode::wal ? "_wal_" : "_truncate_");
  for (const char* c = nameOf(kind); *c != '\0'; ++c) name += *c == ' ' ? '_' : *c;
  return name;
}

constexpr FaultKind faultsOfDisks[] = {FaultKind::refused, FaultKind::halfDone, FaultKind::diskFull, FaultKind::isBusy};

INSTANTIATE_TEST_SUITE_P(Io, EveryCall,
                         ::testing::Combine(::testing::Values(Storage::sql),
                                            ::testing::Values(JournalMode::wal, JournalMode::truncate),
                                            ::testing::ValuesIn(faultsOfDisks)),
                         caseName);

INSTANTIATE_TEST_SUITE_P(IoShared, EveryCall,
                         ::testing::Combine(::testing::Values(Storage::sharedSql),
                                            ::testing::Values(JournalMode::wal, JournalMode::truncate),
                                            ::testing::ValuesIn(faultsOfDisks)),
                         caseName);

INSTANTIATE_TEST_SUITE_P(IoOfThreads, EveryCall,
                         ::testing::Combine(::testing::Values(Storage::asyncSql), ::testing::Values(JournalMode::wal),
                                            ::testing::ValuesIn(faultsOfDisks)),
                         caseName);

// As `refused` but for the error: one journal is enough.
INSTANTIATE_TEST_SUITE_P(IoMemory, EveryCall,
                         ::testing::Combine(::testing::Values(Storage::sql, Storage::asyncSql),
                                            ::testing::Values(JournalMode::wal),
                                            ::testing::Values(FaultKind::noMemory)),
                         caseName);

TEST(Io, TheScriptDoesWhatItsModelDoes) {
  for (const Storage storage : {Storage::sql, Storage::sharedSql, Storage::asyncSql}) {
    Program program({storage, JournalMode::wal, {}});
    EXPECT_FALSE(program.run());
    EXPECT_EQ(program.failedStepsCount(), 0);
    EXPECT_GT(program.livesSeenCount(), 10);
  }
}

}  // namespace
}  // namespace hyperdb::test
