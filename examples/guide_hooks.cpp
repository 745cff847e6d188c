// The code of docs/hooks.md.
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

inline const auto setBalance =
    action("setBalance", {"id", "balance"}, [](std::string id, double balance) -> Action<> {
      Account account{.id = id, .balance = balance};
      co_await upsert(accountsTable, account);
    });

inline const auto balance = selector("balance", {"id"}, [](std::string id) -> Selector<double> {
  RowPtr<Account> account =
      co_await selectFrom(accountsTable, byId).where(eq<&Account::id>(id)).first();
  co_return account ? account->balance : 0;
});

// [hook]
inline const auto removeEntries =
    action("removeEntries", {"accountId"}, [](std::string accountId) -> Action<> {
      Rows<Entry> entries =
          co_await selectFrom(entriesTable, byAccount).where(eq<&Entry::accountId>(accountId));
      std::vector<std::string> ids;
      for (const Entry& entry : entries) ids.push_back(entry.id);
      co_await deleteRows(entriesTable, ids);
    });
// [/hook]

void cascade(const SubscribableDB& db) {
  execSync(db, insert(accountsTable, {{.id = "ann"}, {.id = "bob"}}));
  execSync(db, insert(entriesTable,
                      {{.id = "e1", .accountId = "bob"}, {.id = "e2", .accountId = "bob"}}));
  // [hookUse]
  // Deleting an account deletes its entries, in the same transaction.
  Subscription cascade = db.afterDelete(
      accountsTable, [](HookContext&, std::span<const DeleteOp<Account>> ops) -> Action<> {
        for (const DeleteOp<Account>& op : ops) co_await removeEntries(op.old->id);
      });

  execSync(db, deleteRows(accountsTable, "bob"));
  check(execSync(db, selectFrom(entriesTable, byAccount).where(eq<&Entry::accountId>("bob")))
            .empty());
  check(db.revision() ==
        3);  // three commits: the two inserts above, and the deletion with what its hook did
  // [/hookUse]
}

void veto(const SubscribableDB& db) {
  // [veto]
  // A hook that throws undoes the action.
  Subscription guard = db.afterUpsert(
      accountsTable, [](HookContext& context, std::span<const UpsertOp<Account>> ops) -> Action<> {
        const bool isImport = findTrait(context.traits, "import") != nullptr;
        for (const UpsertOp<Account>& op : ops) {
          if (op.row->balance > 5000 && !isImport)
            throw std::domain_error("too much for " + op.row->id);
        }
        co_return;
      });

  bool refused = false;
  try {
    syncDispatch(db, setBalance("ann", 9000));
  } catch (const std::domain_error&) {
    refused = true;
  }
  check(refused && select(db, balance("ann")) == 0);
  syncDispatch(db.withTraits({{"import"}}),
               setBalance("ann", 9000));  // the same with a label that the hook sees
  check(select(db, balance("ann")) == 9000);
  // [/veto]
}

// [done]
Action<> done() { co_return; }
// [/done]

void every(const SubscribableDB& db) {
  // [change]
  std::string log;
  Subscription writes = db.afterChange(
      [&log](HookContext&, const AnyTable& table, std::span<const Op> ops) -> Action<> {
        for (const Op& op : ops) log += table.name() + "/" + std::string(op.rowId()) + " ";
        return done();
      });
  syncDispatch(db, setBalance("cy", 1));
  check(log == "accounts/cy ");
  // [/change]

  // [changeOfTable]
  Subscription balances = db.afterChange(
      accountsTable, [&log](HookContext&, std::span<const ChangeOp<Account>> ops) -> Action<> {
        for (const ChangeOp<Account>& op : ops) {
          const double before = op.old ? op.old->balance : 0;
          const double after = op.row ? op.row->balance : 0;
          if (before != after) log += op.old ? op.old->id + " changed " : op.row->id + " opened ";
        }
        return done();
      });
  log.clear();
  syncDispatch(db, setBalance("cy", 2));
  check(log == "accounts/cy cy changed ");
  // [/changeOfTable]

  // [scan]
  std::size_t rowsRead = 0;
  Subscription scans = db.afterScan([&rowsRead](HookContext&, const ScanEvent& scan) -> Action<> {
    rowsRead += scan.rows.size();
    return done();
  });
  select(db, balance("cy"));
  check(rowsRead == 1);
  // [/scan]
}

// [traits]
inline const auto whoAsks = selector("whoAsks", {}, []() -> Selector<std::string> {
  Traits traits = co_await getCurrentTraits();
  const Trait* user = findTrait(traits, "user");
  co_return user == nullptr ? "nobody" : user->value.asString();
});
// [/traits]

void traits(const SubscribableDB& db) {
  // [traitsUse]
  check(select(db, whoAsks()) == "nobody");
  SubscribableDB forAnn =
      db.withTraits({{"user", "ann"}});  // the same database, another view of it
  check(select(forAnn, whoAsks()) == "ann");
  check(cachedSelector(forAnn, whoAsks()).snapshot() == "ann");
  check(cachedSelector(db, whoAsks()).snapshot() ==
        "nobody");  // traits are part of the key in the cache
  // [/traitsUse]
}

}  // namespace

int main() {
  const SubscribableDB db{DB{BptreeInmemDriver{}}};
  execSync(db.loadTables({accountsTable, entriesTable}));
  cascade(db);
  veto(db);
  every(db);
  traits(db);
}
