// Filler: reads from the primary what memory lacks. The only difference between HybridDB and PreloadedHybridDB.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include <hyperdb/detail/coroutine.hpp>
#include <hyperdb/engine/driver.hpp>

namespace hyperdb::detail::hybrid {

class Transaction;

/// The index of ids, as fillers call it.
inline constexpr std::size_t byId = TableDef::byIdIndex;

/// A batch to be written: rows, or ids of rows to be deleted. Does not own them.
struct WriteBatch {
  OpType type;
  std::span<const RowRef> rows = {};
  std::span<const std::string> ids = {};
};

/// The work of one fill.
struct FillWork {
  std::size_t readsCount = 0;  ///< scans of the primary
  std::size_t rowsCount = 0;
};

/// Home thread. An error of the primary is the exception of a step.
class Filler {
 public:
  Filler() = default;
  Filler(const Filler&) = delete;
  Filler& operator=(const Filler&) = delete;
  virtual ~Filler() = default;

  /// Prepares for newly loaded tables: slots that it has not seen are new.
  virtual Step<void> load() = 0;

  /// Returns whether the transaction's memory has every row that the plan needs. No allocation; O(log n) for each
  /// range.
  virtual bool canAnswer(Transaction& transaction, std::size_t slot, const ScanPlan& plan) = 0;
  /// Reads until `canAnswer`. The plan lives until the step ends.
  virtual Step<FillWork> fillFor(Transaction& transaction, std::size_t slot, const ScanPlan& plan) = 0;

  /// Returns whether memory knows enough to check the batch and to report the rows that it replaces.
  virtual bool canWrite(Transaction& transaction, std::size_t slot, const WriteBatch& batch) = 0;
  virtual Step<void> fillForWrite(Transaction& transaction, std::size_t slot, const WriteBatch& batch) = 0;

  /// Returns whether external changes can be merged into the table: what memory has of it is not outdated.
  virtual bool canMerge(std::size_t slot) const noexcept = 0;
  virtual Step<void> fillForMerge(std::size_t slot) = 0;

  /// Reads a whole table. Returns the number of rows read.
  virtual Step<std::size_t> fillTable(std::size_t slot) = 0;
  /// Returns the number of rows in memory of tables that were not read as a whole, unflushed rows included.
  /// O(tables).
  virtual std::size_t evictableRows() const noexcept = 0;
  /// Returns the number of ranges remembered of the index with the most, without tables that were read as a whole.
  virtual std::size_t rangesCountMax() const noexcept = 0;
  /// Evicts the rows and ranges, except unflushed rows. Returns the number of evicted rows. After an error some may
  /// have been evicted. REQUIRES: no transaction is open, and no read is in progress.
  virtual std::size_t evictRows() = 0;
  /// Evicts everything except unflushed rows: the content of the primary is unknown.
  virtual void evictAll() = 0;
};

}  // namespace hyperdb::detail::hybrid
