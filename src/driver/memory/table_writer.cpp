#include "driver/memory/table_writer.hpp"

#include <cassert>

#include <hyperdb/error.hpp>

#include "driver/memory/tree_builder.hpp"
#include "schema/unique_value.hpp"

namespace hyperdb::detail::memory {
namespace {

constexpr std::size_t byId = TableDef::byIdIndex;

/// From this size on, and if it is not small against the tree, a batch is merged: building costs less per row, old or
/// new, than inserting, but it costs that for every old row too.
constexpr std::size_t mergedBatchMin = 64;
constexpr std::size_t mergedTreeFactor = 4;

constexpr std::size_t oldRowsKeptMax = 1024;

std::string idOf(const RowHeader& row) { return std::string(row.type().id(row)); }

void addRows(Tree& tree, const KeyBatch& added, std::span<const RowRef> rows, DriverCounters& work) {
  if (added.size() >= mergedBatchMin && added.size() * mergedTreeFactor >= tree.size()) {
    tree = mergeRows(tree, added, rows, work);
    return;
  }
  for (std::size_t i = 0; i < added.size(); ++i) {
    tree.insert(added.key(i), rows[added.row(i)], work, i + 1 < added.size() ? added.key(i + 1) : std::string_view());
  }
}

}  // namespace

void WriteBuffers::clear(std::size_t indexesCount) {
  if (indexes.size() < indexesCount) indexes.resize(indexesCount);
  giveBack();
  oldRows.clear();
}

void WriteBuffers::giveBack() noexcept {
  for (IndexChanges& changes : indexes) {
    changes.removed.clear();
    changes.replaced.clear();
    changes.added.clear();
  }
  ids.clear();
  if (oldRows.capacity() > oldRowsKeptMax) std::vector<const RowHeader*>().swap(oldRows);
}

bool TableWriter::addKey(KeyBatch& keys, std::size_t indexNumber, std::size_t position, const RowHeader& row) const {
  return keys.add(position, [&](KeyBytes& out) { return own_.appendIndexKey(indexNumber, row, out); });
}

Ops TableWriter::insert(std::span<const RowRef> rows) {
  buffers_.clear(trees_.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t index = 0; index < trees_.size(); ++index) {
      addKey(buffers_.indexes[index].added, index, i, *rows[i]);
    }
  }
  sortChanges();
  checkIdsAreNew(rows);
  checkUnique(rows);
  Ops ops;
  ops.reserve(rows.size());
  for (const RowRef& row : rows) ops.push_back({OpType::insert, &table_, RowRef(), row});
  apply(rows);
  return ops;
}

Ops TableWriter::upsert(std::span<const RowRef> rows) {
  buffers_.clear(trees_.size());
  for (std::size_t i = 0; i < rows.size(); ++i) addKey(buffers_.ids, byId, i, *rows[i]);
  findOldRows(rows.size());
  Ops ops;
  ops.reserve(rows.size());
  bool isCompleted = false;  // whether members that the table does not name were added
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const RowHeader* oldRow = buffers_.oldRows[i];
    Op& op = ops.emplace_back(Op{OpType::upsert, &table_, RowRef(oldRow), {}});
    op.newRow = rowToStore(op.oldRow, rows[i]);
    isCompleted = isCompleted || (op.newRow != rows[i] && op.newRow != op.oldRow);
    if (op.newRow != op.oldRow) planRewrite(i, oldRow, *rows[i]);
  }
  sortChanges();
  checkUnique(rows);
  if (!isCompleted) {
    apply(rows);
    return ops;
  }
  std::vector<RowRef> stored;
  stored.reserve(rows.size());
  for (const Op& op : ops) stored.push_back(op.newRow);
  apply(stored);
  return ops;
}

Ops TableWriter::remove(std::span<const std::string> ids) {
  buffers_.clear(trees_.size());
  for (std::size_t i = 0; i < ids.size(); ++i) {
    buffers_.ids.add(i, [&](KeyBytes& out) {
      KeyWriter(out).appendString(ids[i]);
      return true;
    });
  }
  findOldRows(ids.size());
  Ops ops;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const RowHeader* oldRow = buffers_.oldRows[i];
    if (oldRow == nullptr) continue;
    for (std::size_t index = 0; index < trees_.size(); ++index) {
      addKey(buffers_.indexes[index].removed, index, i, *oldRow);
    }
    ops.push_back({OpType::delete_, &table_, RowRef(oldRow), RowRef()});
  }
  sortChanges();
  apply({});
  return ops;
}

