// Queries: selectFrom(table, index).where(...).order(desc).limit(10). Values that describe a read; a command awaits
// them.
//
// Thread safety: immutable values; any thread.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <hyperdb/conditions.hpp>
#include <hyperdb/detail/query_rules.hpp>
#include <hyperdb/engine/query_spec.hpp>
#include <hyperdb/rows.hpp>
#include <hyperdb/table.hpp>

namespace hyperdb {

/// What a command can await to read: it has a QuerySpec and converts the rows to its result.
template <class Q>
concept QueryLike = requires(const std::remove_cvref_t<Q>& query, RowSequence rows) {
  typename std::remove_cvref_t<Q>::Result;
  { query.spec() } -> std::convertible_to<const QuerySpec&>;
  { query.finish(std::move(rows)) } -> std::same_as<typename std::remove_cvref_t<Q>::Result>;
};

namespace detail {

/// The index of a query named at run time: conditions are checked when the query is planned.
struct NamedIndex {};
/// The index of a query that has its conditions.
struct Filtered {};
/// The index of a query whose conditions are added at run time: see AnyQuery.
struct AnyIndex {};
/// The index type of a query after a `where`.
template <class Index>
using WithConditions = std::conditional_t<std::is_same_v<Index, AnyIndex>, AnyIndex, Filtered>;

template <class Row>
RowSequence rowsAs(RowSequence rows) {
  if constexpr (std::is_same_v<Row, Object>) {
    return toObjectRows(rows);
  } else {
    return rows;
  }
}

/// Returns a row as the result type; empty stays empty.
template <class Row>
RowPtr<Row> rowPtrAs(const RowRef& row) {
  if constexpr (std::is_same_v<Row, Object>) {
    return RowPtr<Row>(toObjectRow(row));
  } else {
    return RowPtr<Row>(row);
  }
}

/// A condition to move or copy from.
struct ConditionArgument {
  ConditionArgument() noexcept = default;
  ConditionArgument(const Condition& given) noexcept : copied(&given) {}  // NOLINT
  ConditionArgument(Condition&& given) noexcept : moved(&given) {}        // NOLINT
  const Condition* copied = nullptr;
  Condition* moved = nullptr;
};

/// Holds the description. Every builder is a value: its functions return new ones.
class QueryBase {
 public:
  // Compiled once, in the library: a user's file has a query for every read.
  explicit QueryBase(QuerySpec spec) noexcept;
  QueryBase(std::shared_ptr<const TableDef> table, std::string_view indexName);
  QueryBase(const QueryBase&);
  QueryBase(QueryBase&&) noexcept;
  QueryBase& operator=(const QueryBase&);
  QueryBase& operator=(QueryBase&&) noexcept;
  ~QueryBase();
  const QuerySpec& spec() const& noexcept { return spec_; }
  QuerySpec spec() && noexcept;

 protected:
  QueryBase with(Order order) const;
  QueryBase withLimit(std::int64_t limit) const;
  QueryBase withFirst() const;
  QueryBase withCount() const;
  QueryBase withAfter(const RowHeader& row) const;
  QueryBase withAfter(const Object& row) const;
  /// Returns the query with each of its branches combined with each of these.
  QueryBase withMore(std::vector<Branch> branches) const;
  QueryBase withBranches(std::vector<Branch> branches) const;
  QueryBase withConditions(const ConditionArgument* conditions, std::size_t count) const;

