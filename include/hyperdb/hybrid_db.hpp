// HybridDB, PreloadedHybridDB: drivers of two tiers. Memory answers what it knows; the storage below, the *primary*,
// keeps everything and is asked only for what memory lacks.
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

#include <hyperdb/driver.hpp>
#include <hyperdb/table.hpp>
#include <hyperdb/timer.hpp>

namespace hyperdb {

/// What a HybridEvent tells of.
enum class HybridEventKind : unsigned char {
  fill,             ///< rows were read from the primary: table, index, ranges, rowsCount, durationNs
  preloaded,        ///< a table is in memory, or its keys: table, rowsCount, durationNs
  flushStarted,     ///< commitsCount, rowsCount (written or deleted), tryNumber
  flushed,          ///< commitsCount, rowsCount, durationNs
  flushFailed,      ///< commitsCount, tryNumber, error
  retryScheduled,   ///< delayMs, tryNumber of the next one
  crashed,          ///< error, commitsCount that were not flushed
  backPressure,     ///< a commit waits for room: commitsCount that wait to be flushed
  dropped,          ///< there were more rows in memory than may be: rowsCount that were dropped
  conflict,         ///< the primary refuses a row, so its local changes were rolled back: table, rowId, error
  externalChange,   ///< the primary was changed by somebody else: rowsCount; 0 when nobody knows how
  damaged,          ///< the primary contradicts itself, also when it is read again: table, error
  closedUnflushed,  ///< the database was closed, and commitsCount commits could not be flushed: error
};
/// "fill", ... The text lives as long as the program.
std::string_view hybridEventName(HybridEventKind kind) noexcept;

/// What a driver of two tiers did, for logs and tests. Members that do not apply are empty or 0.
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

/// Options of a driver of two tiers.
struct HybridOptions {
  // Behaviour.
  /// So many failures of one flush stop the database.
  int triesMax = 3;
  /// How long after the first failure a flush is tried again.
  std::int64_t firstRetryDelayMs = 250;
  /// How much longer each further delay is.
  int retryDelayFactor = 4;
  /// The longest delay. A minute: a primary that comes back is used again soon, and one that does not is asked rarely.
  std::int64_t retryDelayMaxMs = 60'000;
  /// So many commits may wait to be flushed, never more; the next one waits until there is room. A call that can't wait
  /// fails with Error(notSynchronous), and nothing was changed.
  std::size_t pendingCommitsMax = 1024;
  /// So many commits at most are flushed in one transaction of the primary.
  std::size_t commitsPerFlushMax = 256;
  /// So many rows may stay in memory. When there are more, and no transaction is open, all are dropped that the primary
  /// has, and are read again when they are asked for; not those of preloaded tables. It bounds also the ranges that
  /// HybridDB remembers for each index, those without rows included. 0: no bound.
  std::size_t memoryRowsMax = 0;
  /// How long `close` waits for a primary that does not answer.
  std::int64_t closeWaitMaxMs = 60'000;

  // Environment.
  /// Where retries get their time from; null: real time. Must outlive the driver.
  Timer* timer = nullptr;
  /// Is told what happens, on the home thread, from inside the driver: it may look at the driver, but must not use the
  /// database. What it throws is ignored.
  std::function<void(const HybridEvent&)> onEvent = nullptr;
};

/// Whether a driver of two tiers is usable.
enum class HybridState : unsigned char { running, crashed };

/// What a driver of two tiers has done since it was made.
struct HybridCounters {
  std::uint64_t primaryReads = 0;     ///< scans of the primary, whatever for
  std::uint64_t rowsFilled = 0;       ///< rows that they gave
  std::uint64_t rowsDropped = 0;      ///< since there were more than may be
  std::uint64_t scansByMemory = 0;    ///< scans that memory answered alone
  std::uint64_t scansByPrimary = 0;   ///< scans that had to wait for the primary
  std::uint64_t flushes = 0;          ///< that succeeded
  std::uint64_t flushFailures = 0;
  std::uint64_t commitsFlushed = 0;
  std::uint64_t backPressureWaits = 0;
};

namespace detail::hybrid {
class Core;
}

/// What both drivers of two tiers share.
///
/// Reads are answered by memory if it has all rows of their ranges; else the primary is asked for the missing ranges
/// only, and what was read stays. A commit is in effect, and announced, as soon as memory has it; it is flushed to the
/// primary in the background: by a function that is posted to the database's executor. A program that never runs its
/// executor flushes when `pendingCommitsMax` commits wait, with `flushed()`, and when the database closes.
///
/// A flush that fails is tried again; when it has failed `triesMax` times the driver has *crashed*: everything that is
/// asked of it from then on fails with Error(driverFailure), which names the cause.
///
/// A row that the primary refuses permanently (uniqueViolation: another process has taken its unique value; invalidRow:
/// it is too large) would stop all flushes. So its unflushed changes are rolled back: memory has what the primary has,
/// which is announced as an external commit, a `conflict` event names the row, and `flushed()`, if it waits for one of
/// these changes, fails. Everything else is flushed. An error that names no row costs some tries to find the row.
///
/// What somebody else has written in the primary is taken over from what the primary reports, or by actions on a view
/// of the database with `externalStorageMergeTrait`. When such changes can't be taken over as a whole (memory runs out,
/// a unique value is taken, the action throws), memory forgets everything that is not waiting to be flushed, and reads
/// it again; if even that fails, the driver crashes.
class TwoTierDriver : public Driver {
 public:
  TwoTierDriver(TwoTierDriver&&) noexcept;
  TwoTierDriver& operator=(TwoTierDriver&&) noexcept;
  ~TwoTierDriver() override;  ///< as `close`

