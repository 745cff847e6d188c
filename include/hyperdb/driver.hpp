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
#include <hyperdb/error.hpp>
#include <hyperdb/row.hpp>
#include <hyperdb/row_sequence.hpp>
#include <hyperdb/scan_plan.hpp>
#include <hyperdb/table_def.hpp>

namespace hyperdb {

template <class Row>
struct ChangeOp;

/// What kind of write made an Op.
enum class OpType : unsigned char { insert, upsert, remove };

/// One row that was written. An insert has a new row, a remove an old one, an upsert a new one and, if it replaced a
/// row, an old one. An upsert whose row equals the stored one keeps the stored object: oldRow == newRow.
///
/// A stored row that does not fit its table can be replaced and deleted, but not told: the replacing upsert has no old
/// row, the removal gives no op. Instead the ops that the driver returns end with one that has neither row. The runtime
/// takes it out, and announces an unknown change when the transaction is committed.
struct Op {
  OpType type;
  const TableDef* table;
  RowRef oldRow;
  RowRef newRow;

  /// The row after the write; of a removal, the row that is gone.
  const RowRef& row() const noexcept { return newRow ? newRow : oldRow; }
  /// Its id. The view lives as long as the op.
  std::string_view rowId() const noexcept { return table->rowType().id(*row()); }
  /// The row as an object: itself in a dynamic table, else a converted copy. O(size of the row).
  RowPtr<Object> object() const;
  /// Both rows as pointers to `Row`; with Object as `object` gives them. Throws Error(invalidArgument), naming the
  /// table, when its rows are of another type. Defined in hooks.hpp.
  template <class Row>
  ChangeOp<Row> as() const;
};
using Ops = std::vector<Op>;

/// What a scan gives.
struct ScanResult {
  RowSequence rows;
  std::size_t rowsExamined = 0;  ///< rows the storage looked at to answer; for a window 0
  /// Which storage answered, for traces; empty: the driver's name. Lives as long as the driver.
  std::string_view answeredBy = {};
  std::vector<Error> unfitRows = {};  ///< invalidRow for each row that was left out; see ScanPlan::skipsUnfitRows
};

/// What a transaction may do.
enum class TransactionMode : unsigned char {
  readOnly,
  readWrite,
  /// As readWrite, for changes that somebody else has made in the storage already: a driver of two tiers takes them
  /// over into its upper one only, and an insert of a row that is there is an upsert. Other drivers just write.
  externalMerge
};

/// The keys of an index, ascending, without the rows.
struct IndexKeys {
  struct Entry {
    std::size_t end;         ///< behind the key's last byte in `bytes`; it starts where the one before ends
    std::int64_t rowNumber;  ///< stands for the row: the same in every index, within one transaction
  };
  std::string bytes;
  std::vector<Entry> entries;
};

/// One transaction. Reads see its own writes. After commit or rollback every call but `rollback` throws
/// Error(transactionFinished). Destroying an unfinished transaction rolls it back.
///
/// All reads of a transaction see one snapshot. When the storage can't keep it, every later call fails: with
/// Error(nestedDispatch) if a commit of this database is the reason, with Error(snapshotLost) if it is a change by
/// another process; then the runtime runs the command again. A transaction that has read nothing moves forward instead.
///
/// Executor: all calls come from the database's executor, one at a time; completions are delivered there. A driver
/// never calls a continuation from inside the call that started the work.
class DriverTransaction {
 public:
  virtual ~DriverTransaction() = default;

  /// REQUIRES: plan.table is loaded. The plan lives until the completion is done or dropped.
  virtual Completion<ScanResult> scan(const ScanPlan& plan) = 0;
  /// What `scan` of the whole index would read, but only the keys; nothing if the storage can't give them for less than
  /// that. REQUIRES: the table is loaded.
  virtual std::optional<Completion<IndexKeys>> scanKeys(const TableDef& /*table*/, std::size_t /*indexNumber*/) {
    return std::nullopt;
  }

  // Writes: all or nothing. The rows are normalised and of the table's row type; `rows` and `ids` live until the
  // completion is done or dropped. Completions give the ops in the order of the batch.

