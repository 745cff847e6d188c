// Driver: the storage seam. The only thing that changes between environments.
//
// Thread safety: a driver and its transactions are called on the database's executor only; `snapshot`, and what it
// gives, by any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <hyperdb/completion.hpp>
#include <hyperdb/row.hpp>
#include <hyperdb/row_sequence.hpp>
#include <hyperdb/scan_plan.hpp>
#include <hyperdb/table_def.hpp>

namespace hyperdb {

/// What kind of write made an Op.
enum class OpType : unsigned char { insert, upsert, remove };

/// One row that was written. An insert has a new row, a remove an old one, an upsert a new one and, if it replaced a
/// row, an old one. An upsert whose row equals the stored one keeps the stored object: oldRow == newRow.
struct Op {
  OpType type;
  const TableDef* table;
  RowRef oldRow;
  RowRef newRow;

  /// The row after the write; of a removal, the row that is gone.
  const RowRef& row() const noexcept { return newRow ? newRow : oldRow; }
  /// Its id. The view lives as long as the op.
  std::string_view rowId() const noexcept { return table->rowType().id(*row()); }
};
using Ops = std::vector<Op>;

/// What a scan gives.
struct ScanResult {
  RowSequence rows;
  std::size_t rowsExamined = 0;  ///< rows the storage looked at to answer; for a window 0
};

/// What a transaction may do.
enum class TransactionMode : unsigned char { readOnly, readWrite };

/// One transaction. Reads see its own writes. After commit or rollback every call but `rollback` throws
/// Error(transactionFinished). Destroying an unfinished transaction rolls it back.
///
/// Executor: all calls come from the database's executor, one at a time; completions are delivered there. A driver
/// never calls a continuation from inside the call that started the work.
class DriverTransaction {
 public:
  virtual ~DriverTransaction() = default;

  /// REQUIRES: plan.table is loaded. The plan lives until the completion is done or dropped.
  virtual Completion<ScanResult> scan(const ScanPlan& plan) = 0;

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

/// A storage. Owned by one database. What goes wrong in it is Error(driverFailure), in the completion.
class Driver {
 public:
  virtual ~Driver() = default;

  /// What traces call it. Lives as long as the driver.
  virtual std::string_view name() const noexcept = 0;
  /// Creates and verifies the tables. May be called again with more tables. A table that is loaded already and has an
  /// equivalent definition is fine; another definition of the same name is Error(invalidDefinition), and then nothing
  /// was changed.
  virtual Completion<void> loadTables(std::span<const std::shared_ptr<const TableDef>> tables) = 0;
  /// Starts a transaction. The runtime keeps at most one readWrite transaction open; readOnly ones may be open beside
  /// it and see the last committed state.
  virtual Completion<std::unique_ptr<DriverTransaction>> begin(TransactionMode mode) = 0;
  /// Whether scans give the very row objects that were written, which were checked then.
  virtual bool keepsRowObjects() const noexcept { return false; }
  /// The last committed state; null if the storage can't give it. Any thread.
  virtual std::shared_ptr<const DriverSnapshot> snapshot() const { return nullptr; }
  virtual DriverCounters counters() const noexcept { return {}; }
  /// Frees at once what would be freed in the course of later commits. Does not wait for anything.
  virtual void tidy() noexcept {}
  /// Frees what the storage holds. No transaction is open.
  virtual void close() noexcept {}
};

}  // namespace hyperdb
