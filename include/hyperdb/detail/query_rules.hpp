// The rules of a typed `where`, at compile time: those of planQuery, for conditions whose columns and operators are
// known. `columnFault` is the rule of both.
#pragma once

#include <cstddef>
#include <string_view>
#include <type_traits>

#include <hyperdb/typed_conditions.hpp>

namespace hyperdb::detail {

enum class WhereFault : unsigned char {
  none,
  notTyped,
  mixedParts,
  otherStruct,
  notInIndex,
  rangeOnHash,
  hashWithoutEquality,
  twoEqualities,
  equalityAndRange,
  notAPrefix
};

/// The conditions of one branch on one column of an index.
struct ColumnUse {
  bool isEqual;
  bool isEqualTwice;
  bool isRange;
};

/// Returns why an index can't answer conditions on a column. `isPrefixFixed`: each column before it has one value, or
/// one of a list.
constexpr WhereFault columnFault(ColumnUse use, bool isPrefixFixed) {
  if (!use.isEqual && !use.isRange) return WhereFault::none;
  if (!isPrefixFixed) return WhereFault::notAPrefix;
  if (use.isEqualTwice) return WhereFault::twoEqualities;
  return use.isEqual && use.isRange ? WhereFault::equalityAndRange : WhereFault::none;
}

struct ConditionFacts {
  std::string_view column;
  ConditionOp op;
};

constexpr WhereFault checkConditions(const std::string_view* columns, std::size_t columnsCount, bool isHash,
                                     const ConditionFacts* conditions, std::size_t conditionsCount) {
  std::size_t usedCount = 0;  // conditions on columns of the index
  bool isPrefixFixed = true;
  WhereFault fault = WhereFault::none;
  for (std::size_t column = 0; column < columnsCount; ++column) {
    ColumnUse use{false, false, false};
    for (std::size_t i = 0; i < conditionsCount; ++i) {
      if (conditions[i].column != columns[column]) continue;
      ++usedCount;
      if (conditions[i].op == ConditionOp::eq || conditions[i].op == ConditionOp::in) {
        use.isEqualTwice = use.isEqual;
        use.isEqual = true;
      } else {
        use.isRange = true;
      }
    }
    if (isHash && use.isRange) return WhereFault::rangeOnHash;
    if (fault == WhereFault::none) fault = columnFault(use, isPrefixFixed);
    isPrefixFixed = isPrefixFixed && use.isEqual;
  }
  if (usedCount != conditionsCount) return WhereFault::notInIndex;
  if (isHash && !isPrefixFixed) return WhereFault::hashWithoutEquality;
  return fault;
}

/// Returns the fault of one branch.
template <class Index, class Row, class... Conditions>
constexpr WhereFault branchFault() {
  if (!(PartTraits<Conditions>::template belongTo<Row> && ...)) return WhereFault::otherStruct;
  const ConditionFacts facts[] = {{PartTraits<Conditions>::name, PartTraits<Conditions>::op}...,
                                  {std::string_view(), ConditionOp::eq}};
  return checkConditions(IndexColumns<Index>::names, Index::columnsCount, Index::type != IndexType::btree, facts,
                         sizeof...(Conditions));
}

template <class Index, class Row, class Part>
struct PartFault;
template <class Index, class Row, auto Column, ConditionOp Op>
struct PartFault<Index, Row, TypedCondition<Column, Op>> {
  static constexpr WhereFault value = branchFault<Index, Row, TypedCondition<Column, Op>>();
};
template <class Index, class Row, class... Conditions>
struct PartFault<Index, Row, TypedBranch<Conditions...>> {
  static constexpr WhereFault value = branchFault<Index, Row, Conditions...>();
};
template <class Index, class Row, class... Parts>
struct PartFault<Index, Row, TypedBranches<Parts...>> {
  static constexpr WhereFault value = [] {
    WhereFault result = WhereFault::none;
    for (const WhereFault fault : {PartFault<Index, Row, Parts>::value...}) {
      if (result == WhereFault::none) result = fault;
    }
    return result;
  }();
};

/// Returns the first fault of a `where(parts...)`: conditions, or one branch, or one list of branches.
template <class Index, class Row, class... Parts>
constexpr WhereFault whereFault() {
  if constexpr (((partKind<Parts> == PartKind::other) || ...)) {
    return WhereFault::notTyped;
  } else if constexpr (((partKind<Parts> == PartKind::condition) && ...)) {
    return branchFault<Index, Row, Parts...>();
  } else if constexpr (sizeof...(Parts) == 1) {
    return PartFault<Index, Row, Parts...>::value;
  } else {
    return WhereFault::mixedParts;
  }
}

}  // namespace hyperdb::detail
