// Two tables of accounts, and actions that move money between them: every commit leaves the sum of all balances as it
// was, so another sum is a torn read, or a lost or doubled write.
#pragma once

#include <string>
#include <vector>

#include <hyperdb/hyperdb.hpp>

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

/// The balances of the accounts from `low` to `high`, `high` excluded.
inline Selector<double> sumOf(const Table<Account>& table, int low, int high) {
  double sum = 0;
  const auto rows = co_await selectFrom(table, byNumber).where(gte<&Account::number>(low), lt<&Account::number>(high));
  for (const Account& account : rows) sum += account.balance;
  co_return sum;
}

}  // namespace hyperdb::test
