// Files that a disk has damaged: pages of noise, flipped bytes, cut off ends, a log that breaks off. What a program
// asks of them gives results or errors that say what is wrong; it does not crash, hang or meet an assertion.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <set>

#include "crash/disk_vfs.hpp"
#include "crash/script.hpp"

namespace hyperdb::test {
namespace {

const std::string path = "ledger.sqlite";
constexpr std::size_t pageSize = 4096;

SqlOptions optionsOf(const DiskVfs& vfs) {
  SqlOptions options;
  options.vfs = vfs.name();
  return options;
}

/// A ledger of some pages, and all states that it was in.
struct GoodFile {
  DiskImage image;      ///< closed
  DiskImage openImage;  ///< with a log
  std::vector<Ledger> states;
};

const GoodFile& goodFile() {
  static const GoodFile good = [] {
    GoodFile result;
    Disk disk;
    {
      DiskVfs vfs(disk);
      SubscribableDB db = openLedger(path, optionsOf(vfs), Release::second);
      Ledger ledger;
      result.states.push_back(ledger);
      for (const Step& step : longScript(Release::second, 24)) {
        step.run(db, Release::second);
        step.apply(ledger);
        result.states.push_back(ledger);
      }
      result.openImage = disk.image();
    }
    result.image = disk.image();
    return result;
  }();
  return good;
}

/// What became of a damage.
struct Tally {
  long filesCount = 0;
  long refusedCount = 0;      ///< could not be opened
  long errorsCount = 0;       ///< opened, and something failed
  long damageFoundCount = 0;  ///< nothing failed, but findDamage found it
  long unnoticedCount = 0;    ///< neither
  std::set<std::string> codes;

  void print(const char* name) const {
    std::string list;
    for (const std::string& code : codes) list += " " + code;
    std::printf("%s: %ld files; %ld refused, %ld with errors, %ld found by findDamage only, %ld not noticed;%s\n", name,
                filesCount, refusedCount, errorsCount, damageFoundCount, unnoticedCount, list.c_str());
  }
};

/// Uses a file in every way, as a program would.
class Use {
 public:
  explicit Use(Tally& tally) : tally_(tally) {}

  void of(const DiskImage& image) {
    ++tally_.filesCount;
    Disk disk(image);
    DiskVfs vfs(disk);
    std::optional<SubscribableDB> db;
    if (!works([&] { db.emplace(openLedger(path, optionsOf(vfs), Release::second)); })) {
      ++tally_.refusedCount;
      return;
    }
    std::vector<std::string> damage;
    bool isFine = works([&] { readLedger(*db, Release::second); });
    isFine = works([&] { damage = damageOf(*db); }) && isFine;
    isFine = works([&] { NameEmail{"account 1", "new@example.org"}.run(*db, Release::second); }) && isFine;
    isFine = works([&] { Forget{"b100"}.run(*db, Release::second); }) && isFine;
    for (int i = 0; i < 3; ++i) {
      const Transfer transfer{"after " + std::to_string(i), "account 0", "account 7", 1, std::string(3000, 'y')};
      isFine = works([&] { transfer.run(*db, Release::second); }) && isFine;
    }
    isFine = works([&] { readLedger(*db, Release::second); }) && isFine;
    if (!isFine) {
      ++tally_.errorsCount;
    } else if (!damage.empty()) {
      ++tally_.damageFoundCount;
    } else {
      ++tally_.unnoticedCount;
    }
  }

 private:
  bool works(const std::function<void()>& attempt) {
    try {
      attempt();
      return true;
    } catch (const Error& error) {
      EXPECT_GT(error.message().size(), 10U) << "says nothing";
      tally_.codes.insert(std::string(errorCodeName(error.code())));
    }
    return false;
  }

