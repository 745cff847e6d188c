// TableStore: one table's prepared statements on one connection; reads and writes its rows.
//
// Thread safety: that of its connection.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <hyperdb/engine/driver.hpp>

#include "driver/sqlite/connection.hpp"
#include "driver/sqlite/epoch.hpp"
#include "driver/sqlite/layout.hpp"
#include "driver/sqlite/row_cache.hpp"
#include "key/key_batch.hpp"

namespace hyperdb::detail::sqlite {

/// A stored row.
struct FoundRow {
  std::int64_t number = 0;  ///< 0: no such row
  RowRef row;               ///< empty also if the stored row does not fit its table, where that is not an error
};

/// The result of a scan.
struct FoundRows {
  std::vector<RowRef> rows;
  std::vector<Error> unfit;  ///< see ScanPlan::skipsUnfitRows
};

/// Batches are all or nothing: an Error of a write leaves the table unchanged, unless it is a driverFailure, after
/// which the transaction can only be rolled back. REQUIRES for writes: a transaction is open.
class TableStore {
 public:
  /// `table` is the loaded definition, `stored` its place in the file; `number` identifies the table in the cache.
  /// All references outlive this.
  TableStore(Connection& connection, const TableDef& table, const StoredTable& stored, std::uint32_t number,
             RowCache& cache, Epoch& epoch);

  // Reading (table_scan.cpp). `work` counts rows.
  ScanResult scan(const ScanPlan& plan, DriverCounters& work);
  IndexKeys scanKeys(std::size_t indexNumber);

  // Writing (table_write.cpp). `table` is the caller's definition, for messages and ops.
  Ops insert(const TableDef& table, std::span<const RowRef> rows);
  Ops upsert(const TableDef& table, std::span<const RowRef> rows);
  Ops deleteRows(const TableDef& table, std::span<const std::string> ids);

  FoundRow findById(std::string_view id);
  /// Returns the row of a stored text. Throws Error(invalidRow) when it does not fit the table. The id may be empty:
  /// then it is looked up if the error needs it.
  RowRef decode(std::int64_t rowNumber, std::string_view id, std::string_view text);

 private:
  struct IndexStatements {
    Statement insertKey;
    Statement deleteKey;
    Statement holderOfKey;
    Statement counts[2];       ///< by whether there is an upper bound
    Statement scans[2][2][2];  ///< with rows or without; by order; by whether there is an upper bound
  };
  class Batch;

  enum class Columns : unsigned char { withRows, keysOnly };
  Statement& scanStatement(Columns columns, const ScanPlan& plan, const KeyRange& range);
  std::size_t count(const ScanPlan& plan);
  std::size_t countRange(const ScanPlan& plan, const KeyRange& range);
  std::size_t countById(const ScanPlan& plan, const KeyRange& range);
  void scanRange(const ScanPlan& plan, const KeyRange& range, FoundRows& found);
  bool scanCached(const ScanPlan& plan, KeyRange& range, FoundRows& found);
  RowRef findByNumber(std::int64_t rowNumber);
  std::string idOf(std::int64_t rowNumber);
  void scanById(const ScanPlan& plan, const KeyRange& range, FoundRows& found);
  void scanAllById(const ScanPlan& plan, const KeyRange& range, FoundRows& found);
  FoundRow findToReplace(std::string_view id, std::vector<std::int64_t>& unfitNumbers);
  void removeKeysOf(std::span<const std::int64_t> numbers, std::size_t indexNumber);
  ErrorPlace placeOf(const TableDef& table, std::size_t indexNumber, std::string_view rowId) const;
  bool appendKey(KeyBatch& keys, std::size_t indexNumber, std::size_t position, const RowHeader& row) const;
  void checkSize(const RowHeader& row) const;
  std::int64_t insertRow(const RowHeader& row);
  void updateRow(std::int64_t number, const RowHeader& row);
  void insertKeys(const TableDef& table, std::size_t indexNumber, std::span<const RowRef> rows,
                  std::span<const std::int64_t> numbers);
  void deleteKeys(std::size_t indexNumber);
  [[noreturn]] void failDuplicate(const TableDef& table, std::span<const RowRef> rows, std::size_t position) const;
  [[noreturn]] void failUnique(const TableDef& table, std::size_t indexNumber, std::string_view key,
                               std::string_view rowId);
  Statement& prepared(Statement& statement, const char* before, std::string_view name, const char* behind);

  Connection& connection_;
  const TableDef& table_;
  const StoredTable& stored_;
  std::uint32_t number_;
  RowCache& cache_;
  Epoch& epoch_;
  bool hasUnique_ = false;

  HitRate idHits_;  ///< of lookups of rows by id
  Statement findRow_;
  Statement findNumber_;
  Statement findByNumber_;
  Statement insertRow_;
  Statement updateRow_;
  Statement deleteRow_;
  Statement allRows_;
  Statement countRows_;
  Statement savepoint_;
  Statement release_;
  std::vector<IndexStatements> indexes_;  ///< by index number; byId's are not used

  // Buffers that are reused from batch to batch.
  struct KeyChanges {
    KeyBatch removed;
    KeyBatch added;
  };
  std::vector<KeyChanges> changes_;  ///< by index number
  std::string text_;
};

}  // namespace hyperdb::detail::sqlite
