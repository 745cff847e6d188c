// Writes: insert, upsert, deleteRows. Values that describe a change; an action awaits them.
//
//   co_await insert(tasksTable, task);
//   co_await upsert(tasksTable, tasks);                // any std::vector, span or braced list of rows
//   co_await deleteRows(tasksTable, {"t1", "t2"});
//
// Thread safety: commands are values; any thread may make one.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <hyperdb/op.hpp>
#include <hyperdb/row.hpp>
#include <hyperdb/table.hpp>
#include <hyperdb/validator.hpp>
#include <hyperdb/value.hpp>

namespace hyperdb {

/// One write, described. Typed rows are in `rows` (checked when the command runs); dynamic ones in `objects` until
/// they are normalised, since the database's options choose the strictness.
struct [[nodiscard]] WriteCommand {
  OpType type = OpType::insert;
  std::shared_ptr<const TableDef> table;
  std::vector<RowRef> rows;
  std::vector<Object> objects;
  std::vector<std::string> ids;  ///< of the rows to delete
};

/// Prepares the command for a driver: an upsert keeps the last row of each id, at its place; then objects become rows
/// of the table's type and all rows are checked. Throws Error(invalidRow) naming table, row id and path; the command
/// is then unspecified. Preparing twice is fine.
void prepareRows(WriteCommand& command, Strictness strictness);

namespace detail {

WriteCommand makeWrite(OpType type, const TableBase& table);
WriteCommand makeWrite(OpType type, const TableBase& table, RowRef row);
WriteCommand makeWrite(OpType type, const TableBase& table, Object row);
WriteCommand makeDeletion(const TableBase& table, std::vector<std::string> ids);
WriteCommand makeDeletion(const TableBase& table, const std::string_view* ids, std::size_t count);

template <class Row>
void addRow(WriteCommand& command, Row&& row) {
  using Value = std::remove_cvref_t<Row>;
  if constexpr (std::is_same_v<Value, Object>) {
    command.objects.push_back(std::forward<Row>(row));
  } else {
    command.rows.push_back(RowRef(new RowBox<Value>(command.table->rowType(), std::forward<Row>(row))));
  }
}

template <class Row>
void reserveRows(WriteCommand& command, std::size_t count) {
  if constexpr (std::is_same_v<Row, Object>) {
    command.objects.reserve(count);
  } else {
    command.rows.reserve(count);
  }
}

template <class Row, class Given>
WriteCommand writeOne(OpType type, const Table<Row>& table, Given&& row) {
  if constexpr (std::is_same_v<Row, Object>) {
    return makeWrite(type, table, Object(std::forward<Given>(row)));
  } else {
    return makeWrite(type, table, RowRef(new RowBox<Row>(table.def().rowType(), std::forward<Given>(row))));
  }
}

#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 15
/// Refers to a row of a braced list: GCC before 15 ends with an internal error at a `co_await` of an expression with an
/// array of rows, not at one with the rows themselves. A list of braces `{{.id = "a"}, ...}` becomes a vector.
template <class Row>
class ListedRow {
 public:
  ListedRow(const Row& row) noexcept : row_(&row) {}
  operator const Row&() const noexcept { return *row_; }

