// IndexFiller: fills new indexes of a table that has rows already.
//
// Thread safety: that of its connection.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <hyperdb/engine/table_def.hpp>
#include <hyperdb/sql_options.hpp>

#include "driver/sqlite/layout.hpp"
#include "key/key_batch.hpp"

namespace hyperdb::detail::sqlite {

/// Reads all rows once. Keys are written in order, some ten thousand at a time.
class IndexFiller {
 public:
  /// `positions` are those of the new indexes in `stored`, whose SQLite tables exist and are empty. All outlive this.
  IndexFiller(Connection& connection, const TableDef& table, const StoredTable& stored,
              const std::vector<std::size_t>& positions, const std::function<bool(const LoadProgress&)>& onProgress);

  /// Fills the indexes. Throws Error(invalidRow), Error(uniqueViolation) naming rows, Error(cancelled).
  void run();

 private:
  struct Index {
    std::size_t number = 0;  ///< in the definition
    KeyBatch keys;
    Statement insertKey;
    Statement holderOfKey;
  };

  void addRow(std::int64_t rowNumber, std::string_view id, std::string_view text);
  void writeKeys();
  void noteConflict(Index& index, std::string_view key, std::int64_t rowNumber);
  void report(std::int64_t rowsDone);

  Connection& connection_;
  const TableDef& table_;
  const StoredTable& stored_;
  const std::function<bool(const LoadProgress&)>& onProgress_;
  std::vector<Index> indexes_;
  std::vector<std::int64_t> rowNumbers_;  ///< of the rows whose keys are buffered
  std::int64_t rowsTotal_ = 0;
  std::size_t conflictsCount_ = 0;
  std::string conflicts_;  ///< the first of them, described
  ErrorPlace conflictPlace_;
};

}  // namespace hyperdb::detail::sqlite
