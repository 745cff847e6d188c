// Typed indexes: btree<&Task::projectId, &Task::orderToken>("byProjectOrder"), hash<...>, uniqhash<...>, byId.
// Descriptions: constants that any thread may use. Names are checked when a table takes the index (Table::index).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include <hyperdb/detail/field_ops.hpp>
#include <hyperdb/engine/table_def.hpp>

namespace hyperdb {

/// An index of a typed table: a name and, in its type, the columns. Holds no data; `name` must outlive it (a literal).
template <IndexType Type, auto... Columns>
struct Index {
  static constexpr IndexType type = Type;
  static constexpr std::size_t columnsCount = sizeof...(Columns);
  std::string_view name;
};

/// The unique index on `id` that every table has.
struct ById {
  static constexpr IndexType type = IndexType::uniqhash;
  static constexpr std::size_t columnsCount = 1;
  static constexpr std::string_view name = "byId";
};
/// The only value of ById: `selectFrom(table, byId)`.
inline constexpr ById byId{};

namespace detail {

template <auto... Columns>
constexpr bool areIndexable =
    ((std::is_member_object_pointer_v<decltype(Columns)> && isColumnType<MemberField<Columns>>()) && ...);

template <auto... Columns>
constexpr bool areDistinct() {
  constexpr std::string_view names[] = {memberName<Columns>...};
  for (std::size_t i = 0; i < sizeof...(Columns); ++i) {
    for (std::size_t j = i + 1; j < sizeof...(Columns); ++j) {
      if (names[i] == names[j]) return false;
    }
  }
  return true;
}

template <IndexType Type, auto... Columns>
constexpr Index<Type, Columns...> makeIndex(std::string_view name) {
  return {name};
}

/// Whether `&C::field` can be a column of rows of type Row: a member of it, of a base, or of an alternative.
template <class C, class Row>
inline constexpr bool belongsTo = std::is_base_of_v<C, Row>;
template <class C, class... Rows>
inline constexpr bool belongsTo<C, std::variant<Rows...>> = (std::is_base_of_v<C, Rows> || ...);

template <class T>
struct IndexColumns;
template <IndexType Type, auto... Columns>
struct IndexColumns<Index<Type, Columns...>> {
  /// one more, so that the array is never empty
  static constexpr std::string_view names[] = {memberName<Columns>..., ""};
  template <class Row>
  static constexpr bool belongTo = (belongsTo<MemberClass<Columns>, Row> && ...);
  static std::vector<std::string> list() { return {std::string(memberName<Columns>)...}; }
};
template <>
struct IndexColumns<ById> {
  static constexpr std::string_view names[] = {"id", ""};
  template <class Row>
  static constexpr bool belongTo = true;
};

template <class T>
concept TypedIndex = requires { IndexColumns<T>::names; };

}  // namespace detail

/// Returns an ordered index: equality on leading columns, then a range, in order. Rows that lack a column are not in
/// it.
template <auto... Columns>
constexpr auto btree(std::string_view name) {
  static_assert(sizeof...(Columns) > 0, "hyperdb: an index needs a column: btree<&Row::field>(\"name\")");
  static_assert(detail::areIndexable<Columns...>,
                "hyperdb: this column can't be indexed; only strings, numbers, bigints, booleans, "
                "enums, bytes, Null, and "
                "optionals and variants of those can");
  static_assert(detail::areDistinct<Columns...>(), "hyperdb: an index can't have a column twice");
  return detail::makeIndex<IndexType::btree, Columns...>(name);
}

/// Returns an index for equality on one column, whose value several rows may share.
template <auto... Columns>
constexpr auto hash(std::string_view name) {
  static_assert(sizeof...(Columns) == 1, "hyperdb: a hash index has exactly one column; use btree for several");
  static_assert(detail::areIndexable<Columns...>,
                "hyperdb: this column can't be indexed; only strings, numbers, bigints, booleans, "
                "enums, bytes, Null, and "
                "optionals and variants of those can");
  return detail::makeIndex<IndexType::hash, Columns...>(name);
}

/// Returns an index for equality on every column. No two rows have the same values in all of them: a write that would
/// break this is refused (uniqueViolation). Null is a value like any other. Rows that lack one of the columns do not
/// count.
template <auto... Columns>
constexpr auto uniqhash(std::string_view name) {
  static_assert(sizeof...(Columns) > 0, "hyperdb: an index needs a column: uniqhash<&Row::field>(\"name\")");
  static_assert(detail::areIndexable<Columns...>,
                "hyperdb: this column can't be indexed; only strings, numbers, bigints, booleans, "
                "enums, bytes, Null, and "
                "optionals and variants of those can");
  static_assert(detail::areDistinct<Columns...>(), "hyperdb: an index can't have a column twice");
  return detail::makeIndex<IndexType::uniqhash, Columns...>(name);
}

}  // namespace hyperdb
