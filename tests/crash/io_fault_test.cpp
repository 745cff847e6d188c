// The n-th call to the file system fails, for every n and in every way that it can: a program hears of it and goes on,
// and no commit is lost or there in part.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <new>
#include <stdexcept>

#include "crash/disk_vfs.hpp"
#include "crash/script.hpp"
#include "support/thrown.hpp"

namespace hyperdb::test {
namespace {

const std::string path = "ledger.sqlite";

struct Case {
  JournalMode journalMode = JournalMode::wal;
  DiskFault fault;
};

/// What an attempt came to.
enum class Answer { done, conflict, refused, failed };

/// A program that runs the script on a disk that fails.
class Program {
 public:
  explicit Program(const Case& its) : vfs_(disk_) {
    vfs_.fault = its.fault;
    options_.vfs = vfs_.name();
    options_.journalMode = its.journalMode;
    options_.synchronous = SynchronousLevel::full;
    options_.busyTimeoutMs = 20;
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
    vfs_.fault.after = -1;
    checkAfterwards(disk_);
    return vfs_.fault.failuresCount > 0;
  }

  long failedStepsCount() const noexcept { return failedStepsCount_; }
  /// Commits that failed and were there nevertheless, for the program itself.
  long surfacedCount() const noexcept { return surfacedCount_; }
  long livesSeenCount() const noexcept { return livesSeenCount_; }

 private:
  /// A fault that does not last hinders one attempt to open at most, so the second works.
  std::optional<SubscribableDB> open(Release release) {
    const bool isTriedTwice = !vfs_.fault.isLasting;
    for (int attempt = 0; attempt < 2; ++attempt) {
      std::optional<SubscribableDB> db;
      if (answerOf([&] { db.emplace(openLedger(path, options_, release)); }) == Answer::done) return db;
      if (!isTriedTwice) return std::nullopt;
    }
    ADD_FAILURE() << "can't be opened although the fault has gone";
    return std::nullopt;
  }

  Answer answerOf(const std::function<void()>& attempt) {
    const long failuresBefore = vfs_.fault.failuresCount;
    try {
      attempt();
      return Answer::done;
    } catch (const Error& error) {
      if (error.code() == ErrorCode::uniqueViolation) return Answer::conflict;
      EXPECT_EQ(error.code(), ErrorCode::driverFailure) << error.what();
      EXPECT_NE(std::string(error.what()).find(path), std::string::npos) << "names no file: " << error.what();
      if (vfs_.fault.kind == FaultKind::diskFull) {
        EXPECT_NE(std::string(error.what()).find("disk is full"), std::string::npos) << error.what();
      }
    } catch (const std::bad_alloc&) {
      EXPECT_EQ(vfs_.fault.kind, FaultKind::noMemory);
    } catch (const std::runtime_error& error) {
      EXPECT_EQ(error.what(), std::string("refused"));
      return Answer::refused;
    }
    EXPECT_GT(vfs_.fault.failuresCount, failuresBefore) << "fails although no call did";
    ++failedStepsCount_;
    return Answer::failed;
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
    Ledger seen;
    if (answerOf([&] { seen = readLedger(db, release); }) != Answer::done) return;
    if (!checkPossible(seen)) return;
    if (wasSeen && seen != possible_.front()) ++surfacedCount_;
    std::iter_swap(std::find(possible_.begin(), possible_.end(), seen), possible_.begin());
    isSeen_ = true;
    if (!live_) return;
    const auto entries = live_->entries();
    EXPECT_TRUE(!entries || *entries == seen.entries) << "a live result is not up to date";
    livesSeenCount_ += entries ? 1 : 0;
  }

  bool checkPossible(const Ledger& seen) {
    if (std::find(possible_.begin(), possible_.end(), seen) != possible_.end()) return true;
    ADD_FAILURE() << "seen:" << seen.describe() << "\n" << describePossible();
    return false;
  }

  std::string describePossible() const {
    std::string text;
    for (const Ledger& each : possible_) text += "possible:" + each.describe() + "\n";
    return text;
  }

  /// As if the program had been killed now.
  void checkDiskNow() {
    Disk copy(disk_.image());
    checkAfterwards(copy);
  }

