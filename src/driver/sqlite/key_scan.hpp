// Key scan: all keys of an index, without the rows.
//
// Thread safety: that of the connection.
#pragma once

#include <string>

#include <hyperdb/engine/driver.hpp>

#include "driver/sqlite/connection.hpp"

namespace hyperdb::detail::sqlite {

/// Registers the SQL functions for key scans. Once for each connection.
void prepareKeyScans(Connection& connection);

/// Returns the keys in an index table, ascending. O(keys).
IndexKeys readIndexKeys(Connection& connection, const std::string& indexTable);
/// Returns the keys of byId, made of a row table's ids. O(n), but O(n log n) if some have characters that SQLite and
/// keys order differently.
IndexKeys readIdKeys(Connection& connection, const std::string& rowTable);

}  // namespace hyperdb::detail::sqlite
