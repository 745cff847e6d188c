#include "driver/sqlite/js_import.hpp"

#include <cmath>

#include <hyperdb/json.hpp>

namespace hyperdb::detail::sqlite {

namespace {

constexpr std::string_view catalogName = "_hyperdb_schema_metadata";

[[noreturn]] void refuseValue(const std::string& why) { throw Error(ErrorCode::invalidRow, "a stored row: " + why); }

Value bytesOf(const Value& list) {
  Bytes bytes;
  for (const Value& each : list.asArray()) {
    const double number = each.asNumber();
    if (number < 0 || number > 255 || std::trunc(number) != number) refuseValue("a byte is " + describe(each));
    bytes.data += static_cast<char>(static_cast<unsigned char>(number));
  }
  return Value(std::move(bytes));
}

/// Returns the value of {"$hyperdbType": type, "value": content}.
Value specialValue(const Object& object) {
  const std::string& type = object.at("$hyperdbType").asString();
  const Value& content = object.at("value");
  if (type == "arrayBuffer") return bytesOf(content);
  if (type != "bigint") refuseValue("there is no $hyperdbType \"" + type + "\"");
  auto integer = BigInt::parse(content.asString());
  if (!integer) refuseValue("no bigint: " + describe(content));
  return Value(*std::move(integer));
}

Value converted(const Value& value) {
  if (const auto* list = value.get<Array>()) {
    Array result;
    result.reserve(list->size());
    for (const Value& each : *list) result.push_back(converted(each));
    return Value(std::move(result));
  }
  const auto* object = value.get<Object>();
  if (object == nullptr) return value;
  if (object->contains("$hyperdbType")) return specialValue(*object);
  Object result;
  for (const Object::Member& member : *object) result.set(member.name, converted(member.value));
  return Value(std::move(result));
}

/// Returns the row's text in our format. Throws unless it is a row of the table.
std::string convertedText(const TableDef& table, std::string_view id, std::string_view text) try {
  Value row = converted(parseJson(text));
  if (row.get<Object>() == nullptr) refuseValue("no object: " + describe(row));
  std::string result = toJson(row);
  ValidationFailure failure;
  const RowRef made = table.rowType().fromObject(std::move(*row.get<Object>()), Strictness::shape, failure);
  if (!made) refuseValue(failure.message());
  if (table.rowType().id(*made) != id) refuseValue("its id is " + describe(Value(table.rowType().id(*made))));
  return result;
} catch (const Error& error) {
  throw Error(ErrorCode::invalidRow, error.message() + " (the file was written by HyperDB for TypeScript)",
              {table.name(), {}, {}, std::string(id), {}});
}

void checkSignature(Connection& connection, std::string_view name) {
  Statement statement(connection, "SELECT signature FROM " + quotedName(catalogName) + " WHERE table_name = ?1");
  statement.bindText(1, name);
  const std::string signature(statement.step() ? statement.text(0) : std::string_view());
  try {
    const Value parsed = parseJson(signature);
    const Object& description = parsed.asObject();
    if (description.at("version") == Value(1.0) && description.at("layout") == Value("inline-sort-keys")) return;
  } catch (const Error&) {
    // reported below
  }
  throw Error(ErrorCode::driverFailure,
              "\"" + connection.path() +
                  "\": the table was written by a release of HyperDB for TypeScript that is not "
                  "known here (0.6 is)",
              {std::string(name), {}, {}, {}, {}});
}

void copyRows(Connection& connection, const TableDef& table, const std::string& from, const StoredTable& to) {
  Statement rows(connection, "SELECT id, data FROM " + quotedName(from) + " ORDER BY id");
  Statement insert(connection, "INSERT INTO " + quotedName(to.storedAs) + " (id, data) VALUES (?1, ?2)");
  while (rows.step("reading rows of HyperDB for TypeScript")) {
    const std::string text = convertedText(table, rows.text(0), rows.text(1));
    insert.bindText(1, rows.text(0)).bindText(2, text);
    insert.run("taking over a row");
  }
}

}  // namespace

bool hasJavaScriptTable(Connection& connection, std::string_view name) {
  if (!hasSqlTable(connection, catalogName)) return false;
  Statement statement(connection, "SELECT 1 FROM " + quotedName(catalogName) + " WHERE table_name = ?1");
  statement.bindText(1, name);
  return statement.step() && hasSqlTable(connection, name);
}

void importJavaScriptTable(Connection& connection, const TableDef& table, StoredTable& stored) {
  checkSignature(connection, table.name());
  const std::string old = freeName(connection, table.name() + " of TypeScript");
  connection.execute("ALTER TABLE " + quotedName(table.name()) + " RENAME TO " + quotedName(old));
  stored.storedAs = freeName(connection, table.name());
  createRowTable(connection, stored);
  copyRows(connection, table, old, stored);
  dropSqlTable(connection, old);

  Statement deleteStored(connection, "DELETE FROM " + quotedName(catalogName) + " WHERE table_name = ?1");
  deleteStored.bindText(1, table.name());
  deleteStored.run("taking over a table");
  if (connection.readInteger(("SELECT count(*) FROM " + quotedName(catalogName)).c_str()) == 0) {
    dropSqlTable(connection, catalogName);
  }
}

}  // namespace hyperdb::detail::sqlite