/// Looks up the ids of the batch; of equal ones only the first is found.
void TableWriter::findOldRows(std::size_t rowsCount) {
  KeyBatch& ids = buffers_.ids;
  assert(ids.size() == rowsCount);
  ids.sort();
  buffers_.oldRows.assign(rowsCount, nullptr);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (i > 0 && ids.key(i) == ids.key(i - 1)) continue;
    const RowRef* found = trees_[byId].find(ids.key(i), work_);
    if (found != nullptr) buffers_.oldRows[ids.row(i)] = found->get();
  }
}

/// Records what replacing the old row, if there is one, by the new one does to each tree.
void TableWriter::planRewrite(std::size_t position, const RowHeader* oldRow, const RowHeader& newRow) {
  for (std::size_t index = 0; index < trees_.size(); ++index) {
    WriteBuffers::IndexChanges& changes = buffers_.indexes[index];
    if (index == byId && oldRow != nullptr) {
      addKey(changes.replaced, index, position, newRow);
      continue;
    }
    const bool hasNew = addKey(changes.added, index, position, newRow);
    const bool hasOld = oldRow != nullptr && addKey(changes.removed, index, position, *oldRow);
    if (!hasNew || !hasOld) continue;
    const std::string_view key = changes.added.key(changes.added.size() - 1);
    if (key != changes.removed.key(changes.removed.size() - 1)) continue;
    changes.replaced.add(position, [key](KeyBytes& out) {
      out.append(key);
      return true;
    });
    changes.added.dropLast();
    changes.removed.dropLast();
  }
}

void TableWriter::sortChanges() {
  for (std::size_t index = 0; index < trees_.size(); ++index) {
    buffers_.indexes[index].removed.sort();
    buffers_.indexes[index].replaced.sort();
    buffers_.indexes[index].added.sort();
  }
}

/// Throws if an id exists or is repeated. Of several such rows, the error names the first of the batch.
void TableWriter::checkIdsAreNew(std::span<const RowRef> rows) const {
  const KeyBatch& added = buffers_.indexes[byId].added;
  std::size_t refused = rows.size();
  bool isRefusedTwice = false;
  for (std::size_t i = 0; i < added.size(); ++i) {
    const bool isTwice = i > 0 && added.key(i) == added.key(i - 1);
    if (added.row(i) >= refused || (!isTwice && trees_[byId].find(added.key(i), work_) == nullptr)) continue;
    refused = added.row(i);
    isRefusedTwice = isTwice;
  }
  if (refused == rows.size()) return;
  throw Error(ErrorCode::duplicateId,
              isRefusedTwice ? "two rows of the batch have this id" : "a row with this id is there already",
              refusedPlace(table_, own_.index(byId), rows[refused]->type().id(*rows[refused])));
}

/// Judges by the state after the batch: a key may pass from one row of it to another.
void TableWriter::checkUnique(std::span<const RowRef> rows) const {
  for (std::size_t index = byId + 1; index < trees_.size(); ++index) {
    if (!own_.index(index).isUnique()) continue;
    const WriteBuffers::IndexChanges& changes = buffers_.indexes[index];
    const KeyBatch& added = changes.added;
    for (std::size_t i = 0; i < added.size(); ++i) {
      const RowHeader& row = *rows[added.row(i)];
      if (i > 0 && added.key(i) == added.key(i - 1)) {
        failUnique(index, added.key(i), row, *rows[added.row(i - 1)], true);
      }
      const RowRef* holder = trees_[index].find(added.key(i), work_);
      if (holder != nullptr && !changes.removed.contains(added.key(i))) {
        failUnique(index, added.key(i), row, **holder, false);
      }
    }
  }
}

void TableWriter::failUnique(std::size_t indexNumber, std::string_view key, const RowHeader& row,
                             const RowHeader& holder, bool isInBatch) const {
  const IndexDef& index = own_.index(indexNumber);
  throw Error(ErrorCode::uniqueViolation,
              "the unique value " + describeUniqueValue(index, key) +
                  (isInBatch ? " is also in the batch's row \"" : " is held by row \"") + idOf(holder) + "\"",
              refusedPlace(table_, index, row.type().id(row)));
}

void TableWriter::apply(std::span<const RowRef> rows) {
  for (std::size_t index = 0; index < trees_.size(); ++index) {
    Tree& tree = trees_[index];
    const WriteBuffers::IndexChanges& changes = buffers_.indexes[index];
    for (std::size_t i = 0; i < changes.removed.size(); ++i) tree.erase(changes.removed.key(i), work_);
    for (std::size_t i = 0; i < changes.replaced.size(); ++i) {
      tree.replace(changes.replaced.key(i), rows[changes.replaced.row(i)], work_);
    }
    addRows(tree, changes.added, rows, work_);
  }
}

}  // namespace hyperdb::detail::memory
