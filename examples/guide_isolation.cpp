// The code of docs/isolation.md. Two databases in one program stand for two processes.
#include <functional>
#include <string>
#include <utility>

#include <hyperdb/hyperdb.hpp>

#include "check.hpp"
#include "temp_folder.hpp"

using namespace hyperdb;

namespace {

// [tables]
struct Account {
  std::string id;
  double balance = 0;
};

inline const auto checkingTable = defineTable<Account>("checking");
inline const auto savingsTable = defineTable<Account>("savings");
// [/tables]

/// What another command or process does between two reads.
std::function<void()> meanwhile;
void pause() {
  if (const auto happens = std::exchange(meanwhile, nullptr)) happens();
}

// [commands]
inline const auto totalOf = selector("totalOf", {"id"}, [](std::string id) -> Selector<double> {
  RowPtr<Account> checking = co_await getById(checkingTable, id);
  pause();  // other commands and processes may commit here
  RowPtr<Account> savings = co_await getById(savingsTable, id);
  co_return checking->balance + savings->balance;
});

inline const auto save =
    action("save", {"id", "amount"}, [](std::string id, double amount) -> Action<> {
      co_await modify(checkingTable, id, [&](Account& account) { account.balance -= amount; });
      co_await modify(savingsTable, id, [&](Account& account) { account.balance += amount; });
    });

// Pays only if both accounts together stay above zero.
inline const auto pay =
    action("pay", {"id", "amount"}, [](std::string id, double amount) -> Action<bool> {
      if (co_await totalOf(id) < amount) co_return false;
      co_await modify(checkingTable, id, [&](Account& account) { account.balance -= amount; });
      co_return true;
    });
// [/commands]

const auto openAccounts = action("openAccounts", {"id"}, [](std::string id) -> Action<> {
  co_await upsert(checkingTable, Account{.id = id, .balance = 100});
  co_await upsert(savingsTable, Account{.id = id});
});

SqlOptions sharedFile() {
  SqlOptions options;
  options.sharedFile.enabled = true;
  return options;
}

void selectors(const std::string& path) {
  RunLoop loop;
  RunLoop othersLoop;
  SubscribableDB db{DB{SqlDriver{path, sharedFile()}, {.executor = &loop}}};
  SubscribableDB other{DB{SqlDriver{path, sharedFile()}, {.executor = &othersLoop}}};
  execSync(db.loadTables({checkingTable, savingsTable}));
  execSync(other.loadTables({checkingTable, savingsTable}));
  syncDispatch(db, openAccounts("ann"));
  // [selector]
  meanwhile = [&] {
    syncDispatch(other, save("ann", 30));
  };  // another process, between the two reads
  check(select(db, totalOf("ann")) == 100);  // not 130, and not 70
  // [/selector]
  check(execSync(other, getById(savingsTable, "ann"))->balance == 30);
}

void actions() {
  RunLoop loop;
  SubscribableDB db{DB{BptreeInmemDriver{}, {.executor = &loop}}};
  execSync(db.loadTables({checkingTable, savingsTable}));
  syncDispatch(db, openAccounts("ann"));
  // [action]
  Completion<bool> first = asyncDispatch(db, pay("ann", 80));  // both are on their way at once
  Completion<bool> second = asyncDispatch(db, pay("ann", 80));
  loop.runReady();
  check(first.get() && !second.get());  // the second one saw what the first had left
  check(select(db, totalOf("ann")) == 20);
  // [/action]
}

void lastWriterWins(const std::string& path) {
  RunLoop loop;
  RunLoop othersLoop;
  SubscribableDB other{DB{SqlDriver{path, sharedFile()}, {.executor = &othersLoop}}};
  execSync(other.loadTables({checkingTable, savingsTable}));
  syncDispatch(other, openAccounts("bob"));
  // [writeBehind]
  SubscribableDB db{DB{HybridDB{SqlDriver{path, sharedFile()}}, {.executor = &loop}}};
  execSync(db.loadTables({checkingTable, savingsTable}));
  check(syncDispatch(db, pay("bob", 80)));     // committed in memory, not flushed
  check(syncDispatch(other, pay("bob", 90)));  // another process does not know of it
  db.driverAs<HybridDB>().flushed().get();     // now the row of `db` replaces that of `other`
  check(select(other, totalOf("bob")) == 20);  // and the payment of 90 is lost
  // [/writeBehind]
}

}  // namespace

int main() {
  const TempFolder folder;
  selectors(folder.file("selectors.sqlite"));
  actions();
  lastWriterWins(folder.file("last_writer.sqlite"));
}
