// Random programs of two databases on one file: whatever commits while a selector runs, it sees the sum of one commit.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <ostream>

#include "sqlite/accounts.hpp"
#include "support/test_random.hpp"

namespace hyperdb::test {
namespace {

constexpr int accountsCount = 12;
/// This database moves between the accounts below, the other one between the rest: the last writer of a row wins.
constexpr int ownCount = 6;
constexpr double wholeTotal = 200.0 * accountsCount;

/// The sum of all accounts, read in slices, of either table in turn.
const auto slicedTotal = selector("slicedTotal", {"seed"}, [](int seed) -> Selector<double> {
  TestRandom random(static_cast<std::uint64_t>(seed));
  double total = 0;
  int low = 0;
  while (low < accountsCount) {
    const int high = std::min(accountsCount, low + 1 + static_cast<int>(random.below(5)));
    const bool isSavingsFirst = random.chance(2);
    total += co_await sumOf(isSavingsFirst ? savings : debts, low, high);
    if (random.chance(2)) happen();
    total += co_await sumOf(isSavingsFirst ? debts : savings, low, high);
    low = high;
  }
  co_return total;
});

/// A driver under test, and the mode of the file.
struct Case {
  const char* name;
  JournalMode mode;
  std::unique_ptr<Driver> (*make)(const std::string& path, const SqlOptions& options, std::size_t memoryRowsMax);
};

void PrintTo(const Case& tested, std::ostream* out) { *out << tested.name; }

template <class Hybrid>
std::unique_ptr<Driver> makeHybrid(const std::string& path, const SqlOptions& options, std::size_t memoryRowsMax) {
  HybridOptions hybrid;
  hybrid.memoryRowsMax = memoryRowsMax;
  return std::make_unique<Hybrid>(SqlDriver{path, options}, hybrid);
}
std::unique_ptr<Driver> makeSql(const std::string& path, const SqlOptions& options, std::size_t /*memoryRowsMax*/) {
  return std::make_unique<SqlDriver>(path, options);
}

const Case cases[] = {{"SqlDriver", JournalMode::wal, makeSql},
                      {"SqlDriverTruncate", JournalMode::truncate, makeSql},
                      {"HybridDB", JournalMode::wal, makeHybrid<HybridDB>},
                      {"HybridDBTruncate", JournalMode::truncate, makeHybrid<HybridDB>},
                      {"PreloadedHybridDB", JournalMode::wal, makeHybrid<PreloadedHybridDB>}};

class Program {
 public:
  Program(const Case& tested, const std::string& path, std::uint64_t seed)
      : random_(seed), isTwoTier_(tested.make != makeSql), mode_(tested.mode), options_(sharedFile(tested.mode)) {
    options_.busyTimeoutMs = 1;
    other_.emplace(openFile(path, bothTables(), options_));
    syncDispatch(*other_, openAccounts(accountsCount));
    db_.emplace(DB{tested.make(path, options_, random_.chance(2) ? 0 : 5), {.executor = &loop_}});
    execSync(db_->loadTables(bothTables()));
    live_.emplace(cachedSelector(*db_, slicedTotal(3)));
    subscription_ = live_->subscribe([this] { EXPECT_EQ(live_->snapshot(), wholeTotal); });
  }
  ~Program() { happening = nullptr; }

  void step() {
    switch (random_.below(6)) {
      case 0: return moveElsewhere();
      case 1: return moveHere();
      case 2: loop_.runReady(); return;
      case 3: look(); return;
      case 4: EXPECT_EQ(live_->snapshot(), wholeTotal); return;
      default: return readWhileSomethingHappens();
    }
  }
  void finish() {
    loop_.runReady();
    look();
    EXPECT_EQ(select(*db_, slicedTotal(1)), wholeTotal);
    EXPECT_EQ(live_->snapshot(), wholeTotal);
    subscription_ = Subscription();
    live_.reset();
    db_.reset();
    EXPECT_EQ(select(*other_, slicedTotal(1)), wholeTotal);
  }

 private:
  int accountFrom(int first, int end) {
    return first + static_cast<int>(random_.below(static_cast<std::size_t>(end - first)));
  }
  void moveElsewhere() {
    const int from = accountFrom(ownCount, accountsCount);
    const int to = accountFrom(ownCount, accountsCount);
    const double amount = static_cast<double>(random_.below(50));
    try {
      syncDispatch(*other_, transfer(from, to, amount));
    } catch (const Error& error) {
      // With a journal beside the file a writer does not pass a reader.
      EXPECT_EQ(error.code(), ErrorCode::driverFailure) << error.what();
      EXPECT_EQ(mode_, JournalMode::truncate) << error.what();
    }
  }
  void moveHere() {
    const int from = accountFrom(0, ownCount);
    const int to = accountFrom(0, ownCount);
    syncDispatch(*db_, transfer(from, to, static_cast<double>(random_.below(50))));
  }
  void look() {
    if (!isTwoTier_) db_->driverAs<SqlDriver>().pollForCommits();
  }
  void readWhileSomethingHappens() {
    const bool mayMoveHere = mode_ == JournalMode::wal || isTwoTier_;
    const bool isHere = mayMoveHere && random_.chance(3);
    happening = [this, isHere] { isHere ? moveHere() : moveElsewhere(); };
    EXPECT_EQ(select(*db_, slicedTotal(static_cast<int>(random_.below(1000)))), wholeTotal);
    happening = nullptr;
  }

  TestRandom random_;
  bool isTwoTier_;
  JournalMode mode_;
  SqlOptions options_;
  RunLoop loop_;
  std::optional<SubscribableDB> other_;
  std::optional<SubscribableDB> db_;
  std::optional<CachedSelector<double>> live_;
  Subscription subscription_;
};

class SnapshotsRandom : public ::testing::TestWithParam<Case> {};

TEST_P(SnapshotsRandom, EverySumIsThatOfACommit) {
  const std::uint64_t seed = testSeed();
  const int roundsCount = testRounds(GetParam().mode == JournalMode::wal ? 25 : 5);  // each commit waits for the disk
  for (int round = 0; round < roundsCount; ++round) {
    SCOPED_TRACE("seed " + std::to_string(seed) + ", round " + std::to_string(round));
    const TempFolder folder;
    Program program(GetParam(), folder.file(), seed + static_cast<std::uint64_t>(round));
    for (int i = 0; i < 40 && !::testing::Test::HasFailure(); ++i) program.step();
    program.finish();
    if (::testing::Test::HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Drivers, SnapshotsRandom, ::testing::ValuesIn(cases),
                         [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace hyperdb::test
