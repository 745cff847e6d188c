// Typed conditions: eq<&Task::projectId>("p1"). The type contains the column and the operator, so that a query that
// its index can't answer does not compile; the operand is encoded at once, and for the engine they are plain
// Conditions.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <hyperdb/conditions.hpp>
#include <hyperdb/detail/composite_codec.hpp>
#include <hyperdb/index.hpp>

namespace hyperdb {

/// The result of `eq<&Row::field>(value)`.
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
Condition makeTypedCondition(std::string_view column, ConditionOp op, const FieldOps& ops, const void* operand);
Condition makeNullCondition(std::string_view column, ConditionOp op);

/// The form in which the numbers of a column are encoded in its keys (see engine/key.hpp).
enum class NumberForm : unsigned char { none, number, bigint, either };
/// Returns a condition that compares with exactly this number. Where no key of that form is equal to it, `eq` finds
/// nothing and a bound becomes the nearest key's. REQUIRES: `form` is number or bigint.
Condition makeNumberCondition(std::string_view column, ConditionOp op, NumberForm form, double operand);
Condition makeNumberCondition(std::string_view column, ConditionOp op, NumberForm form, const BigInt& operand);

/// The type of a column's value when it is not absent.
template <class F>
struct ContentType {
  using type = F;
};
template <class F>
struct ContentType<std::optional<F>> : ContentType<F> {};
template <class F>
struct ContentType<Nullable<F>> : ContentType<F> {};
template <auto Column>
using Content = typename ContentType<MemberField<Column>>::type;

/// Whether C is F, or a variant with such an alternative.
template <class F, class C>
inline constexpr bool holds = std::is_same_v<F, C>;
template <class F, class... Ts>
inline constexpr bool holds<F, std::variant<Ts...>> = (std::is_same_v<F, Ts> || ...);

template <class F>
inline constexpr bool acceptsNull = holds<Null, F>;
template <class F>
inline constexpr bool acceptsNull<std::optional<F>> = acceptsNull<F>;
template <class F>
inline constexpr bool acceptsNull<Nullable<F>> = true;

template <class T>
inline constexpr bool isNullable = false;
template <class T>
inline constexpr bool isNullable<Nullable<T>> = true;

template <class C>
inline constexpr NumberForm numberForm = [] {
  if (UserCodec<C> || std::is_same_v<C, bool>) return NumberForm::none;
  if (std::is_same_v<C, SafeInteger> || std::is_floating_point_v<C>) return NumberForm::number;
  if (std::is_same_v<C, BigInt>) return NumberForm::bigint;
  if (!std::is_integral_v<C>) return NumberForm::none;
  return sizeof(C) <= 4 ? NumberForm::number : NumberForm::bigint;
}();
template <class... Ts>
inline constexpr NumberForm numberForm<std::variant<Ts...>> =
    static_cast<NumberForm>((0U | ... | static_cast<unsigned>(numberForm<Ts>)));

template <class T, class... Ts>
inline constexpr bool isOneOf = (std::is_same_v<T, Ts> || ...);
template <class T>
inline constexpr bool isUnscopedEnum = std::is_enum_v<T> && std::is_convertible_v<T, long long>;
/// The operands that are numbers: characters and booleans are none, and no key holds a long double.
template <class T>
inline constexpr bool isNumber = (std::is_arithmetic_v<T> && sizeof(T) <= 8 &&
                                  !isOneOf<T, bool, char, wchar_t, char8_t, char16_t, char32_t, long double>) ||
                                 isUnscopedEnum<T> || isOneOf<T, SafeInteger, BigInt>;

/// Whether T becomes C without losing anything.
template <class C, class T>
inline constexpr bool becomes = requires(void (*take)(C), const T& operand) { take({operand}); };

enum class OperandKind : unsigned char { null, number, text, same, converted, wrong };

template <class C, class T>
constexpr OperandKind operandKind() {
  if constexpr (isOneOf<T, std::nullptr_t, Null>) {
    return OperandKind::null;
  } else if constexpr (std::is_same_v<C, T>) {
    return numberForm<C> == NumberForm::none ? OperandKind::same : OperandKind::number;
  } else if constexpr (isNumber<T> && (numberForm<C> == NumberForm::number || numberForm<C> == NumberForm::bigint)) {
    return OperandKind::number;
  } else if constexpr (holds<std::string, C> && !holds<T, C> && std::is_convertible_v<const T&, std::string_view>) {
    return OperandKind::text;
  } else if constexpr (std::is_arithmetic_v<T> && !isNumber<T> && !holds<T, C>) {
    return OperandKind::wrong;
  } else if constexpr (std::is_arithmetic_v<C> || isOneOf<C, SafeInteger, BigInt>) {
    return OperandKind::wrong;
  } else {
    return std::is_convertible_v<const T&, C> && becomes<C, T> ? OperandKind::converted : OperandKind::wrong;
  }
}

template <class T>
BigInt exactInteger(const T& operand) {
  if constexpr (std::is_same_v<T, BigInt>) {
    return operand;
  } else if constexpr (std::is_enum_v<T>) {
    return exactInteger(static_cast<std::underlying_type_t<T>>(operand));
  } else if constexpr (std::is_unsigned_v<T>) {
    return BigInt(static_cast<std::uint64_t>(operand));
  } else {
    return BigInt(static_cast<std::int64_t>(operand));
  }
}

template <class C, class T>
Condition operandCondition(std::string_view column, ConditionOp op, const T& operand) {
  constexpr OperandKind kind = operandKind<C, T>();
  if constexpr (kind == OperandKind::null) {
    return makeNullCondition(column, op);
  } else if constexpr (kind == OperandKind::number && std::is_floating_point_v<T>) {
    return makeNumberCondition(column, op, numberForm<C>, static_cast<double>(operand));
  } else if constexpr (kind == OperandKind::number) {
    return makeNumberCondition(column, op, numberForm<C>, exactInteger(operand));
  } else if constexpr (kind == OperandKind::text) {
    return makeTypedCondition(column, op, std::string_view(operand));
  } else {
    const C& content = operand;
    return makeTypedCondition(column, op, *fieldOps<C>(), &content);
  }
}

/// Whether a condition on the column may have an operand of type T. Column and type show in compiler messages.
template <auto Column, class T>
inline constexpr bool canCompare = operandKind<Content<Column>, T>() != OperandKind::wrong;

template <auto Column, ConditionOp Op, class T>
TypedCondition<Column, Op> typedCondition(const T& operand) {
  using C = Content<Column>;
  if constexpr (std::is_same_v<T, std::nullopt_t>) {
    static_assert(!std::is_same_v<T, std::nullopt_t>,
                  "hyperdb: a row whose optional column is absent is in no index of it, so no "
                  "condition finds it");
  } else if constexpr (isOneOf<T, std::nullptr_t, Null> && !acceptsNull<MemberField<Column>>) {
    static_assert(acceptsNull<MemberField<Column>>, "hyperdb: this column is never null");
  } else if constexpr (isNullable<T>) {
    if (operand) return typedCondition<Column, Op, typename T::value_type>(*operand);
    return typedCondition<Column, Op, std::nullptr_t>(nullptr);
  } else if constexpr (std::is_same_v<C, bool> && !std::is_same_v<T, bool>) {
    static_assert(canCompare<Column, T>, "hyperdb: a column of booleans is compared with true or false only");
  } else if constexpr (isColumnType<C>() && !canCompare<Column, T>) {
    static_assert(canCompare<Column, T>,
                  "hyperdb: this column can't be compared with an operand of this type; convert it "
                  "to the type of the "
                  "member first");
  } else if constexpr (isColumnType<C>()) {
    return {operandCondition<C>(memberName<Column>, Op, operand)};
  }
  return {};  // no index has such a column: the `where` reports it
}

/// An operand's type, for an array of characters a pointer to them.
template <class T>
using Passed = std::conditional_t<std::is_array_v<T>, const std::remove_extent_t<T>*, T>;

}  // namespace detail