 private:
  QuerySpec spec_;
};

/// Whether the query must not be run without conditions: the whole of a hash index can't be read.
template <class Index>
constexpr bool lacksConditions() {
  if constexpr (TypedIndex<Index>) {
    return Index::type != IndexType::btree;
  } else {
    return false;
  }
}

template <class Part>
std::vector<Branch> dynamicBranches(Part&& part) {
  if constexpr (std::is_same_v<std::remove_cvref_t<Part>, Branches>) {
    return std::forward<Part>(part).list;
  } else {
    std::vector<Branch> branches;
    branches.push_back(std::forward<Part>(part));
    return branches;
  }
}

template <class Part>
std::vector<Branch> typedBranches(Part&& part) {
  if constexpr (partKind<Part> == PartKind::branches) {
    return std::forward<Part>(part).erased;
  } else {
    std::vector<Branch> branches;
    branches.push_back(erasedBranch(std::forward<Part>(part)));
    return branches;
  }
}

template <class... Parts>
inline constexpr bool areDynamicParts =
    (std::is_same_v<std::remove_cvref_t<Parts>, Condition> && ...) ||
    (sizeof...(Parts) == 1 &&
     ((std::is_same_v<std::remove_cvref_t<Parts>, Branch> || std::is_same_v<std::remove_cvref_t<Parts>, Branches>) &&
      ...));

template <class Row, class... Parts>
std::vector<Branch> anyBranches(Parts&&... parts) {
  if constexpr ((std::is_same_v<std::remove_cvref_t<Parts>, Condition> && ...)) {
    return dynamicBranches(allOf(std::forward<Parts>(parts)...));
  } else if constexpr (areDynamicParts<Parts...>) {
    return dynamicBranches(std::forward<Parts>(parts)...);
  } else {
    constexpr bool typed = ((partKind<Parts> != PartKind::other) && ...);
    static_assert(typed, "hyperdb: a where takes conditions, or one allOf, or one anyOf");
    if constexpr (typed) {
      constexpr bool belong = (PartTraits<std::remove_cvref_t<Parts>>::template belongTo<Row> && ...);
      static_assert(belong, "hyperdb: a condition is on a member of another struct than the rows");
      if constexpr (((partKind<Parts> == PartKind::condition) && ...)) {
        return typedBranches(allOf(std::forward<Parts>(parts)...));
      } else {
        static_assert(sizeof...(Parts) == 1, "hyperdb: a where takes conditions, or one allOf, or one anyOf");
        return typedBranches(std::forward<Parts>(parts)...);
      }
    }
  }
}

template <class... Parts>
inline constexpr bool partsAreConditions = ((partKind<Parts> == PartKind::condition) && ...);

}  // namespace detail

/// The result of `first()`: a query for the first row, or an empty pointer.
template <class Row>
class [[nodiscard]] FirstQuery : public detail::QueryBase {
 public:
  using Result = RowPtr<Row>;
  using detail::QueryBase::QueryBase;
  explicit FirstQuery(QueryBase query) noexcept : QueryBase(std::move(query)) {}
  Result finish(RowSequence rows) const { return rows.empty() ? Result() : detail::rowPtrAs<Row>(rows[0]); }
};

/// The result of `firstOr(fallback)`: a query for a copy of the first row, or the fallback.
template <class Row>
class [[nodiscard]] FirstOrQuery : public detail::QueryBase {
 public:
  using Result = Row;
  FirstOrQuery(QuerySpec spec, Row fallback) : QueryBase(std::move(spec)), fallback_(std::move(fallback)) {}
  FirstOrQuery(QueryBase query, Row fallback) : QueryBase(std::move(query)), fallback_(std::move(fallback)) {}
  Result finish(RowSequence rows) const {
    const RowPtr<Row> first = FirstQuery<Row>(QuerySpec()).finish(std::move(rows));
    return first ? *first : fallback_;
  }

 private:
  Row fallback_;
};

/// The result of `count()`: a query for the number of rows.
class CountQuery : public detail::QueryBase {
 public:
  using Result = std::size_t;  ///< the number of rows
  explicit CountQuery(QueryBase query) noexcept : QueryBase(std::move(query)) {}
  /// Returns the size of the result, whose rows need not be readable.
  Result finish(const RowSequence& rows) const noexcept { return rows.size(); }
};

/// A read of a table through one of its indexes. Its result is Rows<Row> in the index's order (equal columns by id).
///
/// `Index` is the index's type, NamedIndex for an index named at run time, Filtered once there are conditions,
/// AnyIndex in an AnyQuery. An error in a typed query does not compile; one in a dynamic query is an Error when the
/// query runs (see planQuery).
template <class Row, class Index>
class [[nodiscard]] Query : public detail::QueryBase {
 public:
  using Result = Rows<Row>;
  using detail::QueryBase::QueryBase;
  explicit Query(QueryBase query) noexcept : QueryBase(std::move(query)) {}
  /// Converts any query for the same rows to an AnyQuery.
  template <class Other>
    requires(std::is_same_v<Index, detail::AnyIndex> && !std::is_same_v<Other, Index>)
  Query(const Query<Row, Other>& query) : QueryBase(query) {}  // NOLINT: every query is one

