// The rules for definitions of tables and indexes. Every function throws Error(invalidDefinition) that names table,
// index and column.
#pragma once

#include <string>
#include <vector>

#include <hyperdb/engine/table_def.hpp>

namespace hyperdb::detail {

void checkTableName(const std::string& table);

/// Checks the row's shape: an object or a union of objects, each with an `id` that can be a key.
void checkRowSchema(const std::string& table, const Validator& schema, bool idMustAcceptStrings);

void checkNewIndex(const TableDef& table, const std::string& indexName, IndexType type,
                   const std::vector<std::string>& columns);

}  // namespace hyperdb::detail