  void checkAfterwards(Disk& disk) {
    DiskVfs vfs(disk);
    SqlOptions options = options_;
    options.vfs = vfs.name();
    try {
      DB db = openLedger(path, options, Release::second);
      Ledger ledger = readLedger(db, Release::second);
      checkPossible(ledger);
      EXPECT_EQ(ledger.findImbalance(), "");
      EXPECT_EQ(damageOf(db), std::vector<std::string>());
      const Transfer next{"the next", "alice", "bob", 1};
      next.run(db, Release::second);
      next.apply(ledger);
      EXPECT_TRUE(readLedger(db, Release::second) == ledger) << "the next commit is not there";
    } catch (const std::exception& error) {
      ADD_FAILURE() << error.what();
    }
  }

  Disk disk_;
  DiskVfs vfs_;
  std::optional<LiveEntries> live_;
  SqlOptions options_;
  std::vector<Ledger> possible_;  ///< what may be stored
  bool isSeen_ = false;           ///< whether the first of these is what the program sees
  long failedStepsCount_ = 0;
  long surfacedCount_ = 0;
  long livesSeenCount_ = 0;
};

const char* nameOf(FaultKind kind) {
  switch (kind) {
    case FaultKind::refused: return "refused";
    case FaultKind::halfDone: return "half done";
    case FaultKind::noMemory: return "no memory";
    case FaultKind::diskFull: return "disk full";
    case FaultKind::isBusy: return "busy";
    case FaultKind::shortRead: break;
  }
  return "short read";
}

/// Every call that can fail in this way does, alone and with all that follow.
void failEveryCall(JournalMode journalMode, FaultKind kind) {
  long runsCount = 0;
  long failedStepsCount = 0;
  long surfacedCount = 0;
  for (const bool isLasting : {false, true}) {
    for (long after = 0;; ++after) {
      SCOPED_TRACE(std::string(nameOf(kind)) + (isLasting ? ", lasting" : ", once") + ", after " +
                   std::to_string(after) + " calls");
      Program program({journalMode, {kind, after, isLasting}});
      if (!program.run()) break;
      ++runsCount;
      failedStepsCount += program.failedStepsCount();
      surfacedCount += program.surfacedCount();
      if (::testing::Test::HasFailure()) return;
    }
  }
  std::printf("%s, %s: %ld runs, %ld steps failed, %ld of them were there\n",
              journalMode == JournalMode::wal ? "wal" : "truncate", nameOf(kind), runsCount, failedStepsCount,
              surfacedCount);
  if (journalMode == JournalMode::wal) {  // what has failed is not there, as long as the program goes on
    EXPECT_EQ(surfacedCount, 0);
  }
  EXPECT_GT(runsCount, 20);
  EXPECT_GT(failedStepsCount, 20) << "the faults concern nobody";
}

class EveryCall : public ::testing::TestWithParam<std::tuple<JournalMode, FaultKind>> {};

TEST_P(EveryCall, MayFailAndNoCommitIsLostOrHalfDone) {
  failEveryCall(std::get<0>(GetParam()), std::get<1>(GetParam()));
}

std::string caseName(const ::testing::TestParamInfo<EveryCall::ParamType>& info) {
  std::string name = std::get<0>(info.param) == JournalMode::wal ? "wal" : "truncate";
  for (const char* c = nameOf(std::get<1>(info.param)); *c != '\0'; ++c) name += *c == ' ' ? '_' : *c;
  return name;
}

INSTANTIATE_TEST_SUITE_P(
    Io, EveryCall,
    ::testing::Combine(::testing::Values(JournalMode::wal, JournalMode::truncate),
                       ::testing::Values(FaultKind::refused, FaultKind::halfDone, FaultKind::diskFull,
                                         FaultKind::isBusy)),
    caseName);

// As `refused` but for the error: one journal is enough.
INSTANTIATE_TEST_SUITE_P(IoMemory, EveryCall,
                         ::testing::Combine(::testing::Values(JournalMode::wal),
                                            ::testing::Values(FaultKind::noMemory)),
                         caseName);

TEST(Io, TheScriptDoesWhatItsModelDoes) {
  Program program({JournalMode::wal, {}});
  EXPECT_FALSE(program.run());
  EXPECT_EQ(program.failedStepsCount(), 0);
  EXPECT_GT(program.livesSeenCount(), 10);
}

}  // namespace
}  // namespace hyperdb::test
