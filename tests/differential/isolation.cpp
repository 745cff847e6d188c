// Isolation, on every driver: actions move money between two tables while selectors add it up. Every commit leaves the
// sum as it was, so another sum is a torn read, and another sum at the end a lost or doubled write.
#include <cstdint>
#include <vector>

#include <hyperdb/hyperdb.hpp>

#include "differential/differential.hpp"
#include "support/accounts.hpp"

namespace hyperdb::test {
namespace {

constexpr int accountsCount = 8;
constexpr double wholeTotal = 2.0 * 100 * accountsCount;

// In slices, so that commits find their way between two reads.
const auto total = selector("total", {"accountsPerRead"}, [](int accountsPerRead) -> Selector<double> {
  double sum = 0;
  for (int low = 0; low < accountsCount; low += accountsPerRead) {
    for (const Table<Account>* table : {&savings, &debts}) sum += co_await sumOf(*table, low, low + accountsPerRead);
  }
  co_return sum;
});

}  // namespace

TEST_P(Differential, SelectorsBesideConcurrentTransfersSeeTheSumOfOneCommit) {
  for (int round = 0; round < testRounds(4); ++round) {
    const std::uint64_t seed = testSeed() + static_cast<std::uint64_t>(round);
    SCOPED_TRACE("HYPERDB_TEST_SEED=" + std::to_string(seed));
    TestRandom random(seed);
    Storage storage(seed);
    const auto below = [&](int end) { return static_cast<int>(random.below(static_cast<std::size_t>(end))); };

    SubscribableDB db{DB{GetParam().open(storage), {.executor = &storage.loop}}};
    runUntilReady(storage.loop, execAsync(db.loadTables(bothTables())));
    runUntilReady(storage.loop, asyncDispatch(db, openAccounts(accountsCount)));
    AsyncSelector<double> live = asyncSelector(db, total(3));
    Subscription subscription = live.subscribe([](double sum) { EXPECT_EQ(sum, wholeTotal); });

    std::vector<Completion<void>> transfers;
    std::vector<Completion<double>> totals;
    for (int i = 0; i < 30; ++i) {
      transfers.push_back(asyncDispatch(db, transfer(below(accountsCount), below(accountsCount), below(50))));
      totals.push_back(selectAsync(db, total(1 + below(accountsCount))));
      if (random.chance(3)) storage.loop.runReady();
    }
    for (auto& each : transfers) runUntilReady(storage.loop, std::move(each));
    for (auto& each : totals) EXPECT_EQ(runUntilReady(storage.loop, std::move(each)), wholeTotal);
    EXPECT_EQ(runUntilReady(storage.loop, selectAsync(db, total(1))), wholeTotal);
    subscription.cancel();
    if (storage.primary) storage.primary->letGo();
    db.close();
  }
}

}  // namespace hyperdb::test
