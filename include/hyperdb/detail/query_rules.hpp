// The compile-time rules of a typed `where`: those of planQuery, for conditions whose columns and operators are
// known.
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

struct ConditionFacts {
  std::string_view column;
  ConditionOp op;
};

constexpr WhereFault checkConditions(const std::string_view* columns, std::size_t columnsCount, bool isHash,
                                     const ConditionFacts* conditions, std::size_t conditionsCount) {
  std::size_t usedCount = 0;  // conditions on columns of the index
  bool isPrefixFixed = true;
  WhereFault prefixFault = WhereFault::none;
  for (std::size_t column = 0; column < columnsCount; ++column) {
    std::size_t equalitiesCount = 0;
    std::size_t rangesCount = 0;
    for (std::size_t i = 0; i < conditionsCount; ++i) {
      if (conditions[i].column != columns[column]) continue;
      ++usedCount;
      if (conditions[i].op == ConditionOp::eq || conditions[i].op == ConditionOp::in) {
        ++equalitiesCount;
      } else {
        ++rangesCount;
      }
    }
    if (isHash && rangesCount > 0) return WhereFault::rangeOnHash;
    if (equalitiesCount > 1) return WhereFault::twoEqualities;
    if (equalitiesCount > 0 && rangesCount > 0) return WhereFault::equalityAndRange;
    if (!isPrefixFixed && equalitiesCount + rangesCount > 0) prefixFault = WhereFault::notAPrefix;
    isPrefixFixed = isPrefixFixed && equalitiesCount > 0;
  }
  if (usedCount != conditionsCount) return WhereFault::notInIndex;
  if (isHash && !isPrefixFixed) return WhereFault::hashWithoutEquality;
  return prefixFault;
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
