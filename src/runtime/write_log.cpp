#include "runtime/write_log.hpp"

#include <cassert>
#include <iterator>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <hyperdb/error.hpp>

#include "base/text_hash.hpp"

namespace hyperdb::detail {

namespace {

/// A row before its first op and after its last one; empty where there was none.
struct WrittenRow {
  const RowRef* before;
  const RowRef* after;
};

struct WrittenTable {
  const TableDef* table;
  std::vector<WrittenRow> rows;
  std::unordered_map<std::string_view, std::size_t, TextHash> positionById;
};

WrittenTable& find(std::vector<WrittenTable>& tables, const TableDef* table) {
  for (WrittenTable& written : tables) {
    if (written.table == table) return written;
  }
  return tables.emplace_back(WrittenTable{table, {}, {}});
}

TableRollback rollbackOf(const WrittenTable& written) {
  TableRollback rollback{written.table, {}, {}};
  for (const auto& [before, after] : written.rows) {
    if (*before == *after) continue;
    // A row of equal content would stay where the old object belongs.
    if (*after && (!*before || isSameRow(*before, *after))) {
      rollback.deletedIds.emplace_back(written.table->rowType().id(**after));
    }
    if (*before) rollback.oldRows.push_back(*before);
  }
  return rollback;
}

}  // namespace

bool removeUnreported(Ops& ops) noexcept {
  if (ops.empty() || ops.back().row()) return false;
  ops.pop_back();
  return true;
}

void WriteLog::appendUnreported(const TableDef& table) {
  assert(!hasRollback());
  ops_.push_back({OpType::delete_, &table, {}, {}});
  hasUnreported_ = true;
}

Ops WriteLog::take() noexcept {
  if (hasUnreported_) std::erase_if(ops_, [](const Op& op) { return !op.row(); });
  return std::move(ops_);
}

void WriteLog::append(Ops&& ops) {
  assert(!hasRollback());
  if (ops_.empty()) {
    ops_ = std::move(ops);
  } else {
    ops_.insert(ops_.end(), std::make_move_iterator(ops.begin()), std::make_move_iterator(ops.end()));
  }
}

std::vector<TableRollback> WriteLog::rollbackWrites() const {
  std::vector<WrittenTable> tables;
  for (std::size_t i = size(); i < ops_.size(); ++i) {
    const Op& op = ops_[i];
    if (!op.row()) {
      throw Error(ErrorCode::invalidRow,
                  "a part of the action has failed after it had replaced or deleted a stored row that does not fit its "
                  "table; that row can't be put back, so the whole action is rolled back",
                  {op.table->name(), {}, {}, {}, {}});
    }
    WrittenTable& written = find(tables, op.table);
    const auto [known, isNew] = written.positionById.try_emplace(op.rowId(), written.rows.size());
    if (isNew) {
      written.rows.push_back({&op.oldRow, &op.newRow});
    } else {
      written.rows[known->second].after = &op.newRow;
    }
  }
  std::vector<TableRollback> result;
  result.reserve(tables.size());
  for (const WrittenTable& written : tables) result.push_back(rollbackOf(written));
  return result;
}

void WriteLog::rolledBack() noexcept {
  ops_.erase(ops_.begin() + static_cast<std::ptrdiff_t>(size()), ops_.end());
  savepoint_ = none;
}

}  // namespace hyperdb::detail