  /// Returns the query restricted to rows for which all conditions hold: `where(eq<&Task::projectId>("p1"),
  /// gt<&Task::rank>(3))`, one branch (`allOf`), or several (`anyOf`), of which one must hold; each row comes once.
  /// Once per query. In a typed query an equality is an `eq`: a `gte` and an `lte` of one value are a range here.
  template <class... Parts>
  Query<Row, detail::WithConditions<Index>> where(Parts&&... parts) const {
    if constexpr (std::is_same_v<Index, detail::AnyIndex>) {
      return Query(withMore(detail::anyBranches<Row>(std::forward<Parts>(parts)...)));
    } else if constexpr (std::is_same_v<Index, detail::NamedIndex>) {
      constexpr bool dynamic = detail::areDynamicParts<Parts...>;
      static_assert(dynamic,
                    "hyperdb: an index that is named at run time takes eq(\"column\", value), one "
                    "allOf or one anyOf");
      constexpr bool conditions = (std::is_same_v<std::remove_cvref_t<Parts>, Condition> && ...);
      if constexpr (conditions) {
        return filtered(detail::dynamicBranches(allOf(std::forward<Parts>(parts)...)));
      } else if constexpr (dynamic) {
        return filtered(detail::dynamicBranches(std::forward<Parts>(parts)...));
      }
    } else if constexpr (std::is_same_v<Index, detail::Filtered>) {
      static_assert(sizeof(Index) == 0, "hyperdb: the query has a where already; join conditions with allOf or anyOf");
    } else {
      using detail::WhereFault;
      constexpr WhereFault fault = detail::whereFault<Index, Row, std::remove_cvref_t<Parts>...>();
      static_assert(fault != WhereFault::notTyped,
                    "hyperdb: a typed query takes typed conditions: eq<&Row::field>(value)");
      static_assert(fault != WhereFault::mixedParts, "hyperdb: a where takes conditions, or one allOf, or one anyOf");
      static_assert(fault != WhereFault::otherStruct,
                    "hyperdb: a condition is on a member of another struct than the rows");
      static_assert(fault != WhereFault::notInIndex,
                    "hyperdb: a condition is on a column that the index does not have");
      static_assert(fault != WhereFault::rangeOnHash, "hyperdb: a hash index answers eq only; use a btree for ranges");
      static_assert(fault != WhereFault::hashWithoutEquality,
                    "hyperdb: a hash index is read with an eq on each of its columns");
      static_assert(fault != WhereFault::twoEqualities, "hyperdb: two eq on one column; use in for several values");
      static_assert(fault != WhereFault::equalityAndRange, "hyperdb: eq and a range on one column; keep one of them");
      static_assert(fault != WhereFault::notAPrefix,
                    "hyperdb: a condition on a column needs eq on every column before it in the index");
      if constexpr (fault == WhereFault::none && detail::partsAreConditions<Parts...>) {
        const detail::ConditionArgument conditions[] = {std::forward<Parts>(parts).erased..., {}};
        return Query<Row, detail::Filtered>(withConditions(conditions, sizeof...(Parts)));
      } else if constexpr (fault == WhereFault::none) {
        return filtered(detail::typedBranches(std::forward<Parts>(parts)...));
      }
    }
    return Query<Row, detail::WithConditions<Index>>(withBranches({}));
  }

