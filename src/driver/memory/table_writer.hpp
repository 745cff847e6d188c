// TableWriter: one batch of writes to one table: checked as a whole first, then applied to every tree.
#pragma once

#include <span>
#include <string>
#include <vector>

#include <hyperdb/engine/driver.hpp>

#include "driver/memory/database_state.hpp"
#include "key/key_batch.hpp"

namespace hyperdb::detail::memory {

/// Buffers that are reused from batch to batch.
struct WriteBuffers {
  /// The effect of a batch on one tree.
  struct IndexChanges {
    KeyBatch removed;
    KeyBatch replaced;
    KeyBatch added;
  };
  std::vector<IndexChanges> indexes;
  KeyBatch ids;
  std::vector<const RowHeader*> oldRows;  ///< by position in the batch; null where there is none

  void clear(std::size_t indexesCount);
  /// Frees, after a batch, what a large one needed.
  void giveBack() noexcept;
};

/// An Error has changed nothing. After any other exception (std::bad_alloc), the trees may have been changed in part:
/// `state` must be thrown away.
class TableWriter {
 public:
  /// `table` is the caller's definition, `own` the equivalent one of the rows in the trees.
  TableWriter(const TableDef& table, const TableDef& own, TableState& state, WriteBuffers& buffers,
              DriverCounters& work)
      : table_(table), own_(own), trees_(state.trees), buffers_(buffers), work_(work) {}

  Ops insert(std::span<const RowRef> rows);
  Ops upsert(std::span<const RowRef> rows);
  Ops remove(std::span<const std::string> ids);

 private:
  bool addKey(KeyBatch& keys, std::size_t indexNumber, std::size_t position, const RowHeader& row) const;
  void findOldRows(std::size_t rowsCount);
  void planRewrite(std::size_t position, const RowHeader* oldRow, const RowHeader& newRow);
  void sortChanges();
  void checkIdsAreNew(std::span<const RowRef> rows) const;
  void checkUnique(std::span<const RowRef> rows) const;
  [[noreturn]] void failUnique(std::size_t indexNumber, std::string_view key, const RowHeader& row,
                               const RowHeader& holder, bool isInBatch) const;
  void apply(std::span<const RowRef> rows);

  const TableDef& table_;
  const TableDef& own_;
  std::vector<Tree>& trees_;
  WriteBuffers& buffers_;
  DriverCounters& work_;
};

}  // namespace hyperdb::detail::memory
