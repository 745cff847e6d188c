#include "driver/sqlite/layout.hpp"

#include <algorithm>
#include <set>

#include <hyperdb/json.hpp>

namespace hyperdb::detail::sqlite {

namespace {

constexpr std::int64_t applicationId = 0x48794442;  // "HyDB"

IndexType indexTypeOf(std::string_view name) {
  for (const IndexType type : {IndexType::btree, IndexType::hash, IndexType::uniqhash}) {
    if (indexTypeName(type) == name) return type;
  }
  throw Error(ErrorCode::driverFailure, "hyperdb_tables: there is no kind of index \"" + std::string(name) + "\"");
}

Value describeIndexes(const std::vector<StoredIndex>& indexes) {
  Array list;
  for (const StoredIndex& index : indexes) {
    Array columns;
    for (const std::string& column : index.columns) columns.emplace_back(column);
    list.emplace_back(Object{{"name", index.name},
                             {"type", indexTypeName(index.type)},
                             {"columns", std::move(columns)},
                             {"storedAs", index.storedAs}});
  }
  return Value(std::move(list));
}

std::vector<StoredIndex> parseIndexes(std::string_view text) {
  std::vector<StoredIndex> indexes;
  const Value list = parseJson(text);
  for (const Value& each : list.asArray()) {
    const Object& description = each.asObject();
    StoredIndex index;
    index.name = description.at("name").asString();
    index.storedAs = description.at("storedAs").asString();
    index.type = indexTypeOf(description.at("type").asString());
    for (const Value& column : description.at("columns").asArray()) index.columns.push_back(column.asString());
    indexes.push_back(std::move(index));
  }
  return indexes;
}

StoredTable readRow(const Statement& statement, const Connection& connection) try {
  StoredTable table;
  table.name = statement.text(0);
  table.storedAs = statement.text(1);
  table.indexes = parseIndexes(statement.text(2));
  return table;
} catch (const Error& error) {
  throw Error(ErrorCode::driverFailure,
              "\"" + connection.path() + "\": hyperdb_tables can't be understood: " + error.message());
}

/// Returns the name in lower case, as SQLite compares names.
std::string lowerCase(std::string name) {
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
  return name;
}

constexpr const char* selectTables = "SELECT name, stored_as, indexes FROM hyperdb_tables";

}  // namespace

bool StoredIndex::hasKeysOf(const IndexDef& index) const {
  if (index.isUnique() != (type == IndexType::uniqhash) || index.columns.size() != columns.size()) return false;
  return std::equal(columns.begin(), columns.end(), index.columns.begin(),
                    [](const std::string& stored, const RowType::Column& column) { return stored == column.name; });
}

const StoredIndex* StoredTable::find(std::string_view indexName) const noexcept {
  const auto found =
      std::find_if(indexes.begin(), indexes.end(), [&](const StoredIndex& each) { return each.name == indexName; });
  return found == indexes.end() ? nullptr : &*found;
}

void checkFormat(Connection& connection) {
  const std::string encoding = connection.readText("PRAGMA encoding");
  if (encoding != "UTF-8") {
    throw Error(ErrorCode::driverFailure, "\"" + connection.path() + "\": the text of the file is " + encoding +
                                              "; HyperDB reads and writes UTF-8, which SQLite can't change later");
  }
  if (!hasSqlTable(connection, "hyperdb_meta")) return;
  const std::int64_t version = connection.readInteger("SELECT value FROM hyperdb_meta WHERE name = 'format'");
  if (version < 1 || version > formatVersion) {
    throw Error(ErrorCode::driverFailure, "\"" + connection.path() + "\": the file has format " +
                                              std::to_string(version) + "; this release of HyperDB reads format " +
                                              std::to_string(formatVersion));
  }
}

void createCatalog(Connection& connection) {
  if (hasSqlTable(connection, "hyperdb_meta")) return;
  const bool isEmpty = connection.readInteger("SELECT count(*) FROM sqlite_master") == 0;
  if (isEmpty) connection.execute("PRAGMA application_id = " + std::to_string(applicationId));
  connection.execute("CREATE TABLE hyperdb_meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID");
  connection.execute("INSERT INTO hyperdb_meta VALUES ('format', " + std::to_string(formatVersion) + ")");
  connection.execute(
      "CREATE TABLE hyperdb_tables (name TEXT PRIMARY KEY, stored_as TEXT NOT NULL, indexes TEXT NOT NULL) "
      "WITHOUT ROWID");
}

std::optional<StoredTable> readStoredTable(Connection& connection, std::string_view name) {
  Statement statement(connection, std::string(selectTables) + " WHERE name = ?1");
  statement.bindText(1, name);
  if (!statement.step()) return std::nullopt;
  return readRow(statement, connection);
}

std::vector<StoredTable> readAllStoredTables(Connection& connection) {
  std::vector<StoredTable> tables;
  Statement statement(connection, std::string(selectTables) + " ORDER BY name");
  while (statement.step()) tables.push_back(readRow(statement, connection));
  return tables;
}

void checkCatalog(Connection& connection) {
  hasSqlTable(connection, "hyperdb_tables");  // throws if the name is that of something else
  std::set<std::string> names;
  const auto add = [&](const std::string& storedAs) {
    if (names.insert(lowerCase(storedAs)).second) return;
    throw Error(ErrorCode::driverFailure, "\"" + connection.path() +
                                              "\": hyperdb_tables is damaged: two tables or indexes are stored in \"" +
                                              storedAs + "\"");
  };
  for (const StoredTable& table : readAllStoredTables(connection)) {
    add(table.storedAs);
    for (const StoredIndex& index : table.indexes) add(index.storedAs);
  }
}

void writeStoredTable(Connection& connection, const StoredTable& table) {
  const std::string indexes = toJson(describeIndexes(table.indexes));
  Statement statement(connection, "INSERT OR REPLACE INTO hyperdb_tables VALUES (?1, ?2, ?3)");
  statement.bindText(1, table.name).bindText(2, table.storedAs).bindText(3, indexes);
  statement.run("writing hyperdb_tables");
}

namespace {

/// Returns "table", "virtual table", "view" or "index"; empty if there is no such name.
std::string kindOf(Connection& connection, std::string_view name) {
  Statement statement(connection,
                      "SELECT type, rootpage FROM sqlite_master WHERE name = ?1 COLLATE NOCASE AND type <> 'trigger'");
  statement.bindText(1, name);
  if (!statement.step("reading the schema")) return {};
  const std::string kind(statement.text(0));
  return kind == "table" && statement.integer(1) == 0 ? "virtual table" : kind;
}

}  // namespace

bool hasSqlTable(Connection& connection, std::string_view name) {
  const std::string kind = kindOf(connection, name);
  if (kind.empty() || kind == "table") return !kind.empty();
  throw Error(ErrorCode::driverFailure, "\"" + connection.path() + "\": \"" + std::string(name) +
                                            "\" should be a table of HyperDB, but is a" +
                                            (kind == "index" ? "n " : " ") + kind);
}

std::string freeName(Connection& connection, const std::string& wanted) {
  const std::string lower = lowerCase(wanted);
  const bool isReserved = lower.rfind("sqlite_", 0) == 0 || lower.rfind("hyperdb_", 0) == 0;
  const std::string base = isReserved ? "table " + wanted : wanted;
  std::string name = base;
  for (int number = 2; !kindOf(connection, name).empty(); ++number) name = base + "~" + std::to_string(number);
  return name;
}

void createRowTable(Connection& connection, const StoredTable& table) {
  connection.execute("CREATE TABLE " + quotedName(table.storedAs) +
                     " (\"row\" INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, data TEXT NOT NULL)");
}

void createIndexTable(Connection& connection, const StoredIndex& index) {
  connection.execute("CREATE TABLE " + quotedName(index.storedAs) +
                     " (key BLOB PRIMARY KEY, \"row\" INTEGER NOT NULL) WITHOUT ROWID");
}

void dropIndexTable(Connection& connection, const StoredIndex& index) {
  Statement columns(connection, "PRAGMA table_info(" + quotedName(index.storedAs) + ")");
  std::string names;
  while (columns.step("reading the schema")) names += std::string(columns.text(1)) + " ";
  columns.reset();
  if (!names.empty() && names != "key row ") {
    throw Error(ErrorCode::driverFailure, "\"" + connection.path() + "\": hyperdb_tables is damaged: \"" +
                                              index.storedAs + "\" is not the table of the index \"" + index.name +
                                              "\"");
  }
  dropSqlTable(connection, index.storedAs);
}

void dropSqlTable(Connection& connection, std::string_view name) {
  connection.execute("DROP TABLE IF EXISTS " + quotedName(name));
}

}  // namespace hyperdb::detail::sqlite
