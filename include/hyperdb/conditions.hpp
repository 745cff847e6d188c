// Conditions: the parts of a `where`. Typed and dynamic queries build the same structs. Values; any thread.
//
//   .where(eq("projectId", "p1"), gte("orderToken", "a"))                         all of these
//   .where(anyOf(eq("state", "todo"), allOf(eq("state", "done"), gt("rank", 3))))  any of these
#pragma once

#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <hyperdb/engine/key.hpp>
#include <hyperdb/value.hpp>

namespace hyperdb {

/// The comparison of a column with an operand; `in` takes several operands, of which the column must equal one.
enum class ConditionOp : unsigned char { eq, gt, gte, lt, lte, in };
/// Returns "eq", "gt", ... The text lives as long as the program.
std::string_view conditionOpName(ConditionOp op) noexcept;

/// Whether an operand can be part of a key. The planner refuses the others with Error(undefinedFilter).
enum class OperandState : unsigned char {
  fine,
  undefined,    ///< there is no value
  notKeyValue,  ///< NaN, an array or an object
};

/// One comparison of a column with a value. Constructing it never fails: the planner checks it.
struct Condition {
  std::string column;
  ConditionOp op = ConditionOp::eq;
  /// As KeyWriter::appendValue writes it; for an `in` all operands, one behind the other. Empty unless `state` is
  /// fine.
  KeyBytes operand;
  OperandState state = OperandState::fine;

  friend bool operator==(const Condition&, const Condition&) = default;
};

/// Returns a condition with an operand of any kind. O(size of the operand).
Condition makeCondition(std::string_view column, ConditionOp op, const Value& operand);

/// Compares a column with a value, which may be of another kind than the column: the order of kinds applies (see
/// engine/key.hpp). Copies the operand. A condition that the index can't answer is an Error when the query runs (see
/// planQuery).
inline Condition eq(std::string_view column, const Value& operand) {
  return makeCondition(column, ConditionOp::eq, operand);
}
inline Condition gt(std::string_view column, const Value& operand) {
  return makeCondition(column, ConditionOp::gt, operand);
}
inline Condition gte(std::string_view column, const Value& operand) {
  return makeCondition(column, ConditionOp::gte, operand);
}
inline Condition lt(std::string_view column, const Value& operand) {
  return makeCondition(column, ConditionOp::lt, operand);
}
inline Condition lte(std::string_view column, const Value& operand) {
  return makeCondition(column, ConditionOp::lte, operand);
}

namespace detail {

/// Returns an `in` without operands.
Condition makeMembership(std::string_view column);
/// Adds the operand of an equality to an `in`. An operand that can't be part of a key makes the whole condition one.
void addOperand(Condition& membership, const Condition& equality);

}  // namespace detail

/// Holds if the column has one of these values: `in("id", ids)`. Counts as an equality; without values it holds for
/// no row, and a repeated value counts once. `values` is a range of anything that converts to a Value. O(size of the
/// values).
template <class Range>
  requires std::is_convertible_v<decltype(*std::begin(std::declval<const Range&>())), Value>
Condition in(std::string_view column, const Range& values) {
  Condition condition = detail::makeMembership(column);
  for (const auto& value : values) detail::addOperand(condition, eq(column, Value(value)));
  return condition;
}
inline Condition in(std::string_view column, std::initializer_list<Value> values) {
  return in<std::initializer_list<Value>>(column, values);
}

/// Conditions that must all hold. An empty branch holds for every row.
using Branch = std::vector<Condition>;

/// Branches of which at least one must hold. An empty list holds for no row.
struct Branches {
  std::vector<Branch> list;
};

/// The types that `anyOf` accepts.
template <class T>
concept ConditionOrBranch =
    std::same_as<std::remove_cvref_t<T>, Condition> || std::same_as<std::remove_cvref_t<T>, Branch>;

/// Returns one branch: all of these conditions. Without any it holds for every row.
template <class... Conditions>
  requires(std::same_as<std::remove_cvref_t<Conditions>, Condition> && ...)
Branch allOf(Conditions&&... conditions) {
  Branch branch;
  branch.reserve(sizeof...(conditions));
  (branch.push_back(std::forward<Conditions>(conditions)), ...);
  return branch;
}

/// Returns a branch for each argument; a single condition is a branch of its own.
template <ConditionOrBranch... Parts>
Branches anyOf(Parts&&... parts) {
  Branches branches;
  branches.list.reserve(sizeof...(parts));
  [[maybe_unused]] const auto add = [&branches](auto&& part) {
    if constexpr (std::same_as<std::remove_cvref_t<decltype(part)>, Condition>) {
      branches.list.push_back(allOf(std::forward<decltype(part)>(part)));
    } else {
      branches.list.push_back(std::forward<decltype(part)>(part));
    }
  };
  (add(std::forward<Parts>(parts)), ...);
  return branches;
}
/// Returns any number of branches built in a loop; each row comes once.
inline Branches anyOf(std::vector<Branch> branches) { return {std::move(branches)}; }

}  // namespace hyperdb
