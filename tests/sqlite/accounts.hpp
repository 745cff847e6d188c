// Two tables of accounts: every commit leaves the sum of all balances as it was, so another sum is a torn read.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <hyperdb/hybrid_db.hpp>
#include <hyperdb/hyperdb.hpp>
#include <hyperdb/sql_driver.hpp>

#include "sqlite/sqlite_world.hpp"

namespace hyperdb::test {

struct Account {
  std::string id;
  double number = 0;
  double balance = 0;
};

inline constexpr auto byNumber = btree<&Account::number>("byNumber");
inline const auto savings = defineTable<Account>("savings").index(byNumber);
inline const auto debts = defineTable<Account>("debts").index(byNumber);

inline std::vector<AnyTable> bothTables() { return {savings, debts}; }

inline SqlOptions sharedFile(JournalMode mode = JournalMode::wal, std::int64_t pollIntervalMs = 0) {
  SqlOptions options;
  options.journalMode = mode;
  options.sharedFile.enabled = true;
  options.sharedFile.pollIntervalMs = pollIntervalMs;
  return options;
}

inline Action<> moveBetween(int from, int to, double amount) {
  Account source = (co_await selectFrom(savings, byNumber).where(eq<&Account::number>(from))).front();
  Account target = (co_await selectFrom(debts, byNumber).where(eq<&Account::number>(to))).front();
  source.balance -= amount;
  target.balance += amount;
  co_await upsert(savings, source);
  co_await upsert(debts, target);
}
inline const auto transfer =
    action("transfer", {"from", "to", "amount"},
           [](int from, int to, double amount) -> Action<> { return moveBetween(from, to, amount); });

/// A table of `count` accounts with a balance of 100 each.
inline const auto openAccounts = action("openAccounts", {"count"}, [](int count) -> Action<> {
  for (int i = 0; i < count; ++i) {
    Account account{"a" + std::to_string(i), static_cast<double>(i), 100};
    co_await upsert(savings, account);
    co_await upsert(debts, account);
  }
});

/// What happens between two reads of a selector; taken away before it happens.
inline std::function<void()> happening;
inline void happen() {
  if (const std::function<void()> what = std::exchange(happening, nullptr)) what();
}

inline Selector<double> sumOf(const Table<Account>& table, int low, int high) {
  double sum = 0;
  const auto rows = co_await selectFrom(table, byNumber).where(gte<&Account::number>(low), lt<&Account::number>(high));
  for (const Account& account : rows) sum += account.balance;
  co_return sum;
}
inline Selector<double> sumWithHappening(int count) {
  const double first = co_await sumOf(savings, 0, count);
  happen();
  co_return first + co_await sumOf(debts, 0, count);
}
/// All balances of the first `count` accounts.
inline const auto totalOf =
    selector("totalOf", {"count"}, [](int count) -> Selector<double> { return sumWithHappening(count); });

}  // namespace hyperdb::test
