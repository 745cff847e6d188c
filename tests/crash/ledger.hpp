// A ledger of accounts and entries: what the crash tests store. The balance of each account is the sum of its entries,
// and all balances add up to nothing, so that half a commit is noticed. A model does the same in two maps.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <hyperdb/async_sql_driver.hpp>
#include <hyperdb/hybrid_db.hpp>
#include <hyperdb/hyperdb.hpp>
#include <hyperdb/sql_driver.hpp>

namespace hyperdb::test {

struct Account {
  std::string id;
  std::string owner;
  double balance = 0;
  std::optional<std::string> email{};
  friend bool operator==(const Account&, const Account&) = default;
};
struct Entry {
  std::string id;
  std::string account;
  double amount = 0;
  std::string text{};
  friend bool operator==(const Entry&, const Entry&) = default;
};

inline constexpr auto byOwner = btree<&Account::owner>("byOwner");
inline constexpr auto byEmail = uniqhash<&Account::email>("byEmail");
inline constexpr auto byBalance = btree<&Account::balance>("byBalance");
inline constexpr auto byAccount = btree<&Entry::account, &Entry::amount>("byAccount");

/// The tables of the first release of a program, and of the second, which has added an index.
enum class Release { first, second };
const Table<Account>& accountsTable(Release release);
const Table<Entry>& entriesTable();

/// What is stored, in two maps.
class Ledger {
 public:
  std::map<std::string, Account> accounts;
  std::map<std::string, Entry> entries;

  friend bool operator==(const Ledger&, const Ledger&) = default;
  /// What is wrong with the sums; empty: nothing.
  std::string findImbalance() const;
  std::string describe() const;
};

/// An amount goes from one account to another; both are opened if they are not there.
struct Transfer {
  std::string id;
  std::string from;
  std::string to;
  double amount = 1;
  std::string text{};

  void run(DB& db, Release release) const;
  /// As `run`, but the action fails at its end.
  void runAndFail(DB& db, Release release) const;
  void apply(Ledger& ledger) const;
};

/// An upsert of an account, refused with uniqueViolation if another one has the address.
struct NameEmail {
  std::string account;
  std::string email;

  void run(DB& db, Release release) const;
  /// False, and nothing was done, when it is to be refused.
  bool apply(Ledger& ledger) const;
};

/// A transfer is deleted as if it had never been, and accounts with no other entries as well.
struct Forget {
  std::string transferId;

  void run(DB& db, Release release) const;
  void apply(Ledger& ledger) const;
};

/// One commit of an endless row of them: a transfer, and the one of `keptMax` turns ago is forgotten.
struct Turn {
  static constexpr int keptMax = 40;

  int number;  ///< from 1

  void run(DB& db, Release release) const;
  /// Starts it. Over a storage that answers late, further ones may be started meanwhile.
  Completion<void> start(DB& db, Release release) const;
  void apply(Ledger& ledger) const;
  /// The last turn that the ledger has; 0: none.
  static int lastOf(const Ledger& ledger) { return lastOf(ledger.entries); }
  static int lastOf(const std::map<std::string, Entry>& entries);
};

/// What keeps a ledger in its file.
/// `sharedSql` keeps a log for other programs, and is only told of theirs when it is asked to look.
enum class Storage { sql, sharedSql, asyncSql, hybrid, asyncHybrid, preloadedHybrid };
const char* nameOf(Storage storage);
inline bool hasThreads(Storage storage) { return storage == Storage::asyncSql || storage == Storage::asyncHybrid; }
/// Then commits are safe when they are flushed.
inline bool hasTwoTiers(Storage storage) {
  return storage == Storage::hybrid || storage == Storage::asyncHybrid || storage == Storage::preloadedHybrid;
}

/// Opens the file and loads the tables.
SubscribableDB openLedger(const std::string& path, const SqlOptions& options, Release release,
                          Storage storage = Storage::sql, const HybridOptions& hybridOptions = {});
/// Whether the synchronous functions work. What follows, and what actions do here, waits where they do not.
bool answersAtOnce(const DB& db);
/// REQUIRES: the database has a loop of its own.
template <class T>
T await(const DB& db, Completion<T> completion) {
  return runUntilReady(static_cast<RunLoop&>(db.executor()), std::move(completion));
}
/// All that is stored at one moment, read through indexes.
Ledger readLedger(DB& db, Release release);
Completion<Ledger> startReading(DB& db, Release release);
/// What was committed until now is in the file, as safe as its options say.
void makeDurable(DB& db);
/// Of the file.
std::vector<std::string> damageOf(DB& db);

/// All entries as a live result.
class LiveEntries {
 public:
  /// Throws what its first run throws.
  explicit LiveEntries(const SubscribableDB& db);
  /// Nothing when its last run has failed.
  std::optional<std::map<std::string, Entry>> entries();

 private:
  Rows<Entry> current() const;

  SubscribableDB db_;
  Subscription subscription_;  ///< keeps the result in the cache
};

}  // namespace hyperdb::test
