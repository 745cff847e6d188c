// The code of docs/actions.md.
#include <cstdio>
#include <cstdlib>
#include <stdexcept>

#include <hyperdb/hyperdb.hpp>

#include "check.hpp"

using namespace hyperdb;

namespace {

// [tables]
struct Account {
  std::string id;
  double balance = 0;
};
struct Entry {
  std::string id;
  std::string accountId;
  double amount = 0;
};

inline constexpr auto byAccount = btree<&Entry::accountId>("byAccount");
inline const auto accountsTable = defineTable<Account>("accounts");
inline const auto entriesTable = defineTable<Entry>("entries").index(byAccount);
// [/tables]

// [open]
inline const auto openAccounts =
    action("openAccounts", {"ids"}, [](std::vector<std::string> ids) -> Action<> {
      std::vector<Account> accounts;
      for (const std::string& id : ids) accounts.push_back({.id = id});
      co_await insert(accountsTable, accounts);  // one batch: all of it or nothing
    });
// [/open]

// [nested]
inline const auto book = action(
    "book", {"entryId", "accountId", "amount"},
    [](std::string entryId, std::string accountId, double amount) -> Action<double> {
      RowPtr<Account> found =
          co_await selectFrom(accountsTable, byId).where(eq<&Account::id>(accountId)).first();
      if (!found) throw std::invalid_argument("no account " + accountId);
      Account account = *found;  // a copy: rows themselves never change
      account.balance += amount;
      if (account.balance < 0) throw std::domain_error(accountId + " has not enough");
      Entry entry{.id = entryId, .accountId = accountId, .amount = amount};
      co_await insert(entriesTable, entry);
      co_await upsert(accountsTable, account);  // replaces the whole row
      co_return account.balance;
    });

inline const auto transfer = action(
    "transfer", {"id", "from", "to", "amount"},
    [](std::string id, std::string from, std::string to, double amount) -> Action<> {
      co_await book(id + "+", to, amount);
      co_await book(id + "-", from,
                    -amount);  // if this throws, the first booking is undone too
    });
// [/nested]

inline const auto balance =
    selector("balance", {"accountId"}, [](std::string accountId) -> Selector<double> {
      RowPtr<Account> account =
          co_await selectFrom(accountsTable, byId).where(eq<&Account::id>(accountId)).first();
      co_return account ? account->balance : 0;
    });

// [catch]
inline const auto transferOrNote =
    action("transferOrNote", {"id", "from", "to", "amount"},
           [](std::string id, std::string from, std::string to, double amount) -> Action<bool> {
             bool done = true;
             try {
               co_await transfer(id, from, to, amount);
             } catch (const std::domain_error&) {
               done = false;  // what `transfer` had written before it threw is rolled back
             }
             co_return done;
           });
// [/catch]

void dispatching(const SubscribableDB& db) {
  // [dispatch]
  syncDispatch(db, openAccounts({"ann", "bob"}));
  double annsBalance = syncDispatch(db, book("e1", "ann", 100));
  check(annsBalance == 100);
  syncDispatch(db, transfer("e2", "ann", "bob", 30));
  check(select(db, balance("bob")) == 30);
  // [/dispatch]

  // [rollback]
  const std::int64_t revision = db.revision();
  try {
    syncDispatch(db, transfer("e3", "bob", "ann", 1000));
    check(false);
  } catch (const std::domain_error& error) {
    std::printf("%s\n", error.what());
  }
  check(select(db, balance("ann")) == 70 && select(db, balance("bob")) == 30);
  check(db.revision() == revision);  // nothing was committed or announced
  // [/rollback]

  // [caught]
  check(!syncDispatch(db, transferOrNote("e4", "bob", "ann", 1000)));
  check(select(db, balance("ann")) == 70);  // the first booking of the failed transfer is gone too
  // [/caught]
}

}  // namespace

int main() {
  const SubscribableDB db{DB{BptreeInmemDriver{}}};
  execSync(db.loadTables({accountsTable, entriesTable}));
  dispatching(db);
}