  Tally& tally_;
};

/// What is done to a page, or any other part of a file.
struct Damage {
  const char* name;
  std::function<void(std::string& content, std::size_t start, std::size_t size, TestRandom&)> apply;
};

std::vector<Damage> allDamage() {
  const auto fill = [](auto byte) {
    return [byte](std::string& content, std::size_t start, std::size_t size, TestRandom& random) {
      for (std::size_t i = start; i < start + size; ++i) content[i] = byte(random);
    };
  };
  const auto flip = [](int count) {
    return [count](std::string& content, std::size_t start, std::size_t size, TestRandom& random) {
      for (int i = 0; i < count; ++i) content[start + random.below(size)] ^= static_cast<char>(1 + random.below(255));
    };
  };
  return {{"zeros", fill([](TestRandom&) { return '\0'; })},
          {"noise", fill([](TestRandom& random) { return static_cast<char>(random.bits()); })},
          {"another page",
           [](std::string& content, std::size_t start, std::size_t size, TestRandom& random) {
             const std::size_t other = random.below(content.size() / size) * size;
             content.replace(start, size, content.substr(other, size));
           }},
          {"one byte", flip(1)},
          {"one byte of the first 100",  // where SQLite says what is on the page
           [](std::string& content, std::size_t start, std::size_t size, TestRandom& random) {
             const std::size_t place = start + random.below(std::min(size, std::size_t{100}));
             content[place] ^= static_cast<char>(1 + random.below(255));
           }},
          {"20 bytes", flip(20)}};
}

TEST(DamagedFile, EveryPageMayBeDamaged) {
  Tally total;
  const std::string& good = goodFile().image.at(path);
  ASSERT_GT(good.size(), 10 * pageSize);
  for (const Damage& damage : allDamage()) {
    Tally tally;
    for (std::size_t page = 0; page < good.size() / pageSize; ++page) {
      for (int round = 0; round < testRounds(3); ++round) {
        const std::uint64_t seed = testSeed() + page * 1000 + static_cast<std::uint64_t>(round);
        SCOPED_TRACE(std::string(damage.name) + " in page " + std::to_string(page + 1) + ", seed " +
                     std::to_string(seed));
        TestRandom random(seed);
        DiskImage image = goodFile().image;
        damage.apply(image.at(path), page * pageSize, pageSize, random);
        Use(tally).of(image);
      }
    }
    tally.print(damage.name);
    total.errorsCount += tally.errorsCount + tally.refusedCount;
    total.damageFoundCount += tally.damageFoundCount;
  }
  EXPECT_GT(total.errorsCount, 50);
  EXPECT_GT(total.damageFoundCount, 5);
}

TEST(DamagedFile, ItsEndMayBeMissing) {
  Tally tally;
  const std::string& good = goodFile().image.at(path);
  for (std::size_t page = 0; page <= good.size() / pageSize; ++page) {
    for (const int offset : {0, -1, 1, 17, 100, 512, 2048}) {
      const auto size = static_cast<std::int64_t>(page * pageSize) + offset;
      if (size < 0 || size > static_cast<std::int64_t>(good.size())) continue;
      SCOPED_TRACE("cut off behind " + std::to_string(size) + " bytes");
      DiskImage image = goodFile().image;
      image.at(path).resize(static_cast<std::size_t>(size));
      Use(tally).of(image);
    }
  }
  tally.print("cut off");
  EXPECT_GT(tally.errorsCount + tally.refusedCount, 20);
}

TEST(DamagedFile, ADamagedLogEndsWithACommit) {
  const GoodFile& good = goodFile();
  const std::string& log = good.openImage.at(path + "-wal");
  ASSERT_GT(log.size(), 10 * pageSize);
  std::set<std::ptrdiff_t> found;
  long logsCount = 0;
  for (const Damage& damage : allDamage()) {
    for (std::size_t start = 0; start + 1000 < log.size(); start += 3000) {
      SCOPED_TRACE(std::string(damage.name) + " at " + std::to_string(start));
      TestRandom random(testSeed() + start);
      DiskImage image = good.openImage;
      std::string& content = image.at(path + "-wal");
      damage.apply(content, start, 1000, random);
      if (random.chance(4)) content.resize(start + random.below(1000));
      Disk disk(image);
      DiskVfs vfs(disk);
      SubscribableDB db = openLedger(path, optionsOf(vfs), Release::second);
      const auto state = std::find(good.states.begin(), good.states.end(), readLedger(db, Release::second));
      ASSERT_NE(state, good.states.end());
      EXPECT_EQ(damageOf(db), std::vector<std::string>());
      found.insert(state - good.states.begin());
      ++logsCount;
    }
  }
  std::printf("%ld damaged logs end behind %zu different commits\n", logsCount, found.size());
  EXPECT_GT(found.size(), good.states.size() / 2);
}

TEST(DamagedFile, ReadsThatEndTooEarlyDamageNothing) {
  long runsCount = 0;
  long failuresCount = 0;
  for (const bool isLasting : {false, true}) {
    for (long after = 0;; ++after) {
      SCOPED_TRACE("after " + std::to_string(after) + " reads");
      Disk disk(goodFile().image);
      DiskVfs vfs(disk);
      vfs.setFault({FaultKind::shortRead, after, isLasting});
      try {
        SqlOptions options = optionsOf(vfs);
        options.readOnly = true;
        SubscribableDB db = openLedger(path, options, Release::second);
        readLedger(db, Release::second);
        damageOf(db);
      } catch (const Error&) {
        ++failuresCount;
      }
      EXPECT_EQ(disk.content(*disk.find(path)), goodFile().image.at(path));
      if (vfs.fault().failuresCount == 0) break;
      ++runsCount;
    }
  }
  std::printf("reads that end too early: %ld runs, %ld with errors\n", runsCount, failuresCount);
  EXPECT_GT(failuresCount, 5);
}

}  // namespace
}  // namespace hyperdb::test
