// SqlDriver: tables in an SQLite file, synchronously.
//
// Thread safety: that of Driver.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <hyperdb/engine/driver.hpp>
#include <hyperdb/sql_options.hpp>

namespace hyperdb {

namespace detail::sqlite {
class SqlStore;
}

/// A driver that finishes every call before it returns, so that the synchronous functions work with it.
///
/// A table is an SQLite table of the same name with the columns `row`, `id` and `data`: the row as JSON text, which
/// any SQLite tool can read. Each index but `byId` is a table of its own, named "table/index", from encoded keys to
/// `row`. The table `hyperdb_tables` lists the tables and indexes. Loading the tables of a file of HyperDB for
/// TypeScript (release 0.6) converts them.
///
/// Transactions are SQLite's: a write transaction takes the file's write lock when it begins. Selectors that run
/// while an action is open read the last committed state through a second connection.
///
/// Costs: O(log n) per row read or written and index, some microseconds; a commit writes the changed pages to the
/// log.
class HYPERDB_SQLITE_CLASS SqlDriver final : public Driver {
 public:
  /// Opens the file, or creates it. ":memory:" is a database in memory that ends with the driver. Throws
  /// Error(driverFailure), naming the file, when it can't be opened, is no database, or was written by a newer
  /// release; Error(invalidArgument) when the path is empty, too long, or has a zero byte. The path is made absolute
  /// at once. When another process deletes, renames or replaces the file later, commits fail with
  /// Error(driverFailure), and then reads too.
  HYPERDB_SQLITE_CONSTRUCTOR explicit SqlDriver(std::string path, SqlOptions options = {});
  SqlDriver(SqlDriver&&) noexcept;
  SqlDriver& operator=(SqlDriver&&) noexcept;
  ~SqlDriver() override;

  std::string_view name() const noexcept override { return "sqlite"; }
  void attach(DriverHost& host) override;
  /// Creates what is missing, verifies what is there, fills new indexes from the stored rows and drops indexes that
  /// are no longer declared, all in one transaction. Tables of the file that are not named stay as they are. Fails
  /// with Error(uniqueViolation), naming rows, when stored rows share a value of a new `uniqhash`; Error(invalidRow)
  /// when a stored row that a new index needs does not fit; Error(cancelled) when `onLoadProgress` returns false.
  Completion<void> loadTables(std::span<const std::shared_ptr<const TableDef>> tables) override;
  Completion<std::unique_ptr<DriverTransaction>> begin(TransactionMode mode) override;
  Completion<std::unique_ptr<DriverTransaction>> beginReported() override;
  bool mayRunAhead() const noexcept override;
  DriverCounters counters() const noexcept override;
  void close() noexcept override;

  /// Reads the whole file and returns what is wrong with it, one sentence each: damaged pages, rows that do not fit
  /// their table, indexes that do not agree with the rows. Empty: nothing is wrong. Home thread; no write transaction
  /// may be open.
  std::vector<std::string> findDamage();
  /// Checks at once whether another process has committed, and announces its changes. For SharedFileOptions. Home
  /// thread; not from inside a command.
  void pollForCommits();

 private:
  std::shared_ptr<detail::sqlite::SqlStore> store_;
};

}  // namespace hyperdb
