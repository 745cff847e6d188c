// HybridDB, PreloadedHybridDB: write-behind caches in memory over a *primary* driver. Memory answers the reads that
// it can; the primary stores everything and is read only for what memory lacks.
//
// Executor: that of Driver. The functions that only these drivers have belong to the home thread too.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <hyperdb/engine/driver.hpp>
#include <hyperdb/table.hpp>
#include <hyperdb/timer.hpp>

namespace hyperdb {

/// The kind of a HybridEvent, and the members that it fills.
enum class HybridEventKind : unsigned char {
  fill,             ///< rows were read from the primary: table, index, ranges, rowsCount, durationNs
  preloaded,        ///< a table, or its keys, was loaded: table, rowsCount, durationNs
  flushStarted,     ///< commitsCount, rowsCount (written or deleted), tryNumber
  flushed,          ///< commitsCount, rowsCount, durationNs
  flushFailed,      ///< commitsCount, tryNumber, error
  retryScheduled,   ///< delayMs, tryNumber of the next try
  crashed,          ///< error, commitsCount of unflushed commits
  backPressure,     ///< a commit waits for room in the flush queue: commitsCount of the queue
  evicted,          ///< memory held more than memoryRowsMax rows: rowsCount that were evicted
  conflict,         ///< the primary refuses a row, so its local changes were rolled back: table, rowId, error
  externalChange,   ///< the primary was changed externally: rowsCount; 0 when the changes are unknown
  damaged,          ///< the primary contradicts itself, also when it is read again: table, error
  closedUnflushed,  ///< the database was closed, and commitsCount commits could not be flushed: error
};
/// Returns "fill", ... The text lives as long as the program.
std::string_view hybridEventName(HybridEventKind kind) noexcept;

/// One step of a write-behind cache, for logs and tests. Members that do not apply are empty or 0.
struct HybridEvent {
  HybridEventKind kind;
  std::string table = {};
  std::string index = {};
  std::vector<std::string> ranges = {};  ///< as text, like those of a trace
  std::size_t rowsCount = 0;
  std::size_t commitsCount = 0;
  int tryNumber = 0;  ///< 1 is the first
  std::int64_t delayMs = 0;
  std::int64_t durationNs = 0;
  std::string error = {};
  std::string rowId = {};
};

/// Options of HybridDB and PreloadedHybridDB.
struct HybridOptions {
  // Behaviour.
  /// Maximum number of tries of one flush; when the last one fails the driver crashes. Raise it, with the delays, for
  /// a primary that is unreachable for minutes.
  int triesMax = 3;
  /// Milliseconds before the second try of a flush. Short, because most failures (a locked file) pass soon.
  std::int64_t firstRetryDelayMs = 250;
  /// The factor by which each further delay is longer. A primary that stays unreachable is asked more and more rarely.
  int retryDelayFactor = 4;
  /// Upper limit of the delay, in milliseconds. A minute: the driver notices soon that the primary is back, and
  /// rarely asks one that is not.
  std::int64_t retryDelayMaxMs = 60'000;
  /// Maximum number of unflushed commits. When it is reached, the next commit waits; a synchronous call fails with
  /// Error(notSynchronous), and nothing was changed. The default bounds what a crash of the program can lose.
  std::size_t pendingCommitsMax = 1024;
  /// Maximum number of commits that are flushed in one transaction of the primary. Lower it if large transactions
  /// block other users of the primary.
  std::size_t commitsPerFlushMax = 256;
  /// Maximum number of rows in memory. When it is exceeded, and no transaction is open, the driver evicts all rows
  /// that the primary has, except those of preloaded tables, and reads them again on demand. It also bounds the
  /// ranges that HybridDB remembers for each index, empty ranges included. 0, the default: no bound, for data that
  /// fits into memory.
  std::size_t memoryRowsMax = 0;
  /// Milliseconds that `close` waits for a primary that does not answer. The default lets a slow flush end.
  std::int64_t closeWaitMaxMs = 60'000;

  // Environment.
  /// The source of time for retries; null: real time. Must outlive the driver.
  Timer* timer = nullptr;
  /// Called with each event, on the home thread, from inside the driver: it may read the driver's state, but must not
  /// use the database. What it throws is ignored.
  std::function<void(const HybridEvent&)> onEvent = nullptr;
};

/// Whether the driver is usable.
enum class HybridState : unsigned char { running, crashed };

/// Work done since the driver was made.
struct HybridCounters {
  std::uint64_t primaryReads = 0;    ///< scans of the primary, for any reason
  std::uint64_t rowsFilled = 0;      ///< rows that those scans returned
  std::uint64_t rowsEvicted = 0;     ///< rows evicted because memory held more than memoryRowsMax
  std::uint64_t scansByMemory = 0;   ///< scans that memory answered alone
  std::uint64_t scansByPrimary = 0;  ///< scans that had to wait for the primary
  std::uint64_t flushes = 0;         ///< that succeeded
  std::uint64_t flushFailures = 0;
  std::uint64_t commitsFlushed = 0;
  std::uint64_t backPressureWaits = 0;
};

namespace detail::hybrid {
class Core;
}

/// The common part of both write-behind caches.
///
/// Memory answers a read if it has all rows of the read's ranges; otherwise the driver reads only the missing ranges
/// from the primary and keeps the rows. A commit takes effect, and is announced, as soon as memory has it. The driver
/// flushes it to the primary in the background, in a function that it posts to the database's executor. A program
/// that never runs its executor flushes when `pendingCommitsMax` commits are unflushed, with `flushed()`, and when
/// the database closes.
///
/// The driver retries a failed flush; after `triesMax` failures it has *crashed*: every later call fails with
/// Error(driverFailure), which names the cause.
///
/// A row that the primary refuses permanently (uniqueViolation: another process has taken its unique value;
/// invalidRow: it is too large) would stop all flushes. So the driver rolls back the row's unflushed changes: memory
/// then has what the primary has. It announces that as an external commit and reports a `conflict` event that names
/// the row; a `flushed()` that waits for one of these changes fails. Everything else is flushed. If the error names
/// no row, finding the row costs some tries.
///
/// Changes that another process has written to the primary are merged into memory: the primary reports them, or the
/// program merges them in actions on a view of the database with `externalStorageMergeTrait`. If a merge fails
/// (memory runs out, a unique value is taken, the action throws), the driver evicts everything that does not wait to
/// be flushed and reads it again on demand; if that fails too, it crashes.
class WriteBehindDriver : public Driver {
 public:
  WriteBehindDriver(WriteBehindDriver&&) noexcept;
  WriteBehindDriver& operator=(WriteBehindDriver&&) noexcept;
  ~WriteBehindDriver() override;  ///< as `close`

