#include <hyperdb/engine/table_def.hpp>

#include <algorithm>

#include <hyperdb/error.hpp>

#include "schema/table_rules.hpp"
#include "schema/validator_node.hpp"

namespace hyperdb {

std::string_view indexTypeName(IndexType type) noexcept {
  switch (type) {
    case IndexType::btree: return "btree";
    case IndexType::hash: return "hash";
    case IndexType::uniqhash: return "uniqhash";
  }
  return "unknown";
}

std::shared_ptr<const TableDef> TableDef::make(std::string name, std::shared_ptr<const RowType> rowType,
                                               bool idMustAcceptStrings) {
  detail::checkTableName(name);
  detail::checkRowSchema(name, rowType->schema(), idMustAcceptStrings);
  std::shared_ptr<TableDef> table(new TableDef());
  table->name_ = std::move(name);
  table->indexes_.push_back(IndexDef{"byId", IndexType::uniqhash, {rowType->column("id")}});
  table->rowType_ = std::move(rowType);
  return table;
}

std::shared_ptr<const TableDef> TableDef::withIndex(std::string indexName, IndexType type,
                                                    const std::vector<std::string>& columns) const {
  detail::checkNewIndex(*this, indexName, type, columns);
  IndexDef index{std::move(indexName), type, {}};
  for (const std::string& column : columns) index.columns.push_back(rowType_->column(column));
  std::shared_ptr<TableDef> table(new TableDef(*this));
  table->indexes_.push_back(std::move(index));
  return table;
}

std::size_t TableDef::indexNumber(std::string_view indexName) const {
  for (std::size_t i = 0; i < indexes_.size(); ++i) {
    if (indexes_[i].name == indexName) return i;
  }
  ErrorPlace place;
  place.table = name_;
  place.index = indexName;
  throw Error(ErrorCode::unknownIndex, "the table has no such index", std::move(place));
}

bool TableDef::appendIndexKey(std::size_t indexNumber, const RowHeader& row, KeyBytes& out) const {
  const IndexDef& index = indexes_[indexNumber];
  std::size_t start = out.size();
  KeyWriter writer(out);
  for (const RowType::Column& column : index.columns) {
    if (rowType_->appendColumn(row, column, writer)) continue;
    out.resize(start);
    return false;
  }
  if (!index.isUnique()) writer.appendIdTail(rowType_->id(row));
  return true;
}

bool TableDef::isEquivalent(const TableDef& other) const {
  if (this == &other) return true;
  auto isSameColumn = [](const RowType::Column& a, const RowType::Column& b) { return a.name == b.name; };
  auto isSameIndex = [&](const IndexDef& a, const IndexDef& b) {
    return a.name == b.name && a.type == b.type &&
           std::equal(a.columns.begin(), a.columns.end(), b.columns.begin(), b.columns.end(), isSameColumn);
  };
  if (name_ != other.name_ || rowType_->representation() != other.rowType_->representation()) return false;
  // In the same order: an index is identified by its number.
  if (!std::equal(indexes_.begin(), indexes_.end(), other.indexes_.begin(), other.indexes_.end(), isSameIndex)) {
    return false;
  }
  return detail::areEquivalent(rowType_->schema(), other.rowType_->schema());
}

}  // namespace hyperdb