/// Compares the column with a value, which is encoded at once: it need not live any longer. Numbers of all types
/// compare by their exact values: on a column of integers `gt(2.5)` finds 3 and above, `eq(2.5)` nothing; and 0.1 is
/// not 0.1F. `nullptr` is null, for columns that may hold it: Nullable<T>, variants with a Null. A NaN is refused
/// when the query is planned (undefinedFilter).
template <auto Column, class T = detail::Content<Column>>
TypedCondition<Column, ConditionOp::eq> eq(const T& operand) {
  return detail::typedCondition<Column, ConditionOp::eq, detail::Passed<T>>(operand);
}
template <auto Column, class T = detail::Content<Column>>
TypedCondition<Column, ConditionOp::gt> gt(const T& operand) {
  return detail::typedCondition<Column, ConditionOp::gt, detail::Passed<T>>(operand);
}
template <auto Column, class T = detail::Content<Column>>
TypedCondition<Column, ConditionOp::gte> gte(const T& operand) {
  return detail::typedCondition<Column, ConditionOp::gte, detail::Passed<T>>(operand);
}
template <auto Column, class T = detail::Content<Column>>
TypedCondition<Column, ConditionOp::lt> lt(const T& operand) {
  return detail::typedCondition<Column, ConditionOp::lt, detail::Passed<T>>(operand);
}
template <auto Column, class T = detail::Content<Column>>
TypedCondition<Column, ConditionOp::lte> lte(const T& operand) {
  return detail::typedCondition<Column, ConditionOp::lte, detail::Passed<T>>(operand);
}

