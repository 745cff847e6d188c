// Driver: the storage seam. The only thing that changes between environments.
//
// Thread safety: a driver and its transactions are called on the database's executor only; `snapshot`, and what it
// gives, by any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <hyperdb/completion.hpp>
#include <hyperdb/engine/row_sequence.hpp>
#include <hyperdb/engine/scan_plan.hpp>
#include <hyperdb/engine/table_def.hpp>
#include <hyperdb/error.hpp>
#include <hyperdb/op.hpp>
#include <hyperdb/row.hpp>

namespace hyperdb {

/// The result of a scan.
struct ScanResult {
  RowSequence rows;
  std::size_t rowsExamined = 0;  ///< rows the storage looked at to answer; for a window 0
  /// The storage that answered, for traces; empty: the driver's name. Lives as long as the driver.
  std::string_view answeredBy = {};
  std::vector<Error> unfitRows = {};  ///< invalidRow for each row that was left out; see ScanPlan::skipsUnfitRows
};

/// What a transaction may do.
enum class TransactionMode : unsigned char {
  readOnly,
  readWrite,
  /// As readWrite, for changes that another process has already committed in the storage: a write-behind cache
  /// applies them to memory only, and an insert of an existing row is an upsert. Other drivers just write.
  externalMerge
};

/// The keys of an index, ascending, without the rows.
struct IndexKeys {
  struct KeyEntry {
    std::size_t end;         ///< behind the key's last byte in `bytes`; it starts where the one before ends
    std::int64_t rowNumber;  ///< identifies the row: the same in every index, within one transaction
  };
  std::string bytes;
  std::vector<KeyEntry> entries;
};

/// One transaction. Reads see its own writes. After commit or rollback every call but `rollback` throws
/// Error(transactionFinished). Destroying an unfinished transaction rolls it back.
///
/// All reads of a transaction see one snapshot. When the storage can't keep it, every later call fails: with
/// Error(nestedDispatch) if a commit of this database is the reason, with Error(snapshotLost) if it is a change by
/// another process; then the runtime runs the command again. A transaction that has read nothing moves to the newer
/// snapshot instead.
///
/// Executor: all calls come from the database's executor, one at a time; completions are delivered there. A driver
/// never calls a continuation from inside the call that started the work.
class DriverTransaction {
 public:
  virtual ~DriverTransaction() = default;

  /// Reads the rows of a plan. REQUIRES: plan.table is loaded. The plan lives until the completion is done or
  /// dropped.
  virtual Completion<ScanResult> scan(const ScanPlan& plan) = 0;
  /// Returns the keys that `scan` of the whole index would read; nothing if reading only keys is not cheaper for this
  /// storage. REQUIRES: the table is loaded.
  virtual std::optional<Completion<IndexKeys>> scanKeys(const TableDef& /*table*/, std::size_t /*indexNumber*/) {
    return std::nullopt;
  }

  // Writes: all or nothing. The rows are normalised and of the table's row type; `rows` and `ids` live until the
  // completion is done or dropped. Completions return the ops in the order of the batch.

  /// Adds rows. Fails with duplicateId (an id that exists, or twice in the batch) or uniqueViolation.
  virtual Completion<Ops> insert(const TableDef& table, std::span<const RowRef> rows) = 0;
  /// Adds or replaces whole rows by id. REQUIRES: ids in the batch are distinct. Fails with uniqueViolation, judged
  /// by the state after the whole batch.
  virtual Completion<Ops> upsert(const TableDef& table, std::span<const RowRef> rows) = 0;
  /// Deletes rows by id. Ids that don't exist, or are repeated, have no op.
  virtual Completion<Ops> deleteRows(const TableDef& table, std::span<const std::string> ids) = 0;

  /// Makes the writes the committed state. The runtime takes a failure to mean that none of the writes were kept.
  virtual Completion<void> commit() = 0;
  /// Discards the writes. Never fails; may be called at any time, also with work pending (whose completions are then
  /// dropped).
  virtual void rollback() noexcept = 0;
};

/// An immutable snapshot of all tables at one moment.
///
/// Thread safety: any thread may read and drop it while writers continue.
class DriverSnapshot {
 public:
  virtual ~DriverSnapshot() = default;
  /// Reads the rows of a plan. Throws Error(unknownTable) if plan.table was not loaded when the snapshot was taken.
  /// Needs no lock and no executor.
  virtual ScanResult scan(const ScanPlan& plan) const = 0;
};

/// Counters of a storage. Monotonic; tests assert differences.
struct DriverCounters {
  std::uint64_t rowsExamined = 0;
  std::uint64_t nodesVisited = 0;
  std::uint64_t nodesCopied = 0;
};

/// The database that owns the driver, as the driver sees it. Home thread, unless a comment says otherwise.
class DriverHost {
 public:
  virtual Executor& executor() const noexcept = 0;  ///< any thread
  /// Reports ops committed outside of this database, by another process for example. Transactions that begin from now
  /// on see them. Not to be called from inside a call of the driver, except from `commit`: the ops then precede the
  /// commit, and the database announces them when it has ended.
  virtual void onExternalCommit(Ops ops) noexcept = 0;
  /// Reports that the storage was changed externally in an unknown way; everything cached is invalidated. The rule
  /// about calls from inside the driver is that of onExternalCommit.
  virtual void onUnknownChange() noexcept = 0;

 protected:
  ~DriverHost() = default;
};

/// A storage. Owned by one database. Its own failures are Error(driverFailure), in the completion.
class Driver {
 public:
  virtual ~Driver() = default;

  /// Returns the driver's name in traces. It lives as long as the driver.
  virtual std::string_view name() const noexcept = 0;
  /// Sets the host. The database that has become the owner calls it once, before anything else. The host lives until
  /// `close`, or the destructor, has returned.
  virtual void attach(DriverHost& /*host*/) {}
  /// Creates and verifies the tables. May be called again with more tables. A table that is loaded already and has an
  /// equivalent definition is not an error; another definition of the same name is Error(invalidDefinition), and
  /// nothing was changed.
  virtual Completion<void> loadTables(std::span<const std::shared_ptr<const TableDef>> tables) = 0;
  /// Starts a transaction. The runtime keeps at most one readWrite transaction open (single writer); readOnly ones
  /// may be open beside it and see the last committed state.
  virtual Completion<std::unique_ptr<DriverTransaction>> begin(TransactionMode mode) = 0;
  /// Starts a readOnly transaction. Before it completes, possibly from inside this call, the driver notifies its host
  /// of every external commit that is in the transaction's snapshot. For a driver that caches rows of this one in
  /// memory.
  virtual Completion<std::unique_ptr<DriverTransaction>> beginReported() { return begin(TransactionMode::readOnly); }
  /// Returns whether a transaction may see external commits of which the host was not notified yet.
  virtual bool mayRunAhead() const noexcept { return false; }
  /// Returns whether scans return the row objects that were written, which were checked then.
  virtual bool keepsRowObjects() const noexcept { return false; }
  /// Returns a snapshot of the last committed state; null if the storage has none. Any thread.
  virtual std::shared_ptr<const DriverSnapshot> snapshot() const { return nullptr; }
  virtual DriverCounters counters() const noexcept { return {}; }
  /// Frees at once what later commits would free. Does not wait for anything.
  virtual void collectGarbage() noexcept {}
  /// Ends running work and frees what the storage holds. May wait for the storage. No transaction is open except one
  /// that is committing: its completion is filled before this returns if its end is known, or never; it is destroyed
  /// later.
  virtual void close() noexcept {}
};

}  // namespace hyperdb
