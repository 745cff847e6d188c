// Rows by id: one, or several in the requested order, which can be looked up by id (for joins).
//
//   RowPtr<Task> task = co_await getById(tasksTable, "t1");
//   RowsById<User> owners = co_await getByIds(usersTable, tasks, &Task::ownerId);
//   for (const Task& task : tasks) show(task, owners.find(task.ownerId));
//
// Thread safety: immutable values; any thread.
#pragma once

#include <cstddef>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <hyperdb/query.hpp>

namespace hyperdb {

namespace detail {

QuerySpec specOfId(const TableBase& table, std::string_view id);
QuerySpec specOfIds(const TableBase& table, const std::vector<std::string>& ids);

/// The part of RowsById that does not depend on the row type.
class RowsByIdBase {
 public:
  RowsByIdBase() noexcept = default;
  RowsByIdBase(const std::vector<std::string>& ids, const RowSequence& rows);

  std::size_t size() const noexcept { return body_ ? body_->asked.size() : 0; }
  bool empty() const noexcept { return size() == 0; }

 protected:
  const RowRef& at(std::size_t position) const noexcept { return body_->asked[position]; }
  RowRef findRow(std::string_view id) const noexcept;
  RowSequence foundRows() const;
  bool equals(const RowsByIdBase& other) const noexcept;

 private:
  struct Body {
    std::vector<RowRef> asked;  ///< in the requested order; empty where there is no row
    std::vector<RowRef> found;  ///< each row once, ascending by id
  };
  std::shared_ptr<const Body> body_;
};

template <class Range, class Projection>
std::vector<std::string> collectIds(const Range& range, const Projection& projection) {
  std::vector<std::string> ids;
  for (const auto& element : range) ids.emplace_back(std::string_view(std::invoke(projection, element)));
  return ids;
}

template <class Range>
concept RangeOfTexts = !std::is_convertible_v<const Range&, std::string_view> &&
                       std::is_convertible_v<decltype(*std::begin(std::declval<const Range&>())), std::string_view>;

}  // namespace detail

/// The result of `getByIds`: for each requested id its row, or an empty pointer where there is none. Keeps its rows
/// alive; copies are O(1).
///
/// Thread safety: immutable; may be read by any thread.
template <class Row>
class RowsById : public detail::RowsByIdBase {
 public:
  class Iterator;
  using value_type = RowPtr<Row>;
  using const_iterator = Iterator;
  using iterator = Iterator;
  using detail::RowsByIdBase::RowsByIdBase;

  /// Returns the row of the id requested at this position, or an empty pointer: no such row. REQUIRES: position <
  /// size().
  RowPtr<Row> operator[](std::size_t position) const noexcept { return RowPtr<Row>(at(position)); }
  /// Returns the row with this id; empty if there is no such row or the id was not requested. O(log n).
  RowPtr<Row> find(std::string_view id) const noexcept { return RowPtr<Row>(findRow(id)); }
  /// Returns the rows that exist, in the requested order; a row that was requested twice comes twice. O(n).
  Rows<Row> found() const { return Rows<Row>(foundRows()); }

  /// Iterators are valid as long as this result.
  Iterator begin() const noexcept { return Iterator(this, 0); }
  Iterator end() const noexcept { return Iterator(this, size()); }

  /// Returns whether both hold the same rows, or none, for the same number of ids.
  friend bool operator==(const RowsById& a, const RowsById& b) noexcept { return a.equals(b); }
};

/// Iterates over the rows in the requested order.
template <class Row>
class RowsById<Row>::Iterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = RowPtr<Row>;
  using difference_type = std::ptrdiff_t;
  using pointer = void;
  using reference = RowPtr<Row>;

  Iterator() noexcept = default;
  Iterator(const RowsById* rows, std::size_t position) noexcept : rows_(rows), position_(position) {}

  RowPtr<Row> operator*() const noexcept { return (*rows_)[position_]; }
  Iterator& operator++() noexcept {
    ++position_;
    return *this;
  }
  Iterator operator++(int) noexcept { return Iterator(rows_, position_++); }
  friend bool operator==(const Iterator& a, const Iterator& b) noexcept { return a.position_ == b.position_; }

 private:
  const RowsById* rows_ = nullptr;
  std::size_t position_ = 0;
};

/// The query that `getByIds` returns; its result is RowsById<Row>.
template <class Row>
class RowsByIdQuery : public detail::QueryBase {
 public:
  using Result = RowsById<Row>;
  RowsByIdQuery(const Table<Row>& table, std::vector<std::string> ids)
      : QueryBase(detail::specOfIds(table, ids)), ids_(std::move(ids)) {}
  Result finish(RowSequence rows) const { return Result(ids_, detail::rowsAs<Row>(std::move(rows))); }

 private:
  std::vector<std::string> ids_;
};

/// Returns a query for the row with this id. Its result is a RowPtr; an empty one means that there is no such row,
/// which is not an error. O(log n).
template <class Row>
FirstQuery<Row> getById(const Table<Row>& table, std::string_view id) {
  return FirstQuery<Row>(detail::specOfId(table, id));
}

/// Returns a query for the rows with these ids, in this order; see RowsById. `ids` is any range of strings, or a
/// braced list; an id that comes twice is read once. O(n log n).
template <class Row, detail::RangeOfTexts Range>
RowsByIdQuery<Row> getByIds(const Table<Row>& table, const Range& ids) {
  return RowsByIdQuery<Row>(table, detail::collectIds(ids, [](std::string_view id) { return id; }));
}
template <class Row>
RowsByIdQuery<Row> getByIds(const Table<Row>& table, std::initializer_list<std::string_view> ids) {
  return getByIds<Row, std::initializer_list<std::string_view>>(table, ids);
}
/// Returns a query for the rows whose ids are stored in other rows: `getByIds(usersTable, tasks, &Task::ownerId)`.
/// `projection` is a pointer to a member, or a function, whose result is a string.
template <class Row, class Range, class Projection>
RowsByIdQuery<Row> getByIds(const Table<Row>& table, const Range& rows, const Projection& projection) {
  return RowsByIdQuery<Row>(table, detail::collectIds(rows, projection));
}

}  // namespace hyperdb
