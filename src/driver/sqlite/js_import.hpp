// Import of tables that HyperDB for TypeScript (release 0.6) has written.
//
// They have columns `id`, `data` and one for each index, with keys of another encoding; `_hyperdb_schema_metadata`
// lists them. In `data`, {"$hyperdbType": "bigint", "value": "12"} and {"$hyperdbType": "arrayBuffer", "value": [1, 2]}
// stand for what JSON has not.
#pragma once

#include <string_view>

#include <hyperdb/engine/table_def.hpp>

#include "driver/sqlite/layout.hpp"

namespace hyperdb::detail::sqlite {

bool hasJavaScriptTable(Connection& connection, std::string_view name);
/// Moves all rows into a new table in our format, whose name is entered in `stored`, and drops the old one. Members
/// that the definition does not know stay in the text. In a write transaction. Throws Error(invalidRow) for a row
/// that does not fit, and driverFailure for a layout of another release.
void importJavaScriptTable(Connection& connection, const TableDef& table, StoredTable& stored);

}  // namespace hyperdb::detail::sqlite
