// Layout: which SQLite tables store the tables and indexes of a database.
//
//   hyperdb_meta    (name, value)                 'format': the version of all this
//   hyperdb_tables  (name, stored_as, indexes)    one row for each table; indexes as JSON
//   <table>         (row INTEGER PRIMARY KEY, id TEXT UNIQUE, data TEXT)
//   <table>/<index> (key BLOB PRIMARY KEY, row INTEGER) WITHOUT ROWID
//
// SQLite takes names that differ in case only for one, and reserves some: such a table is stored under another name.
// `byId` has no table of its own, `id` is its key.
//
// Thread safety: values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <hyperdb/engine/table_def.hpp>

#include "driver/sqlite/connection.hpp"

namespace hyperdb::detail::sqlite {

inline constexpr std::int64_t formatVersion = 1;

struct StoredIndex {
  std::string name;
  std::string storedAs;  ///< its SQLite table
  IndexType type = IndexType::btree;
  std::vector<std::string> columns;

  /// Returns whether its keys are those of that index.
  bool hasKeysOf(const IndexDef& index) const;
};

struct StoredTable {
  std::string name;
  std::string storedAs;              ///< its SQLite table
  std::vector<StoredIndex> indexes;  ///< without byId

  const StoredIndex* find(std::string_view indexName) const noexcept;
};

/// Throws Error(driverFailure) unless the file is empty, has no tables of HyperDB, or has tables of this release.
void checkFormat(Connection& connection);
/// Creates hyperdb_meta and hyperdb_tables if they are missing. In a write transaction.
void createCatalog(Connection& connection);
std::optional<StoredTable> readStoredTable(Connection& connection, std::string_view name);
std::vector<StoredTable> readAllStoredTables(Connection& connection);
/// Throws Error(driverFailure) when two tables or indexes of the catalog are stored in the same SQLite table, so that
/// changing one would change the other. O(catalog).
void checkCatalog(Connection& connection);
/// Adds or replaces the catalog's entry of the table.
void writeStoredTable(Connection& connection, const StoredTable& table);

/// Returns a name for a new SQLite table: the wanted one, or that with a number behind it.
std::string freeName(Connection& connection, const std::string& wanted);
/// Returns whether there is such a table. Throws Error(driverFailure) if the name is that of something else, such as
/// a view: reading one may never end.
bool hasSqlTable(Connection& connection, std::string_view name);
void createRowTable(Connection& connection, const StoredTable& table);
void createIndexTable(Connection& connection, const StoredIndex& index);
/// Drops the index's SQLite table. Throws Error(driverFailure) if the name in the catalog is that of something else.
void dropIndexTable(Connection& connection, const StoredIndex& index);
void dropSqlTable(Connection& connection, std::string_view name);

}  // namespace hyperdb::detail::sqlite
