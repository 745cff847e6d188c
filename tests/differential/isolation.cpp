// Isolation, on every driver: actions move money between two tables while selectors add it up. Every commit leaves the
// sum as it was, so another sum is a torn read, and another sum at the end a lost or doubled write.
#include <cstdint>
#include <string>
#include <vector>

#include <hyperdb/hyperdb.hpp>

#include "differential/differential.hpp"

namespace hyperdb::test {
namespace {

constexpr int accountsCount = 8;
constexpr double wholeTotal = 2.0 * 100 * accountsCount;

struct Account {
  std::string id;
  double number = 0;
  double balance = 0;
};
constexpr auto byNumber = btree<&Account::number>("byNumber");
const auto checking = defineTable<Account>("checking").index(byNumber);
const auto savings = defineTable<Account>("savings").index(byNumber);

const auto openAccounts = action("openAccounts", {}, []() -> Action<> {
  for (int i = 0; i < accountsCount; ++i) {
    Account account{"a" + std::to_string(i), static_cast<double>(i), 100};
    co_await insert(checking, account);
    co_await insert(savings, account);
  }
});

const auto transfer = action("transfer", {"from", "to", "amount"}, [](int from, int to, double amount) -> Action<> {
  Account source = (co_await selectFrom(checking, byNumber).where(eq<&Account::number>(from))).front();
  Account target = (co_await selectFrom(savings, byNumber).where(eq<&Account::number>(to))).front();
  source.balance -= amount;
  target.balance += amount;
  co_await upsert(checking, source);
  co_await upsert(savings, target);
});

// In slices, so that commits find their way between two reads.
const auto total = selector("total", {"accountsPerRead"}, [](int accountsPerRead) -> Selector<double> {
  double sum = 0;
  for (int low = 0; low < accountsCount; low += accountsPerRead) {
    for (const Table<Account>* table : {&checking, &savings}) {
      const auto rows = co_await selectFrom(*table, byNumber)
                            .where(gte<&Account::number>(low), lt<&Account::number>(low + accountsPerRead));
      for (const Account& account : rows) sum += account.balance;
    }
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
    runUntilReady(storage.loop, execAsync(db.loadTables({checking, savings})));
    runUntilReady(storage.loop, asyncDispatch(db, openAccounts()));
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
