// AsyncSqlDriver: tables in an SQLite file, on threads of its own.
//
// Thread safety: that of Driver.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include <hyperdb/driver.hpp>
#include <hyperdb/sql_options.hpp>

namespace hyperdb {

namespace detail::sqlite {
class AsyncStore;
}

/// As SqlOptions. `onLoadProgress` is called on a thread of the driver, and must not wait for the home thread.
struct AsyncSqlOptions : SqlOptions {
  /// How many selectors may read at the same time: for each there is a thread and a connection, made when it is first
  /// needed. Further ones wait in line.
  std::size_t readersMax = 4;
};

/// The files of SqlDriver, and the same answers, for programs whose home thread must not wait for a disk: one thread
/// writes, others read beside it, and results come on the database's executor. The synchronous functions throw
/// Error(notSynchronous) over it.
///
/// A transaction that only reads sees what was committed when it began, whatever is committed later, and has a reader's
/// thread to itself for as long as it is open. Work that is given up, because its command was cancelled or the database
/// closed, is stopped where it is; only a commit that has begun goes on to its end.
///
/// Costs: those of SqlDriver, and two changes of thread for each read, write and commit.
class HYPERDB_SQLITE_CLASS AsyncSqlDriver final : public Driver {
 public:
  /// Opens the file, or creates it, before it returns, so that a wrong path is known at once. Throws what SqlDriver's
  /// does, and Error(invalidArgument) for what needs SqlDriver: ":memory:" and JournalMode::truncate.
  HYPERDB_SQLITE_CONSTRUCTOR explicit AsyncSqlDriver(std::string path, AsyncSqlOptions options = {});
  AsyncSqlDriver(AsyncSqlDriver&&) noexcept;
  AsyncSqlDriver& operator=(AsyncSqlDriver&&) noexcept;
  ~AsyncSqlDriver() override;  ///< closes it

  std::string_view name() const noexcept override { return "async-sqlite"; }
  /// Starts the thread that writes. Throws Error(driverFailure) if there can't be one.
  void attach(DriverHost& host) override;
  /// As SqlDriver's, on the thread that writes; transactions that only read go on meanwhile.
  Completion<void> loadTables(std::span<const std::shared_ptr<const TableDef>> tables) override;
  Completion<std::unique_ptr<DriverTransaction>> begin(TransactionMode mode) override;
  Completion<std::unique_ptr<DriverTransaction>> beginReported() override;
  bool mayRunAhead() const noexcept override;
  DriverCounters counters() const noexcept override;
  /// Waits for the commit that is on its way, if there is one, and for the threads to end. Everything else that is on
  /// its way fails with Error(cancelled), what is asked for afterwards with Error(closed).
  void close() noexcept override;

  /// As SqlDriver's, on a reader's thread: of the state that is committed when it begins. Home thread.
  Completion<std::vector<std::string>> findDamage();
  /// Looks soon whether another process has committed, and announces it. For SharedFileOptions. Home thread.
  void lookForCommits();
  /// Whether everything that was asked for is done, and nobody waits in line. Home thread.
  bool isIdle() const noexcept;

 private:
  std::shared_ptr<detail::sqlite::AsyncStore> store_;
};

}  // namespace hyperdb
