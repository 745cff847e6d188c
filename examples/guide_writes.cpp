// The code of docs/writes.md.
#include <cstdio>
#include <cstdlib>

#include <hyperdb/hyperdb.hpp>

#include "check.hpp"

using namespace hyperdb;

namespace {

// [tables]
struct Account {
  std::string id;
  std::string email;
  double balance = 0;
};

inline constexpr auto byEmail = uniqhash<&Account::email>("byEmail");
inline const auto accountsTable = defineTable<Account>("accounts").index(byEmail);
// [/tables]

// [inAction]
inline const auto openAccounts =
    action("openAccounts", {"ids"}, [](std::vector<std::string> ids) -> Action<> {
      std::vector<Account> accounts;
      for (const std::string& id : ids)
        accounts.push_back({.id = id, .email = id + "@example.org"});
      co_await insert(accountsTable, accounts);  // one batch: all of it or nothing
    });

inline const auto addMoney =
    action("addMoney", {"id", "amount"}, [](std::string id, double amount) -> Action<bool> {
      co_return co_await modify(accountsTable, id,
                                [&](Account& account) { account.balance += amount; });
    });

inline const auto payOut =
    action("payOut", {"id", "toId"}, [](std::string id, std::string toId) -> Action<bool> {
      RowPtr<Account> found = co_await getById(accountsTable, id);
      if (!found) co_return false;
      bool isPaid = co_await addMoney(toId, found->balance);
      if (!isPaid) co_return false;
      Account account = *found;  // a copy: rows themselves never change
      account.balance = 0;
      co_await upsert(accountsTable, account);  // replaces the whole row
      co_return true;
    });

inline const auto closeAccounts =
    action("closeAccounts", {"ids"}, [](std::vector<std::string> ids) -> Action<> {
      co_await deleteRows(accountsTable,
                          ids);  // an id that does not exist is not an error
    });
// [/inAction]

Account stored(const DB& db, const std::string& id) {
  return execSync(db, selectFrom(accountsTable, byId)
                          .where(eq<&Account::id>(id))
                          .firstOr(Account{.id = "none", .email = ""}));
}

void actions(const DB& db) {
  // [run]
  syncDispatch(db, openAccounts({"ann", "bob"}));
  check(syncDispatch(db, addMoney("ann", 100)));
  check(!syncDispatch(db, addMoney("eve", 100)));  // there is no such row
  check(syncDispatch(db, payOut("ann", "bob")));
  check(syncDispatch(db, payOut("bob", "ann")));
  syncDispatch(db, closeAccounts({"bob", "nobody"}));
  // [/run]
  check(stored(db, "ann").balance == 100 && stored(db, "bob").id == "none");
}

void forms(const DB& db) {
  // [forms]
  execSync(db, insert(accountsTable, Account{.id = "cy", .email = "cy@example.org"}));  // one row
  execSync(db, insert(accountsTable, {{.id = "di", .email = "di@example.org"},  // a braced list
                                      {.id = "ed", .email = "ed@example.org"}}));
  std::vector<Account> more{{.id = "flo", .email = "flo@example.org"}};
  execSync(db, insert(accountsTable, std::move(more)));               // a vector, moved in
  execSync(db, deleteRows(accountsTable, "flo"));                     // one id, or several
  execSync(db, insert(accountsTable.dynamic(), Object{{"id", "gus"},  // a dynamic row
                                                      {"email", "gus@example.org"},
                                                      {"balance", 5}}));
  check(stored(db, "gus").balance == 5);
  // [/forms]
}

void batches(const DB& db) {
  // [batch]
  try {
    syncDispatch(db, openAccounts({"eve", "ann"}));
    check(false);
  } catch (const Error& error) {
    check(error.code() == ErrorCode::duplicateId);
    check(error.place().rowId == "ann");
  }
  check(stored(db, "eve").id == "none");  // nothing of the batch was written
  // [/batch]

  // [last]
  execSync(db, upsert(accountsTable, {{.id = "ann", .email = "a@example.org", .balance = 1},
                                      {.id = "ann", .email = "a@example.org", .balance = 2}}));
  check(stored(db, "ann").balance == 2);  // of equal ids the last counts
  // [/last]

  // [swap]
  execSync(db,
           upsert(accountsTable,
                  {{.id = "cy", .email = "di@example.org"},
                   {.id = "di", .email = "cy@example.org"}}));  // judged by the state after both
  check(stored(db, "cy").email == "di@example.org");
  // [/swap]
}

}  // namespace

int main() {
  DB db(BptreeInmemDriver{});
  execSync(db.loadTables({accountsTable}));
  actions(db);
  forms(db);
  batches(db);
}