  /// Returns the query with this order: `asc` (the default) or `desc`.
  Query order(Order order) const { return Query(with(order)); }
  /// Returns the query with a maximum number of rows. A negative limit is refused when the query runs (invalidLimit).
  template <std::integral Count>
  Query limit(Count count) const {
    constexpr auto max = (std::numeric_limits<std::int64_t>::max)();
    if constexpr (std::is_unsigned_v<Count> && sizeof(Count) >= 8) {
      return Query(withLimit(count > static_cast<Count>(max) ? max : static_cast<std::int64_t>(count)));
    } else {
      return Query(withLimit(static_cast<std::int64_t>(count)));
    }
  }
  /// Returns a query for the first row only, as a RowPtr that may be empty: no row is not an error. Reads no more
  /// than one row; replaces a limit, also limit(0).
  FirstQuery<Row> first() const {
    static_assert(!detail::lacksConditions<Index>(), "hyperdb: a hash index is read with an eq on each of its columns");
    return FirstQuery<Row>(withFirst());
  }
  /// Returns a query for the first row, or `fallback`, as a value.
  FirstOrQuery<Row> firstOr(Row fallback) const {
    static_assert(!detail::lacksConditions<Index>(), "hyperdb: a hash index is read with an eq on each of its columns");
    return FirstOrQuery<Row>(withFirst(), std::move(fallback));
  }

  /// Returns the query restricted to rows after this one, in the order of the query: the next page of a list. Only
  /// the row's columns of the index and its id are used; it need not be stored any more. Throws
  /// Error(invalidArgument) for a row that lacks a column of the index, Error(unknownIndex). O(size of its key).
  Query after(const Row& row) const {
    if constexpr (std::is_same_v<Row, Object>) {
      return Query(withAfter(row));
    } else {
      const RowRef boxed(new RowBox<Row>(spec().table->rowType(), row));
      return Query(withAfter(*boxed));
    }
  }
  /// Returns a query for the number of rows, as a std::size_t; with a limit, at most the limit. Reads keys only:
  /// O(log n) in memory, O(rows) in a file. A hash index may be counted whole: `selectFrom(table, byId).count()`
  /// counts a table's rows. A live count re-runs when a row in the range is written. With an `afterScan` hook it
  /// reads the rows.
  CountQuery count() const { return CountQuery(withCount()); }

  /// Converts the rows to the query's result.
  Result finish(RowSequence rows) const {
    static_assert(!detail::lacksConditions<Index>(), "hyperdb: a hash index is read with an eq on each of its columns");
    return Rows<Row>(detail::rowsAs<Row>(std::move(rows)));
  }

 private:
  Query<Row, detail::Filtered> filtered(std::vector<Branch> branches) const {
    return Query<Row, detail::Filtered>(withBranches(std::move(branches)));
  }
};

/// A query for rows of type Row whose conditions are added one by one, each of which must hold:
///
///     AnyQuery<Task> query = selectFrom(tasksTable, byProjectRank);
///     if (projectId) query = query.where(eq<&Task::projectId>(*projectId));
///     if (rankMin) query = query.where(gte<&Task::rank>(*rankMin));
///
/// `where` takes typed and dynamic conditions, also a branch or several. Whether the index can answer them all is
/// checked when the query runs, with the errors of planQuery.
template <class Row>
using AnyQuery = Query<Row, detail::AnyIndex>;

/// Returns a query that reads a table through one of its indexes. If the table was defined without it, running the
/// query is an Error(unknownIndex).
template <class Row, detail::TypedIndex Index>
Query<Row, Index> selectFrom(const Table<Row>& table, const Index& index) {
  constexpr bool belongs = detail::IndexColumns<Index>::template belongTo<Row>;
  static_assert(belongs, "hyperdb: a column of this index is a member of another struct than the table's rows");
  return Query<Row, Index>(table.sharedDef(), index.name);
}

/// Returns a query that reads any table through an index named at run time.
template <class Row>
Query<Row, detail::NamedIndex> selectFrom(const Table<Row>& table, std::string indexName) {
  return Query<Row, detail::NamedIndex>(table.sharedDef(), indexName);
}

}  // namespace hyperdb