namespace detail {

template <class T>
inline constexpr bool isList =
    !std::is_convertible_v<const T&, std::string_view> && requires(const T& list) { std::begin(list); };

template <auto Column, class Range>
TypedCondition<Column, ConditionOp::in> membership(const Range& values) {
  TypedCondition<Column, ConditionOp::in> condition{makeMembership(memberName<Column>)};
  for (const auto& value : values) addOperand(condition.erased, eq<Column>(value).erased);
  return condition;
}

}  // namespace detail

/// Holds if the column has one of these values: `in<&Task::id>(ids)`, any range of what `eq` takes, or a braced list.
/// Counts as an equality for the columns behind it, and reads a range for each value (for each combination, if there
/// are several `in`); without values it finds no rows, and a repeated value counts once. O(size of the values).
template <auto Column, class Range>
TypedCondition<Column, ConditionOp::in> in(const Range& values) {
  static_assert(detail::isList<Range>,
                "hyperdb: in takes a list: in<&Row::field>({a, b}), or a range; for one value use eq");
  if constexpr (detail::isList<Range>) {
    return detail::membership<Column>(values);
  } else {
    return {};
  }
}
template <auto Column, class T>
TypedCondition<Column, ConditionOp::in> in(std::initializer_list<T> values) {
  return detail::membership<Column>(values);
}

namespace detail {

enum class PartKind : unsigned char { other, condition, branch, branches };

/// The kind of a part of a `where`, and its check: `fault<Index, Row>()`, see query_rules.hpp.
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
  template <class Row>
  static constexpr bool belongTo = (PartTraits<Conditions>::template belongTo<Row> && ...);
};
template <class... Parts>
struct PartTraits<TypedBranches<Parts...>> {
  static constexpr PartKind kind = PartKind::branches;
  template <class Row>
  static constexpr bool belongTo = (PartTraits<Parts>::template belongTo<Row> && ...);
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

/// Returns a branch: all of these conditions must hold.
template <detail::TypedConditionLike First, detail::TypedConditionLike... Rest>
TypedBranch<std::remove_cvref_t<First>, std::remove_cvref_t<Rest>...> allOf(First&& first, Rest&&... rest) {
  TypedBranch<std::remove_cvref_t<First>, std::remove_cvref_t<Rest>...> branch;
  branch.erased.reserve(1 + sizeof...(Rest));
  branch.erased.push_back(std::forward<First>(first).erased);
  (branch.erased.push_back(std::forward<Rest>(rest).erased), ...);
  return branch;
}

/// Returns branches of which one must hold; a single condition is a branch of its own.
template <detail::TypedPart First, detail::TypedPart... Rest>
TypedBranches<std::remove_cvref_t<First>, std::remove_cvref_t<Rest>...> anyOf(First&& first, Rest&&... rest) {
  TypedBranches<std::remove_cvref_t<First>, std::remove_cvref_t<Rest>...> branches;
  branches.erased.reserve(1 + sizeof...(Rest));
  branches.erased.push_back(detail::erasedBranch(std::forward<First>(first)));
  (branches.erased.push_back(detail::erasedBranch(std::forward<Rest>(rest))), ...);
  return branches;
}

/// Returns any number of branches, or conditions, of one type, from a range: for batches built at run time. An empty
/// range finds no rows.
template <class Range>
  requires detail::TypedPart<detail::RangeElement<Range>>
TypedBranches<detail::RangeElement<Range>> anyOf(const Range& range) {
  TypedBranches<detail::RangeElement<Range>> branches;
  for (const auto& part : range) branches.erased.push_back(detail::erasedBranch(part));
  return branches;
}

}  // namespace hyperdb
