#include "crash/faults.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <exception>
#include <new>
#include <stdexcept>

namespace hyperdb::test {

Answer answerOf(const DiskVfs& vfs, const std::string& path, const std::function<void()>& attempt) {
  try {
    attempt();
    return Answer::done;
  } catch (const Error& error) {
    if (error.code() == ErrorCode::uniqueViolation) return Answer::conflict;
    const std::string text = error.what();
    EXPECT_EQ(error.code(), ErrorCode::driverFailure) << text;
    EXPECT_TRUE(text.find(path) != std::string::npos || text.find("bad_alloc") != std::string::npos)
        << "names no file: " << text;
    if (vfs.fault().kind == FaultKind::diskFull) {
      EXPECT_NE(text.find("disk is full"), std::string::npos) << text;
    }
  } catch (const std::bad_alloc&) {
    EXPECT_EQ(vfs.fault().kind, FaultKind::noMemory);
  } catch (const std::runtime_error& error) {
    EXPECT_EQ(error.what(), std::string("refused"));
    return Answer::refused;
  }
  return Answer::failed;
}

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

void checkStored(const DiskImage& image, const std::string& path, SqlOptions options,
                 const std::vector<Ledger>& possible) {
  Disk disk(image);
  DiskVfs vfs(disk);
  options.vfs = vfs.name();
  try {
    DB db = openLedger(path, options, Release::second);
    Ledger ledger = readLedger(db, Release::second);
    checkPossible(ledger, possible);
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

void checkJournalMode(const DiskImage& image, const std::string& path, JournalMode mode) {
  const auto found = image.find(path);
  ASSERT_TRUE(found != image.end() && found->second.size() >= 100) << "there is no file";
  EXPECT_EQ(static_cast<int>(found->second[18]), mode == JournalMode::wal ? 2 : 1);  // file format, write version
}

bool checkPossible(const Ledger& seen, const std::vector<Ledger>& possible) {
  if (std::find(possible.begin(), possible.end(), seen) != possible.end()) return true;
  std::string text;
  for (const Ledger& each : possible) text += "\npossible:" + each.describe();
  ADD_FAILURE() << "seen:" << seen.describe() << text;
  return false;
}

long testStride(int every) {
#if defined(__SANITIZE_ADDRESS__)
  constexpr bool isSlow = true;
#elif defined(__has_feature)
  constexpr bool isSlow = __has_feature(address_sanitizer);
#else
  constexpr bool isSlow = false;
#endif
  if (testRounds(1) > 1) return 1;
  return isSlow && every < 8 ? every * 3L : every;
}

long testStart(long stride) { return static_cast<long>(testSeed() % static_cast<std::uint64_t>(stride)); }

}  // namespace hyperdb::test