 private:
  const Row* row_;
};
#else
template <class Row>
using ListedRow = Row;
#endif

template <class Row, class Listed = Row>
WriteCommand writeCopies(OpType type, const Table<Row>& table, std::span<const Listed> rows) {
  WriteCommand command = makeWrite(type, table);
  reserveRows<Row>(command, rows.size());
  for (const Row& row : rows) addRow<const Row&>(command, row);
  return command;
}

template <class Row>
WriteCommand writeMoved(OpType type, const Table<Row>& table, std::vector<Row>&& rows) {
  WriteCommand command = makeWrite(type, table);
  reserveRows<Row>(command, rows.size());
  for (Row& row : rows) addRow<Row>(command, std::move(row));
  return command;
}

/// Prevents deduction of a type: rows are of the table's type, and braces work.
template <class T>
using Given = std::type_identity_t<T>;

}  // namespace detail

/// Returns a command that adds rows. Nothing happens until it is awaited or run; then it fails, with nothing written,
/// with duplicateId (an id that exists, or twice in the batch), uniqueViolation or invalidRow. Rows are copied or
/// moved into the command at once; an empty list is not an error. O(log n) for each row and index.
template <class Row>
[[nodiscard]] WriteCommand insert(const Table<Row>& table, const detail::Given<Row>& row) {
  return detail::writeOne<Row>(OpType::insert, table, row);
}
template <class Row>
[[nodiscard]] WriteCommand insert(const Table<Row>& table, detail::Given<Row>&& row) {
  return detail::writeOne<Row>(OpType::insert, table, std::move(row));
}
template <class Row>
[[nodiscard]] WriteCommand insert(const Table<Row>& table,
                                  std::initializer_list<detail::Given<detail::ListedRow<Row>>> rows) {
  return detail::writeCopies<Row>(OpType::insert, table, std::span(rows.begin(), rows.size()));
}
template <class Row>
[[nodiscard]] WriteCommand insert(const Table<Row>& table, std::span<const detail::Given<Row>> rows) {
  return detail::writeCopies<Row>(OpType::insert, table, rows);
}
template <class Row>
[[nodiscard]] WriteCommand insert(const Table<Row>& table, const std::vector<detail::Given<Row>>& rows) {
  return detail::writeCopies<Row>(OpType::insert, table, std::span<const Row>(rows));
}
template <class Row>
[[nodiscard]] WriteCommand insert(const Table<Row>& table, std::vector<detail::Given<Row>>&& rows) {
  return detail::writeMoved<Row>(OpType::insert, table, std::move(rows));
}

/// Returns a command that adds rows or replaces whole rows by id; of equal ids in the batch the last counts. Fails,
/// with nothing written, with uniqueViolation (judged by the state after the whole batch) or invalidRow. A row that
/// equals the stored one keeps the stored object. Otherwise as `insert`.
template <class Row>
[[nodiscard]] WriteCommand upsert(const Table<Row>& table, const detail::Given<Row>& row) {
  return detail::writeOne<Row>(OpType::upsert, table, row);
}
template <class Row>
[[nodiscard]] WriteCommand upsert(const Table<Row>& table, detail::Given<Row>&& row) {
  return detail::writeOne<Row>(OpType::upsert, table, std::move(row));
}
template <class Row>
[[nodiscard]] WriteCommand upsert(const Table<Row>& table,
                                  std::initializer_list<detail::Given<detail::ListedRow<Row>>> rows) {
  return detail::writeCopies<Row>(OpType::upsert, table, std::span(rows.begin(), rows.size()));
}
template <class Row>
[[nodiscard]] WriteCommand upsert(const Table<Row>& table, std::span<const detail::Given<Row>> rows) {
  return detail::writeCopies<Row>(OpType::upsert, table, rows);
}
template <class Row>
[[nodiscard]] WriteCommand upsert(const Table<Row>& table, const std::vector<detail::Given<Row>>& rows) {
  return detail::writeCopies<Row>(OpType::upsert, table, std::span<const Row>(rows));
}
template <class Row>
[[nodiscard]] WriteCommand upsert(const Table<Row>& table, std::vector<detail::Given<Row>>&& rows) {
  return detail::writeMoved<Row>(OpType::upsert, table, std::move(rows));
}

/// Returns a command that deletes rows by id. An id that does not exist, or is repeated, is not an error. Otherwise
/// as `insert`.
template <class Row>
[[nodiscard]] WriteCommand deleteRows(const Table<Row>& table, std::vector<std::string> ids) {
  return detail::makeDeletion(table, std::move(ids));
}
template <class Row>
[[nodiscard]] WriteCommand deleteRows(const Table<Row>& table, std::string_view id) {
  return detail::makeDeletion(table, &id, 1);
}
template <class Row>
[[nodiscard]] WriteCommand deleteRows(const Table<Row>& table, std::initializer_list<std::string_view> ids) {
  return detail::makeDeletion(table, ids.begin(), ids.size());
}
/// Returns a command that deletes rows by the ids of any other range of strings.
template <class Row, class Range>
  requires(!std::is_convertible_v<const Range&, std::string_view> &&
           std::is_convertible_v<decltype(*std::begin(std::declval<const Range&>())), std::string_view>)
[[nodiscard]] WriteCommand deleteRows(const Table<Row>& table, const Range& ids) {
  std::vector<std::string> list;
  for (const auto& id : ids) list.emplace_back(std::string_view(id));
  return deleteRows(table, std::move(list));
}

}  // namespace hyperdb
