// AsyncSqlDriver: tables in an SQLite file, on threads of its own.
//
// Thread safety: that of Driver.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include <hyperdb/engine/driver.hpp>
#include <hyperdb/sql_options.hpp>

namespace hyperdb {

namespace detail::sqlite {
class AsyncStore;
}

/// Options of AsyncSqlDriver: those of SqlDriver and one more. The driver calls `onLoadProgress` on one of its own
/// threads; the callback must not wait for the home thread.
struct AsyncSqlOptions : SqlOptions {
  /// Maximum number of selectors that read at the same time. Each reader is a thread with a connection, made when it
  /// is first needed; further selectors queue. Raise it when many slow reads run at once.
  std::size_t readersMax = 4;
};

/// The same files and answers as SqlDriver, for programs whose home thread must not wait for a disk: one thread
/// writes, reader threads run beside it, and results come on the database's executor. The synchronous functions throw
/// Error(notSynchronous) over this driver.
///
/// A read-only transaction reads a snapshot of the state that was committed when it began and occupies one reader
/// thread as long as it is open. When a command is cancelled or the database closes, the driver interrupts the work
/// in progress; only a commit that has begun runs to its end.
///
/// Costs: those of SqlDriver, plus two thread switches for each read, write and commit.
class HYPERDB_SQLITE_CLASS AsyncSqlDriver final : public Driver {
 public:
  /// Opens or creates the file before it returns, so that a wrong path fails at once. Throws what SqlDriver's
  /// constructor throws, and Error(invalidArgument) for what only SqlDriver supports: ":memory:" and
  /// JournalMode::truncate.
  HYPERDB_SQLITE_CONSTRUCTOR explicit AsyncSqlDriver(std::string path, AsyncSqlOptions options = {});
  AsyncSqlDriver(AsyncSqlDriver&&) noexcept;
  AsyncSqlDriver& operator=(AsyncSqlDriver&&) noexcept;
  ~AsyncSqlDriver() override;  ///< closes the file

  std::string_view name() const noexcept override { return "async-sqlite"; }
  /// Starts the writer thread. Throws Error(driverFailure) if the system refuses the thread.
  void attach(DriverHost& host) override;
  /// Loads tables as SqlDriver::loadTables does, on the writer thread; open read-only transactions continue
  /// meanwhile.
  Completion<void> loadTables(std::span<const std::shared_ptr<const TableDef>> tables) override;
  Completion<std::unique_ptr<DriverTransaction>> begin(TransactionMode mode) override;
  Completion<std::unique_ptr<DriverTransaction>> beginReported() override;
  bool mayRunAhead() const noexcept override;
  DriverCounters counters() const noexcept override;
  /// Waits for a commit in progress, if there is one, and for the threads to end. All other pending work fails with
  /// Error(cancelled), later requests with Error(closed).
  void close() noexcept override;

  /// Returns faults as SqlDriver::findDamage does, on a reader thread, in a snapshot of the committed state. Home
  /// thread.
  Completion<std::vector<std::string>> findDamage();
  /// Schedules a check whether another process has committed; the driver announces what it finds. For
  /// SharedFileOptions. Home thread.
  void pollForCommits();
  /// Returns whether no work is running and no request is queued. Home thread.
  bool isIdle() const noexcept;

 private:
  std::shared_ptr<detail::sqlite::AsyncStore> store_;
};

}  // namespace hyperdb
