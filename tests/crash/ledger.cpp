#include "crash/ledger.hpp"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <new>
#include <stdexcept>
#include <utility>

namespace hyperdb::test {

const Table<Account>& accountsTable(Release release) {
  static const Table<Account> first = defineTable<Account>("accounts").index(byOwner).index(byEmail);
  static const Table<Account> second = first.index(byBalance);
  return release == Release::first ? first : second;
}

const Table<Entry>& entriesTable() {
  static const Table<Entry> table = defineTable<Entry>("entries").index(byAccount);
  return table;
}

std::string Ledger::findImbalance() const {
  std::map<std::string, double> sums;
  double total = 0;
  for (const auto& [id, entry] : entries) {
    sums[entry.account] += entry.amount;
    total += entry.amount;
  }
  if (total != 0) return "the entries add up to " + std::to_string(total);
  for (const auto& [id, account] : accounts) {
    if (account.balance != sums[id]) {
      return id + " has " + std::to_string(account.balance) + ", its entries say " + std::to_string(sums[id]);
    }
    sums.erase(id);
  }
  return sums.empty() ? "" : "there is no account for the entries of " + sums.begin()->first;
}

std::string Ledger::describe() const {
  std::string text;
  for (const auto& [id, account] : accounts) {
    text += " " + id + "=" + std::to_string(static_cast<int>(account.balance)) + account.email.value_or("");
  }
  text += " |";
  for (const auto& [id, entry] : entries) text += " " + id;
  return text;
}

namespace {

Action<Account> findAccount(Release release, std::string id) {
  Rows<Account> found = co_await selectFrom(accountsTable(release), byId).where(eq<&Account::id>(id));
  if (found.empty()) co_return Account{id, "owner of " + id};
  co_return found[0];
}

Action<> move(Release release, std::string account, std::string entryId, double amount, std::string text) {
  Account changed = co_await findAccount(release, account);
  changed.balance += amount;
  Entry entry{entryId, account, amount, text};
  co_await upsert(accountsTable(release), changed);
  co_await insert(entriesTable(), entry);
}

const auto transfer = action("transfer", {"isSecond", "id", "from", "to", "amount", "text", "fails"},
                             [](bool isSecond, std::string id, std::string from, std::string to, double amount,
                                std::string text, bool fails) -> Action<> {
                               const Release release = isSecond ? Release::second : Release::first;
                               co_await move(release, from, id + "/from", -amount, text);
                               co_await move(release, to, id + "/to", amount, text);
                               if (fails) throw std::runtime_error("refused");
                             });

const auto nameEmail = action("nameEmail", {"isSecond", "account", "email"},
                              [](bool isSecond, std::string account, std::string email) -> Action<> {
                                const Release release = isSecond ? Release::second : Release::first;
                                Account changed = co_await findAccount(release, account);
                                changed.email = email;
                                co_await upsert(accountsTable(release), changed);
                              });

const auto forget = action("forget", {"isSecond", "transfer"}, [](bool isSecond, std::string transferId) -> Action<> {
  const Release release = isSecond ? Release::second : Release::first;
  const std::vector<std::string> ids{transferId + "/from", transferId + "/to"};
  for (const std::string& id : ids) {
    Rows<Entry> found = co_await selectFrom(entriesTable(), byId).where(eq<&Entry::id>(id));
    if (found.empty()) continue;
    Account changed = co_await findAccount(release, found[0].account);
    changed.balance -= found[0].amount;
    co_await upsert(accountsTable(release), changed);
    Rows<Entry> others = co_await selectFrom(entriesTable(), byAccount).where(eq<&Entry::account>(changed.id)).limit(2);
    if (others.size() == 1) co_await deleteRows(accountsTable(release), changed.id);
    co_await deleteRows(entriesTable(), id);
  }
});

const auto turn = action("turn", {"isSecond", "id", "from", "to", "amount", "text", "forgottenId"},
                         [](bool isSecond, std::string id, std::string from, std::string to, double amount,
                            std::string text, std::string forgottenId) -> Action<> {
                           co_await transfer(isSecond, id, from, to, amount, text, false);
                           co_await forget(isSecond, forgottenId);
                         });

const auto allStored = selector("allStored", {"isSecond"}, [](bool isSecond) -> Selector<Ledger> {
  Ledger ledger;
  Rows<Account> accounts = co_await selectFrom(accountsTable(isSecond ? Release::second : Release::first), byOwner);
  for (const Account& account : accounts) ledger.accounts[account.id] = account;
  Rows<Entry> entries = co_await selectFrom(entriesTable(), byAccount);
  for (const Entry& entry : entries) ledger.entries[entry.id] = entry;
  co_return ledger;
});
const auto allEntries = selector(
    "allEntries", {}, []() -> Selector<Rows<Entry>> { co_return co_await selectFrom(entriesTable(), byAccount); });

Account& accountOf(Ledger& ledger, const std::string& id) {
  return ledger.accounts.try_emplace(id, Account{id, "owner of " + id}).first->second;
}

Transfer transferOf(int turnNumber) {
  const auto n = static_cast<std::size_t>(turnNumber);
  const std::size_t textSize = n % 5 == 0 ? 9000 : n % 100;  // some rows take several pages
  return {"turn " + std::to_string(turnNumber), "account " + std::to_string(n * 7 % 5),
          "account " + std::to_string(5 + n * 3 % 4), static_cast<double>(n % 50), std::string(textSize, 'x')};
}

auto callOf(const Turn& its, Release release) {
  const Transfer made = transferOf(its.number);
  return turn(release == Release::second, made.id, made.from, made.to, made.amount, made.text,
              transferOf(its.number - Turn::keptMax).id);
}

template <class Call>
void dispatch(DB& db, const Call& call) {
  if (answersAtOnce(db)) {
    syncDispatch(db, call);
  } else {
    await(db, asyncDispatch(db, call));
  }
}

}  // namespace

void Transfer::run(DB& db, Release release) const {
  dispatch(db, transfer(release == Release::second, id, from, to, amount, text, false));
}

void Transfer::runAndFail(DB& db, Release release) const {
  dispatch(db, transfer(release == Release::second, id, from, to, amount, text, true));
}

void Transfer::apply(Ledger& ledger) const {
  accountOf(ledger, from).balance -= amount;
  accountOf(ledger, to).balance += amount;
  ledger.entries[id + "/from"] = {id + "/from", from, -amount, text};
  ledger.entries[id + "/to"] = {id + "/to", to, amount, text};
}

void NameEmail::run(DB& db, Release release) const {
  dispatch(db, nameEmail(release == Release::second, account, email));
}

bool NameEmail::apply(Ledger& ledger) const {
  for (const auto& [id, other] : ledger.accounts) {
    if (id != account && other.email == email) return false;
  }
  accountOf(ledger, account).email = email;
  return true;
}

void Forget::run(DB& db, Release release) const { dispatch(db, forget(release == Release::second, transferId)); }

void Forget::apply(Ledger& ledger) const {
  for (const std::string& id : {transferId + "/from", transferId + "/to"}) {
    const auto found = ledger.entries.find(id);
    if (found == ledger.entries.end()) continue;
    const Entry entry = found->second;
    ledger.entries.erase(found);
    Account& account = accountOf(ledger, entry.account);
    account.balance -= entry.amount;
    bool hasOthers = false;
    for (const auto& [otherId, other] : ledger.entries) hasOthers = hasOthers || other.account == entry.account;
    if (!hasOthers) ledger.accounts.erase(entry.account);
  }
}

void Turn::run(DB& db, Release release) const { dispatch(db, callOf(*this, release)); }

Completion<void> Turn::start(DB& db, Release release) const { return asyncDispatch(db, callOf(*this, release)); }

void Turn::apply(Ledger& ledger) const {
  transferOf(number).apply(ledger);
  Forget{transferOf(number - keptMax).id}.apply(ledger);
}

int Turn::lastOf(const std::map<std::string, Entry>& entries) {
  int last = 0;
  for (const auto& [id, entry] : entries) last = std::max(last, std::atoi(id.c_str() + 5));
  return last;
}

const char* nameOf(Storage storage) {
  switch (storage) {
    case Storage::sql: return "sql";
    case Storage::sharedSql: return "sharedSql";
    case Storage::asyncSql: return "asyncSql";
    case Storage::hybrid: return "hybrid";
    case Storage::asyncHybrid: return "asyncHybrid";
    case Storage::preloadedHybrid: break;
  }
  return "preloadedHybrid";
}

namespace {

std::unique_ptr<Driver> makeDriver(const std::string& path, const SqlOptions& options, Storage storage,
                                   const HybridOptions& hybridOptions) {
  switch (storage) {
    case Storage::sql: return std::make_unique<SqlDriver>(path, options);
    case Storage::sharedSql: {
      SqlOptions shared = options;
      shared.sharedFile = {.enabled = true, .pollIntervalMs = 0};
      return std::make_unique<SqlDriver>(path, shared);
    }
    case Storage::asyncSql: return std::make_unique<AsyncSqlDriver>(path, AsyncSqlOptions{options});
    case Storage::hybrid: return std::make_unique<HybridDB>(SqlDriver(path, options), hybridOptions);
    case Storage::asyncHybrid:
      return std::make_unique<HybridDB>(AsyncSqlDriver(path, AsyncSqlOptions{options}), hybridOptions);
    case Storage::preloadedHybrid: break;
  }
  return std::make_unique<PreloadedHybridDB>(SqlDriver(path, options), hybridOptions);
}

/// The one that has the file.
Driver& fileDriver(const DB& db) {
  auto* const tiers = dynamic_cast<WriteBehindDriver*>(&db.driver());
  return tiers != nullptr ? tiers->primary() : db.driver();
}

}  // namespace

SubscribableDB openLedger(const std::string& path, const SqlOptions& options, Release release, Storage storage,
                          const HybridOptions& hybridOptions) {
  SubscribableDB db(DB(makeDriver(path, options, storage, hybridOptions)));
  db.onCallbackError([](const std::exception_ptr&) {});  // runs of live results fail too
  const LoadTables load = db.loadTables({accountsTable(release), entriesTable()});
  if (answersAtOnce(db)) {
    execSync(load);
  } else {
    await(db, execAsync(load));
  }
  return db;
}

bool answersAtOnce(const DB& db) { return dynamic_cast<SqlDriver*>(&fileDriver(db)) != nullptr; }

Ledger readLedger(DB& db, Release release) {
  return answersAtOnce(db) ? select(db, allStored(release == Release::second)) : await(db, startReading(db, release));
}

Completion<Ledger> startReading(DB& db, Release release) {
  return selectAsync(db, allStored(release == Release::second));
}

void makeDurable(DB& db) {
  if (auto* const tiers = dynamic_cast<WriteBehindDriver*>(&db.driver())) await(db, tiers->flushed());
}

std::vector<std::string> damageOf(DB& db) {
  Driver& driver = fileDriver(db);
  if (answersAtOnce(db)) return static_cast<SqlDriver&>(driver).findDamage();
  return await(db, static_cast<AsyncSqlDriver&>(driver).findDamage());
}

LiveEntries::LiveEntries(const SubscribableDB& db) : db_(db) {
  if (answersAtOnce(db)) {
    subscription_ = cachedSelector(db, allEntries()).subscribe([] {});
  } else {
    subscription_ = asyncSelector(db, allEntries()).subscribe([] {});
    current();
  }
}

/// Handles of equal calls are handles on one result.
Rows<Entry> LiveEntries::current() const {
  if (answersAtOnce(db_)) return cachedSelector(db_, allEntries()).snapshot();
  AsyncSelector<Rows<Entry>> selector = asyncSelector(db_, allEntries());
  await(db_, selector.whenFresh());
  return *selector.data();
}

std::optional<std::map<std::string, Entry>> LiveEntries::entries() {
  std::map<std::string, Entry> found;
  try {
    for (const Entry& entry : current()) found[entry.id] = entry;
  } catch (const Error&) {
    return std::nullopt;
  } catch (const std::bad_alloc&) {
    return std::nullopt;
  }
  return found;
}

}  // namespace hyperdb::test
