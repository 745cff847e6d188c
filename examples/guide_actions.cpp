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

// [writes]
inline const auto openAccounts = action("openAccounts", {"ids"},
    [](std::vector<std::string> ids) -> Action<> {
      std::vector<Account> accounts;
      for (const std::string& id : ids) accounts.push_back({.id = id});
      co_await insert(accountsTable, accounts);  // one batch: all of it or nothing
    });

inline const auto closeAccount = action("closeAccount", {"id"},
    [](std::string id) -> Action<> {
      co_await deleteRows(accountsTable, id);    // an id that does not exist is not an error
    });
// [/writes]

// [nested]
inline const auto book = action("book", {"entryId", "accountId", "amount"},
    [](std::string entryId, std::string accountId, double amount) -> Action<double> {
      RowPtr<Account> found =
          co_await selectFrom(accountsTable, byId).where(eq<&Account::id>(accountId)).first();
      if (!found) throw std::invalid_argument("no account " + accountId);
      Account account = *found;                  // a copy: rows themselves never change
      account.balance += amount;
      if (account.balance < 0) throw std::domain_error(accountId + " has not enough");
      Entry entry{.id = entryId, .accountId = accountId, .amount = amount};
      co_await insert(entriesTable, entry);
      co_await upsert(accountsTable, account);   // replaces the whole row
      co_return account.balance;
    });

inline const auto transfer = action("transfer", {"id", "from", "to", "amount"},
    [](std::string id, std::string from, std::string to, double amount) -> Action<> {
      co_await book(id + "+", to, amount);
      co_await book(id + "-", from, -amount);    // if this throws, the first booking is undone too
    });
// [/nested]

inline const auto balance = selector("balance", {"accountId"},
    [](std::string accountId) -> Selector<double> {
      RowPtr<Account> account =
          co_await selectFrom(accountsTable, byId).where(eq<&Account::id>(accountId)).first();
      co_return account ? account->balance : 0;
    });

// [catch]
inline const auto transferOrNote = action("transferOrNote", {"id", "from", "to", "amount"},
    [](std::string id, std::string from, std::string to, double amount) -> Action<bool> {
      bool done = true;
      try {
        co_await transfer(id, from, to, amount);
      } catch (const std::domain_error&) {
        done = false;  // no savepoints: what `transfer` had written before it threw is still there
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
  check(db.revision() == revision);  // nothing was committed, nobody was told
  // [/rollback]

  // [duplicate]
  try {
    syncDispatch(db, openAccounts({"eve", "ann"}));
    check(false);
  } catch (const Error& error) {
    check(error.code() == ErrorCode::duplicateId);
    check(error.place().rowId == "ann");
  }
  check(execSync(db, selectFrom(accountsTable, byId).where(eq<&Account::id>("eve"))).empty());
  // [/duplicate]

  // [caught]
  check(!syncDispatch(db, transferOrNote("e4", "bob", "ann", 1000)));
  check(select(db, balance("ann")) == 1070);  // the first booking of the failed transfer stayed
  // [/caught]
}

// [hook]
inline const auto removeEntries = action("removeEntries", {"accountId"},
    [](std::string accountId) -> Action<> {
      Rows<Entry> entries =
          co_await selectFrom(entriesTable, byAccount).where(eq<&Entry::accountId>(accountId));
      std::vector<std::string> ids;
      for (const Entry& entry : entries) ids.push_back(entry.id);
      co_await deleteRows(entriesTable, ids);
    });
// [/hook]

void hooks(const SubscribableDB& db) {
  // [hookUse]
  // Deleting an account deletes its entries, in the same transaction.
  Subscription cascade = db.afterDelete(accountsTable,
      [](HookContext&, std::span<const DeleteOp<Account>> ops) -> Action<> {
        for (const DeleteOp<Account>& op : ops) co_await removeEntries(op.old->id);
      });

  syncDispatch(db, closeAccount("bob"));
  check(execSync(db, selectFrom(entriesTable, byAccount).where(eq<&Entry::accountId>("bob"))).empty());
  // [/hookUse]

  // [veto]
  // A hook that throws undoes the action.
  Subscription guard = db.afterUpsert(accountsTable,
      [](HookContext& context, std::span<const UpsertOp<Account>> ops) -> Action<> {
        const bool isImport = findTrait(context.traits, "import") != nullptr;
        for (const UpsertOp<Account>& op : ops) {
          if (op.row->balance > 5000 && !isImport) throw std::domain_error("too much for " + op.row->id);
        }
        co_return;
      });

  bool refused = false;
  try {
    syncDispatch(db, book("e5", "ann", 9000));
  } catch (const std::domain_error&) {
    refused = true;
  }
  check(refused);
  syncDispatch(db.withTraits({{"import"}}), book("e5", "ann", 9000));  // the same with a label that the hook sees
  check(select(db, balance("ann")) > 9000);
  // [/veto]
}

}  // namespace

int main() {
  const SubscribableDB db{DB{BptreeInmemDriver{}}};
  execSync(db.loadTables({accountsTable, entriesTable}));
  dispatching(db);
  hooks(db);
}
