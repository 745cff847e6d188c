// Typed conditions: eq<&Task::projectId>("p1"). The column and the operator stand in the type, so that a query that
// can't be answered by its index does not compile; the operand is encoded at once, for the engine they are plain
// Conditions.
#pragma once

#include <cstddef>
#include <iterator>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <hyperdb/conditions.hpp>
#include <hyperdb/detail/composite_codec.hpp>
#include <hyperdb/index.hpp>

namespace hyperdb {

/// What `eq<&Row::field>(value)` gives.
template <auto Column, ConditionOp Op>
struct TypedCondition {
  Condition erased;
};

/// Typed conditions that must all hold: `allOf(eq<...>(...), gt<...>(...))`.
template <class... Conditions>
struct TypedBranch {
  Branch erased;
};

/// Typed branches of which at least one must hold. `Parts` are their types, once for a range.
template <class... Parts>
struct TypedBranches {
  std::vector<Branch> erased;
};

namespace detail {

Condition makeTypedCondition(std::string_view column, ConditionOp op, std::string_view operand);
Condition makeTypedCondition(std::string_view column, ConditionOp op, const FieldOps& ops,
                             const void* operand);
Condition makeNullCondition(std::string_view column, ConditionOp op);

template <class F>
struct OperandType {
  using type = std::conditional_t<std::is_arithmetic_v<F> || std::is_enum_v<F>, F, const F&>;
};
template <>
struct OperandType<std::string> {
  using type = std::string_view;
};
template <class F>
struct OperandType<std::optional<F>> : OperandType<F> {};
/// How an operand for the column is passed: the member's type; what is inside for an optional; text for a string.
template <auto Column>
using Operand = typename OperandType<MemberField<Column>>::type;

template <class F>
inline constexpr bool acceptsNull = std::is_same_v<F, Null>;
template <class F>
inline constexpr bool acceptsNull<std::optional<F>> = acceptsNull<F>;
template <class... Ts>
inline constexpr bool acceptsNull<std::variant<Ts...>> = (std::is_same_v<Ts, Null> || ...);

template <auto Column, ConditionOp Op>
TypedCondition<Column, Op> typedCondition(Operand<Column> operand) {
  using Content = std::remove_cvref_t<Operand<Column>>;
  if constexpr (std::is_same_v<Content, std::string_view>) {
    return {makeTypedCondition(memberName<Column>, Op, operand)};
  } else if constexpr (isColumnType<Content>()) {
    return {makeTypedCondition(memberName<Column>, Op, *fieldOps<Content>(), &operand)};
  } else {
    return {};  // no index has such a column: the `where` says so
  }
}

template <auto Column, ConditionOp Op>
TypedCondition<Column, Op> nullCondition() {
  static_assert(acceptsNull<MemberField<Column>>, "hyperdb: this column is never null");
  return {makeNullCondition(memberName<Column>, Op)};
}

}  // namespace detail

/// Compare the column with a value, which is converted to the member's type and encoded at once: it need not live any
/// longer. A NaN is refused when the query is planned (undefinedFilter).
template <auto Column>
TypedCondition<Column, ConditionOp::eq> eq(detail::Operand<Column> operand) {
  return detail::typedCondition<Column, ConditionOp::eq>(operand);
}
template <auto Column>
TypedCondition<Column, ConditionOp::gt> gt(detail::Operand<Column> operand) {
  return detail::typedCondition<Column, ConditionOp::gt>(operand);
}
template <auto Column>
TypedCondition<Column, ConditionOp::gte> gte(detail::Operand<Column> operand) {
  return detail::typedCondition<Column, ConditionOp::gte>(operand);
}
template <auto Column>
TypedCondition<Column, ConditionOp::lt> lt(detail::Operand<Column> operand) {
  return detail::typedCondition<Column, ConditionOp::lt>(operand);
}
template <auto Column>
TypedCondition<Column, ConditionOp::lte> lte(detail::Operand<Column> operand) {
  return detail::typedCondition<Column, ConditionOp::lte>(operand);
}

/// Compare with null, for columns that may hold it: variants with a Null.
template <auto Column>
TypedCondition<Column, ConditionOp::eq> eq(std::nullptr_t) {
  return detail::nullCondition<Column, ConditionOp::eq>();
}
template <auto Column>
TypedCondition<Column, ConditionOp::gt> gt(std::nullptr_t) {
  return detail::nullCondition<Column, ConditionOp::gt>();
}
template <auto Column>
TypedCondition<Column, ConditionOp::gte> gte(std::nullptr_t) {
  return detail::nullCondition<Column, ConditionOp::gte>();
}
template <auto Column>
TypedCondition<Column, ConditionOp::lt> lt(std::nullptr_t) {
  return detail::nullCondition<Column, ConditionOp::lt>();
}
template <auto Column>
TypedCondition<Column, ConditionOp::lte> lte(std::nullptr_t) {
  return detail::nullCondition<Column, ConditionOp::lte>();
}

namespace detail {

enum class PartKind : unsigned char { other, condition, branch, branches };

/// What a part of a `where` is, and how to check it: `fault<Index, Row>()`, see query_rules.hpp.
template <class T>
struct PartTraits {
  static constexpr PartKind kind = PartKind::other;
};
template <auto Column, ConditionOp Op>
struct PartTraits<TypedCondition<Column, Op>> {
  static constexpr PartKind kind = PartKind::condition;
  static constexpr std::string_view name = memberName<Column>;
  static constexpr ConditionOp op = Op;
  template <class Row>
  static constexpr bool belongTo = belongsTo<MemberClass<Column>, Row>;
};
template <class... Conditions>
struct PartTraits<TypedBranch<Conditions...>> {
  static constexpr PartKind kind = PartKind::branch;
};
template <class... Parts>
struct PartTraits<TypedBranches<Parts...>> {
  static constexpr PartKind kind = PartKind::branches;
};

template <class T>
inline constexpr PartKind partKind = PartTraits<std::remove_cvref_t<T>>::kind;
template <class T>
concept TypedConditionLike = partKind<T> == PartKind::condition;
template <class T>
concept TypedPart = partKind<T> == PartKind::condition || partKind<T> == PartKind::branch;

template <class Part>
Branch erasedBranch(Part&& part) {
  if constexpr (partKind<Part> == PartKind::condition) {
    Branch branch;
    branch.push_back(std::forward<Part>(part).erased);
    return branch;
  } else {
    return std::forward<Part>(part).erased;
  }
}

template <class Range>
using RangeElement = std::remove_cvref_t<decltype(*std::begin(std::declval<const Range&>()))>;

}  // namespace detail

/// All of these.
template <detail::TypedConditionLike First, detail::TypedConditionLike... Rest>
TypedBranch<std::remove_cvref_t<First>, std::remove_cvref_t<Rest>...> allOf(First&& first,
                                                                            Rest&&... rest) {
  TypedBranch<std::remove_cvref_t<First>, std::remove_cvref_t<Rest>...> branch;
  branch.erased.reserve(1 + sizeof...(Rest));
  branch.erased.push_back(std::forward<First>(first).erased);
  (branch.erased.push_back(std::forward<Rest>(rest).erased), ...);
  return branch;
}

/// Any of these: branches, or single conditions.
template <detail::TypedPart First, detail::TypedPart... Rest>
TypedBranches<std::remove_cvref_t<First>, std::remove_cvref_t<Rest>...> anyOf(First&& first,
                                                                              Rest&&... rest) {
  TypedBranches<std::remove_cvref_t<First>, std::remove_cvref_t<Rest>...> branches;
  branches.erased.reserve(1 + sizeof...(Rest));
  branches.erased.push_back(detail::erasedBranch(std::forward<First>(first)));
  (branches.erased.push_back(detail::erasedBranch(std::forward<Rest>(rest))), ...);
  return branches;
}

/// Any of a range of branches, or conditions, of one type: for batches that are made at run time. An empty one gives no
/// rows.
template <class Range>
  requires detail::TypedPart<detail::RangeElement<Range>>
TypedBranches<detail::RangeElement<Range>> anyOf(const Range& range) {
  TypedBranches<detail::RangeElement<Range>> branches;
  for (const auto& part : range) branches.erased.push_back(detail::erasedBranch(part));
  return branches;
}

}  // namespace hyperdb
