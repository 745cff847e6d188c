#include "schema/table_rules.hpp"

#include <algorithm>

#include <hyperdb/error.hpp>

#include "schema/storable.hpp"
#include "schema/validator_node.hpp"

namespace hyperdb::detail {

namespace {

using Columns = std::vector<std::string>;

constexpr const char* nameRule = " must be letters, digits and underscores, and not start with a digit: ";

[[noreturn]] void refuse(const std::string& message, ErrorPlace place) {
  throw Error(ErrorCode::invalidDefinition, message, std::move(place));
}

ErrorPlace placeOf(const std::string& table, const std::string& index = {}, const std::string& column = {}) {
  ErrorPlace place;
  place.table = table;
  place.index = index;
  place.column = column;
  return place;
}

void checkColumn(const TableDef& table, const std::string& indexName, const std::string& column) {
  bool isKnown = false;
  for (const Validator* variant : rowVariants(table.rowType().schema())) {
    const Validator* field = findField(*variant, column);
    if (field == nullptr) continue;
    isKnown = true;
    if (field->isIndexable()) continue;
    refuse("this column can't be indexed: it accepts " + field->description(),
           placeOf(table.name(), indexName, column));
  }
  if (!isKnown) {
    refuse("an index over a column that the rows don't have: " + describe(Value(column)),
           placeOf(table.name(), indexName, column));
  }
}

bool isPrefix(const std::vector<RowType::Column>& existing, const Columns& columns) {
  std::size_t count = std::min(existing.size(), columns.size());
  for (std::size_t i = 0; i < count; ++i) {
    if (existing[i].name != columns[i]) return false;
  }
  return true;
}

bool isSameSet(const std::vector<RowType::Column>& existing, const Columns& columns) {
  return existing.size() == columns.size() &&
         std::all_of(existing.begin(), existing.end(), [&columns](const RowType::Column& column) {
           return std::find(columns.begin(), columns.end(), column.name) != columns.end();
         });
}

/// Returns whether one of the two makes the other superfluous. Hashes answer equalities on all their columns, in any
/// order; of two btrees the longer one answers what the shorter one does, whichever was declared first.
bool isCovered(const IndexDef& existing, IndexType type, const Columns& columns) {
  if (existing.type != type) return false;
  return existing.isHash() ? isSameSet(existing.columns, columns) : isPrefix(existing.columns, columns);
}

}  // namespace

void checkTableName(const std::string& table) {
  if (!isIdentifier(table)) refuse("a table's name" + std::string(nameRule) + describe(Value(table)), placeOf(table));
}

void checkRowSchema(const std::string& table, const Validator& schema, bool idMustAcceptStrings) {
  std::vector<const Validator*> variants = rowVariants(schema);
  if (variants.empty()) {
    refuse("the rows of a table must be an object or a union of objects, not " + schema.description(), placeOf(table));
  }
  for (const Validator* variant : variants) {
    const Validator* id = findField(*variant, "id");
    if (id == nullptr) refuse("the rows of a table must have a field \"id\", in every variant", placeOf(table));
    bool isFine = idMustAcceptStrings ? acceptsOnlyStrings(*id) : id->isIndexable();
    if (!isFine) refuse("an id must be a string, not " + id->description(), placeOf(table, {}, "id"));
  }
}

void checkNewIndex(const TableDef& table, const std::string& indexName, IndexType type, const Columns& columns) {
  if (!isIdentifier(indexName)) {
    refuse("an index's name" + std::string(nameRule) + describe(Value(indexName)), placeOf(table.name(), indexName));
  }
  for (const IndexDef& existing : table.indexes()) {
    if (existing.name == indexName) {
      refuse("the table has an index of this name already", placeOf(table.name(), indexName));
    }
  }
  if (type == IndexType::hash && columns.size() != 1) {
    refuse("a hash index must have exactly one column", placeOf(table.name(), indexName));
  }
  if (type == IndexType::uniqhash && columns.empty()) {
    refuse("a uniqhash index must have a column", placeOf(table.name(), indexName));
  }
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (std::find(columns.begin(), columns.begin() + static_cast<std::ptrdiff_t>(i), columns[i]) !=
        columns.begin() + static_cast<std::ptrdiff_t>(i)) {
      refuse("an index names a column twice", placeOf(table.name(), indexName, columns[i]));
    }
    checkColumn(table, indexName, columns[i]);
  }
  for (const IndexDef& existing : table.indexes()) {
    if (isCovered(existing, type, columns)) {
      refuse("the index \"" + existing.name + "\" covers the same columns already", placeOf(table.name(), indexName));
    }
  }
}

}  // namespace hyperdb::detail