  // What only these drivers have: `db.driverAs<HybridDB>().flushed()`.

  /// Ready when everything that is committed now is durable in the primary. Starts the flush at once, so that over a
  /// primary that answers at once it is ready at once. Closing brings it to its end. Fails with Error(driverFailure)
  /// when the driver has crashed or crashes meanwhile; with Error(closed) if the database is closed before it is ready,
  /// or was closed before, also if everything had been flushed: what says so then is `pendingCommits`.
  Completion<void> flushed();
  /// Reads whole tables, so that every later read of them is answered by memory. Fails with Error(unknownTable), with
  /// what the primary says, Error(closed). O(rows).
  Completion<void> preloadTables(std::vector<AnyTable> tables);

  HybridState state() const noexcept;
  /// Why it has crashed; empty while it runs.
  std::string crashCause() const;
  /// How many commits are not durable yet.
  std::size_t pendingCommits() const noexcept;
  const HybridCounters& hybridCounters() const noexcept;
  /// The storage below. What is written past this driver is not seen by it.
  Driver& primary() const noexcept;

  // Driver.
  bool mayRunAhead() const noexcept override;
  void attach(DriverHost& host) override;
  Completion<void> loadTables(std::span<const std::shared_ptr<const TableDef>> tables) override;
  Completion<std::unique_ptr<DriverTransaction>> begin(TransactionMode mode) override;
  /// The sum of both tiers.
  DriverCounters counters() const noexcept override;
  void tidy() noexcept override;
  /// Waits until everything is flushed or the flush has failed for good, then closes the primary.
  void close() noexcept override;

 protected:
  TwoTierDriver(std::unique_ptr<Driver> primary, HybridOptions options, bool isPreloaded);

 private:
  std::shared_ptr<detail::hybrid::Core> core_;
};

/// Memory in front of a primary: keeps what was read and written, and remembers of which ranges it has all rows. Also
/// that a range is empty, and how far a limited read came.
///
/// Costs: a read of a known range as in the memory driver; another one a read of the missing part of it, whole, in the
/// primary. A write of ids that memory does not know reads them first (and the unique values of the new rows), since it
/// must fail as it would in the primary: `preloadTables` spares that. What was read is dropped only when there
/// is more than `memoryRowsMax`: O(log n) amortised for each row that was read.
class HybridDB final : public TwoTierDriver {
 public:
  /// Throws Error(invalidArgument): no primary, an option that makes no sense.
  explicit HybridDB(std::unique_ptr<Driver> primary, HybridOptions options = {})
      : TwoTierDriver(std::move(primary), std::move(options), false) {}
  template <class DriverType>
    requires(std::is_base_of_v<Driver, DriverType> && !std::is_same_v<DriverType, HybridDB>)
  explicit HybridDB(DriverType primary, HybridOptions options = {})
      : HybridDB(std::unique_ptr<Driver>(std::make_unique<DriverType>(std::move(primary))), std::move(options)) {}

  std::string_view name() const noexcept override { return "hybrid"; }
};

/// Memory in front of a primary, with the keys of every index in memory from the start, and rows on demand. So a read
/// knows its rows before it asks for them: a limited or an empty one never reads more than it gives, and a write needs
/// the primary only for rows that it replaces and that were not read before.
///
/// Costs: `loadTables` reads the keys of all indexes; memory holds them all, and an object of some 50 bytes for each
/// row.
class PreloadedHybridDB final : public TwoTierDriver {
 public:
  /// Throws Error(invalidArgument): no primary, an option that makes no sense.
  explicit PreloadedHybridDB(std::unique_ptr<Driver> primary, HybridOptions options = {})
      : TwoTierDriver(std::move(primary), std::move(options), true) {}
  template <class DriverType>
    requires(std::is_base_of_v<Driver, DriverType> && !std::is_same_v<DriverType, PreloadedHybridDB>)
  explicit PreloadedHybridDB(DriverType primary, HybridOptions options = {})
      : PreloadedHybridDB(std::unique_ptr<Driver>(std::make_unique<DriverType>(std::move(primary))),
                          std::move(options)) {}

  std::string_view name() const noexcept override { return "preloaded"; }
};

}  // namespace hyperdb
