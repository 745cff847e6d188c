// Rows of write commands: superseded ones erased, objects normalised, all checked.
#include <hyperdb/writes.hpp>

#include <hyperdb/error.hpp>

#include <algorithm>

#include <boost/unordered/unordered_flat_set.hpp>

#include "base/text_hash.hpp"

#include "schema/validator_node.hpp"

namespace hyperdb {

namespace {

/// Returns the id of a row that may not be valid yet; empty if it has none.
std::string_view idOf(const RowRef& row) { return row->type().id(*row); }
std::string_view idOf(const Object& object) {
  const Value* id = object.find("id");
  const std::string* text = id == nullptr ? nullptr : id->get<std::string>();
  return text == nullptr ? std::string_view() : std::string_view(*text);
}
bool hasId(const RowRef&) { return true; }
bool hasId(const Object& object) {
  const Value* id = object.find("id");
  return id != nullptr && id->get<std::string>() != nullptr;
}

/// Keeps the last of equal ids, at its place. Rows without an id stay too: they are refused later.
template <class Row>
void eraseSuperseded(std::vector<Row>& rows) {
  if (rows.size() < 2) return;
  boost::unordered_flat_set<std::string_view, detail::TextHash> seen;
  seen.reserve(rows.size());
  std::vector<bool> keep(rows.size(), true);
  bool dropsAny = false;
  for (std::size_t i = rows.size(); i-- > 0;) {
    if (!hasId(rows[i])) continue;
    keep[i] = seen.insert(idOf(rows[i])).second;
    dropsAny = dropsAny || !keep[i];
  }
  if (!dropsAny) return;
  std::size_t next = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!keep[i]) continue;
    if (next != i) rows[next] = std::move(rows[i]);
    ++next;
  }
  rows.resize(next);
}

[[noreturn]] void throwInvalidRow(const TableDef& table, std::string rowId, const ValidationFailure& failure) {
  ErrorPlace place;
  place.table = table.name();
  place.column = failure.path;
  place.rowId = std::move(rowId);
  throw Error(ErrorCode::invalidRow, failure.message(), std::move(place));
}

/// Refuses an empty id, which is a member that was not set. Rows of tables defined at run time may have it, as in
/// HyperDB for TypeScript.
void checkId(const TableDef& table, const RowRef& row) {
  if (!idOf(row).empty() || isObjectRowType(row->type())) return;
  throwInvalidRow(table, {}, {"id", "an id that is not empty", describe(Value(std::string()))});
}

RowRef makeRow(const TableDef& table, Object object, Strictness strictness) {
  const std::string id(idOf(object));  // for the message: the object is consumed
  Value content(std::move(object));
  if (strictness == Strictness::shape) {  // which drops members that the table does not have
    if (const auto failure = detail::checkNames(content)) throwInvalidRow(table, id, *failure);
  }
  ValidationFailure failure;
  RowRef row = table.rowType().fromObject(std::move(*content.get<Object>()), strictness, failure);
  if (!row) throwInvalidRow(table, id, failure);
  return row;
}

}  // namespace

namespace detail {

WriteCommand makeWrite(OpType type, const TableBase& table) {
  WriteCommand command;
  command.type = type;
  command.table = table.sharedDef();
  return command;
}

WriteCommand makeWrite(OpType type, const TableBase& table, RowRef row) {
  WriteCommand command = makeWrite(type, table);
  command.rows.push_back(std::move(row));
  return command;
}

WriteCommand makeWrite(OpType type, const TableBase& table, Object row) {
  WriteCommand command = makeWrite(type, table);
  command.objects.push_back(std::move(row));
  return command;
}

WriteCommand makeDeletion(const TableBase& table, std::vector<std::string> ids) {
  WriteCommand command = makeWrite(OpType::delete_, table);
  command.ids = std::move(ids);
  return command;
}

WriteCommand makeDeletion(const TableBase& table, const std::string_view* ids, std::size_t count) {
  return makeDeletion(table, std::vector<std::string>(ids, ids + count));
}

}  // namespace detail

void prepareRows(WriteCommand& command, Strictness strictness) {
  const TableDef& table = *command.table;
  if (command.type == OpType::upsert) {
    eraseSuperseded(command.rows);
    eraseSuperseded(command.objects);
  }
  for (const RowRef& row : command.rows) {
    if (const auto failure = row->type().check(*row, strictness)) {
      throwInvalidRow(table, std::string(idOf(row)), *failure);
    }
    checkId(table, row);
  }
  command.rows.reserve(command.rows.size() + command.objects.size());
  for (Object& object : command.objects) {
    command.rows.push_back(makeRow(table, std::move(object), strictness));
    checkId(table, command.rows.back());
  }
  command.objects.clear();
}

}  // namespace hyperdb