  /// Fails with duplicateId (an id that exists, or twice in the batch) or uniqueViolation.
  virtual Completion<Ops> insert(const TableDef& table, std::span<const RowRef> rows) = 0;
  /// Replaces whole rows by id. REQUIRES: ids in the batch are distinct. Fails with uniqueViolation, judged by the
  /// state after the whole batch.
  virtual Completion<Ops> upsert(const TableDef& table, std::span<const RowRef> rows) = 0;
  /// Ids that don't exist, or come twice, give no op.
  virtual Completion<Ops> remove(const TableDef& table, std::span<const std::string> ids) = 0;

  /// Makes the writes the committed state. A failure is taken to mean that nothing of them was kept.
  virtual Completion<void> commit() = 0;
  /// Never fails; may be called at any time, also with work pending (whose completions are then dropped).
  virtual void rollback() noexcept = 0;
};

/// The state of all tables at one moment, frozen.
///
/// Thread safety: immutable; may be read and dropped by any thread while writers go on.
class DriverSnapshot {
 public:
  virtual ~DriverSnapshot() = default;
  /// Throws Error(unknownTable) if plan.table was not loaded when the snapshot was taken. Needs no lock and no
  /// executor.
  virtual ScanResult scan(const ScanPlan& plan) const = 0;
};

/// What a storage counts. Monotonic; the tests assert differences.
struct DriverCounters {
  std::uint64_t rowsExamined = 0;
  std::uint64_t nodesVisited = 0;
  std::uint64_t nodesCopied = 0;
};

/// What a driver may tell the database that owns it. Home thread, unless a comment says otherwise.
class DriverHost {
 public:
  virtual Executor& executor() const noexcept = 0;  ///< any thread
  /// Somebody else, another process for example, has committed these ops. Transactions that begin from now on see them.
  /// Not to be called from inside a call of the driver, except from `commit`: then they were committed before it, and
  /// are told of when it has ended.
  virtual void onExternalCommit(Ops ops) noexcept = 0;
  /// Somebody else has changed the storage, and nobody can say how. When to call it: as above.
  virtual void onUnknownChange() noexcept = 0;

 protected:
  ~DriverHost() = default;
};

/// A storage. Owned by one database. What goes wrong in it is Error(driverFailure), in the completion.
class Driver {
 public:
  virtual ~Driver() = default;

  /// What traces call it. Lives as long as the driver.
  virtual std::string_view name() const noexcept = 0;
  /// Called once, by the database that has become its owner, before anything else. The host lives until `close`, or the
  /// destructor, has returned.
  virtual void attach(DriverHost& /*host*/) {}
  /// Creates and verifies the tables. May be called again with more tables. A table that is loaded already and has an
  /// equivalent definition is fine; another definition of the same name is Error(invalidDefinition), and then nothing
  /// was changed.
  virtual Completion<void> loadTables(std::span<const std::shared_ptr<const TableDef>> tables) = 0;
  /// Starts a transaction. The runtime keeps at most one readWrite transaction open; readOnly ones may be open beside
  /// it and see the last committed state.
  virtual Completion<std::unique_ptr<DriverTransaction>> begin(TransactionMode mode) = 0;
  /// Starts a readOnly transaction; before it completes, the host is notified of every external commit that the
  /// transaction's snapshot has, possibly from inside of this call. For a driver that keeps rows of this one in memory.
  virtual Completion<std::unique_ptr<DriverTransaction>> beginReported() { return begin(TransactionMode::readOnly); }
  /// Whether a transaction may see external commits of which the host was not notified yet.
  virtual bool mayRunAhead() const noexcept { return false; }
  /// Whether scans give the very row objects that were written, which were checked then.
  virtual bool keepsRowObjects() const noexcept { return false; }
  /// The last committed state; null if the storage can't give it. Any thread.
  virtual std::shared_ptr<const DriverSnapshot> snapshot() const { return nullptr; }
  virtual DriverCounters counters() const noexcept { return {}; }
  /// Frees at once what would be freed in the course of later commits. Does not wait for anything.
  virtual void tidy() noexcept {}
  /// Ends what is on its way and frees what the storage holds. May wait for the storage. No transaction is open but one
  /// that commits: its completion is filled before this returns if its end is known, or never; it is destroyed later.
  virtual void close() noexcept {}
};

}  // namespace hyperdb
