// Filler: how memory gets what it lacks. HybridDB and PreloadedHybridDB differ in nothing else.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include <hyperdb/coroutine.hpp>
#include <hyperdb/driver.hpp>

namespace hyperdb::detail::hybrid {

class Transaction;

/// The index of ids, as fillers name it.
inline constexpr std::size_t byId = TableDef::byIdIndex;

/// A batch to be written: rows, or ids of rows to be removed. Does not own them.
struct WriteBatch {
  OpType type;
  std::span<const RowRef> rows = {};
  std::span<const std::string> ids = {};
};

/// What a filling has read.
struct FillWork {
  std::size_t readsCount = 0;  ///< scans of the primary
  std::size_t rowsCount = 0;
};

/// Home thread. What the primary reports comes as the exception of a step.
class Filler {
 public:
  Filler() = default;
  Filler(const Filler&) = delete;
  Filler& operator=(const Filler&) = delete;
  virtual ~Filler() = default;

  /// Tables were loaded into both tiers. Slots that it has not seen are new.
  virtual Step<void> load() = 0;

  /// Whether the transaction's memory has every row that the plan asks for. No allocation; O(log n) for each range.
  virtual bool canAnswer(Transaction& transaction, std::size_t slot, const ScanPlan& plan) = 0;
  /// Reads until `canAnswer`. The plan lives until it ends.
  virtual Step<FillWork> fillFor(Transaction& transaction, std::size_t slot, const ScanPlan& plan) = 0;

  /// Whether memory knows enough to judge the batch and to tell the rows that it replaces.
  virtual bool canWrite(Transaction& transaction, std::size_t slot, const WriteBatch& batch) = 0;
  virtual Step<void> fillForWrite(Transaction& transaction, std::size_t slot, const WriteBatch& batch) = 0;

  /// Whether memory is fit to take over what somebody else has written: what it has of the table is not outdated.
  virtual bool canMerge(std::size_t slot) const noexcept = 0;
  virtual Step<void> fillForMerge(std::size_t slot) = 0;

  /// Reads a whole table. How many rows were read.
  virtual Step<std::size_t> fillTable(std::size_t slot) = 0;
  /// How many rows memory has of tables that were not read as a whole, those included that are not flushed. O(tables).
  virtual std::size_t droppableRows() const noexcept = 0;
  /// How many ranges it remembers of the index of which it remembers most, tables that were read as a whole left out.
  virtual std::size_t rangesCountMax() const noexcept = 0;
  /// Drops the rows and forgets the ranges, but for rows that are not flushed. Returns how many rows. After an error
  /// some may have been dropped.
  /// REQUIRES: no transaction is open, and nothing is being read.
  virtual std::size_t dropRows() = 0;
  /// Nobody knows what the primary holds: what is not unflushed must be read again.
  virtual void forgetAll() = 0;
};

}  // namespace hyperdb::detail::hybrid