  // The functions that only these drivers have: `db.driverAs<HybridDB>().flushed()`.

  /// Completes when every commit so far is durable in the primary. Starts the flush at once, so that over a
  /// synchronous primary the result is ready at once. Closing the database runs it to its end. Fails with
  /// Error(driverFailure) when the driver has crashed or crashes meanwhile; with Error(closed) if the database was or
  /// is closed before the flush is done, even if nothing is left to flush: `pendingCommits` says whether that is so.
  Completion<void> flushed();
  /// Reads whole tables, so that memory answers every later read of them. Fails with Error(unknownTable), with what
  /// the primary reports, Error(closed). O(rows).
  Completion<void> preloadTables(std::vector<AnyTable> tables);

  HybridState state() const noexcept;
  /// Returns why the driver has crashed; empty while it runs.
  std::string crashCause() const;
  /// Returns how many commits are not durable yet.
  std::size_t pendingCommits() const noexcept;
  const HybridCounters& hybridCounters() const noexcept;
  /// Returns the primary. The driver does not notice writes that bypass it.
  Driver& primary() const noexcept;

  // Driver.
  bool mayRunAhead() const noexcept override;
  void attach(DriverHost& host) override;
  Completion<void> loadTables(std::span<const std::shared_ptr<const TableDef>> tables) override;
  Completion<std::unique_ptr<DriverTransaction>> begin(TransactionMode mode) override;
  /// Returns the sum over memory and primary.
  DriverCounters counters() const noexcept override;
  void collectGarbage() noexcept override;
  /// Waits until everything is flushed or the flush has failed for good, then closes the primary.
  void close() noexcept override;

 protected:
  WriteBehindDriver(std::unique_ptr<Driver> primary, HybridOptions options, bool isPreloaded);

 private:
  std::shared_ptr<detail::hybrid::Core> core_;
};

/// A write-behind cache that keeps what was read and written and remembers which ranges it has completely, empty
/// ranges and the covered part of limited reads included.
///
/// Costs: a read of a covered range as in the memory driver; otherwise one read, in the primary, of the whole missing
/// part. A write of ids that memory does not know reads them first (and the unique values of the new rows), since it
/// must fail as it would in the primary: `preloadTables` avoids that. Rows are evicted only when there are more than
/// `memoryRowsMax`: O(log n) amortised for each row that was read.
class HybridDB final : public WriteBehindDriver {
 public:
  /// Throws Error(invalidArgument): no primary, an option out of its range.
  explicit HybridDB(std::unique_ptr<Driver> primary, HybridOptions options = {})
      : WriteBehindDriver(std::move(primary), std::move(options), false) {}
  template <class DriverType>
    requires(std::is_base_of_v<Driver, DriverType> && !std::is_same_v<DriverType, HybridDB>)
  explicit HybridDB(DriverType primary, HybridOptions options = {})
      : HybridDB(std::unique_ptr<Driver>(std::make_unique<DriverType>(std::move(primary))), std::move(options)) {}

  std::string_view name() const noexcept override { return "hybrid"; }
};

/// A write-behind cache with the keys of every index in memory from the start, and rows on demand. So it knows which
/// rows a read needs before it asks the primary: a limited or an empty read never reads more than it returns, and a
/// write reads the primary only for rows that it replaces and that were not read before.
///
/// Costs: `loadTables` reads the keys of all indexes; memory holds all keys, and an object of some 50 bytes for each
/// row.
class PreloadedHybridDB final : public WriteBehindDriver {
 public:
  /// Throws Error(invalidArgument): no primary, an option out of its range.
  explicit PreloadedHybridDB(std::unique_ptr<Driver> primary, HybridOptions options = {})
      : WriteBehindDriver(std::move(primary), std::move(options), true) {}
  template <class DriverType>
    requires(std::is_base_of_v<Driver, DriverType> && !std::is_same_v<DriverType, PreloadedHybridDB>)
  explicit PreloadedHybridDB(DriverType primary, HybridOptions options = {})
      : PreloadedHybridDB(std::unique_ptr<Driver>(std::make_unique<DriverType>(std::move(primary))),
                          std::move(options)) {}

  std::string_view name() const noexcept override { return "preloaded"; }
};

}  // namespace hyperdb
