#include "query/branch_range.hpp"

#include <cassert>
#include <string_view>

#include <hyperdb/detail/query_rules.hpp>

#include "key/key_format.hpp"

namespace hyperdb::detail {
namespace {

bool isLowerBound(const Condition& condition) noexcept {
  return condition.op == ConditionOp::gt || condition.op == ConditionOp::gte;
}
bool isExclusive(const Condition& condition) noexcept {
  return condition.op == ConditionOp::gt || condition.op == ConditionOp::lt;
}

/// Returns the tighter of two lower (or two upper) bounds; either may be missing.
const Condition* tighter(const Condition* a, const Condition* b) noexcept {
  if (!a || !b) return a ? a : b;
  const int order = a->operand.compare(b->operand);
  if (order == 0) return isExclusive(*a) ? a : b;
  return (order > 0) == isLowerBound(*a) ? a : b;
}

bool isEquality(const Condition& condition) noexcept {
  return condition.op == ConditionOp::eq || condition.op == ConditionOp::in;
}

/// The conditions of a branch on one column.
struct ColumnBounds {
  const Condition* equal = nullptr;  ///< an `eq` or an `in`
  const Condition* lower = nullptr;
  const Condition* upper = nullptr;
  bool equalTwice = false;

  bool isEmpty() const noexcept { return !equal && !isRange(); }
  bool isRange() const noexcept { return lower || upper; }
  bool isMembership() const noexcept { return equal && equal->op == ConditionOp::in; }
  /// Returns the one value that the column must have, or null.
  const KeyBytes* fixedOperand() const noexcept {
    if (equal) return isMembership() ? nullptr : &equal->operand;
    if (!lower || !upper || isExclusive(*lower) || isExclusive(*upper)) return nullptr;
    return lower->operand == upper->operand ? &lower->operand : nullptr;
  }
};

ColumnBounds boundsOf(const Branch& branch, const std::string& column, const PlanOptions& options) noexcept {
  ColumnBounds bounds;
  const Condition* byOp[5] = {};
  for (const Condition& condition : branch) {
    if (condition.column != column) continue;
    if (isEquality(condition)) {
      bounds.equalTwice = bounds.equalTwice || bounds.equal != nullptr;
      bounds.equal = &condition;
      continue;
    }
    const Condition*& slot = byOp[static_cast<std::size_t>(condition.op)];
    slot = options.lastBoundWins ? &condition : tighter(slot, &condition);
  }
  const auto slotOf = [&byOp](ConditionOp op) { return byOp[static_cast<std::size_t>(op)]; };
  bounds.lower = tighter(slotOf(ConditionOp::gte), slotOf(ConditionOp::gt));
  bounds.upper = tighter(slotOf(ConditionOp::lte), slotOf(ConditionOp::lt));
  return bounds;
}

bool hasColumn(const IndexDef& index, const std::string& name) noexcept {
  for (const RowType::Column& column : index.columns) {
    if (column.name == name) return true;
  }
  return false;
}

void checkConditions(const TableDef& table, const IndexDef& index, const Branch& branch) {
  for (const Condition& condition : branch) {
    if (hasColumn(index, condition.column)) continue;
    failQuery(ErrorCode::unknownColumn, "a condition on a column that the index does not have", table, index,
              condition.column);
  }
  for (const Condition& condition : branch) {
    if (condition.state == OperandState::fine) continue;
    const char* message = condition.state == OperandState::undefined
                              ? "a condition has no value"
                              : "a condition's value is not one that a key can have (NaN, an array or an object)";
    failQuery(ErrorCode::undefinedFilter, message, table, index, condition.column);
  }
}

void checkColumn(const TableDef& table, const IndexDef& index, const std::string& column, const ColumnBounds& bounds,
                 bool prefixIsFixed) {
  switch (columnFault({bounds.equal != nullptr, bounds.equalTwice, bounds.isRange()}, prefixIsFixed)) {
    case WhereFault::notAPrefix:
      failQuery(ErrorCode::nonPrefixColumn, "a condition although a column before it is not fixed by an equality",
                table, index, column);
    case WhereFault::twoEqualities:
      failQuery(ErrorCode::multipleEquality, "two equalities on one column", table, index, column);
    case WhereFault::equalityAndRange:
      failQuery(ErrorCode::conflictingConditions, "an equality and a range on one column", table, index, column);
    default: return;
  }
}

/// Returns a bound of the range. An inclusive lower bound starts at the operand, an exclusive one after every key
/// that starts with it; upper bounds the other way round. Encoded columns are prefix-free and never all FF, so there
/// always is a successor.
KeyBytes boundKey(const KeyBytes& prefix, const Condition& bound) {
  KeyBytes key = prefix + bound.operand;
  if (isExclusive(bound) != isLowerBound(bound)) return key;
  auto successor = prefixSuccessor(key);
  assert(successor);
  return std::move(*successor);
}

KeyRange rangeBehind(const KeyBytes& prefix, const ColumnBounds& bounds) {
  if (!bounds.isRange()) return KeyRange::prefix(prefix);
  KeyRange range = KeyRange::prefix(prefix);
  if (bounds.lower) range.lower = boundKey(prefix, *bounds.lower);
  if (bounds.upper) {
    range.upper = boundKey(prefix, *bounds.upper);
    range.unbounded = false;
  }
  return range;
}

/// The key prefixes that equalities on the first columns fix: one, until there is an `in`.
class Prefixes {
 public:
  void append(const KeyBytes& operand) {
    for (KeyBytes& prefix : several_) prefix += operand;
    if (!isSeveral_) one_ += operand;
  }
  /// Combines each prefix with each of the operands.
  void appendEach(std::string_view operands) {
    std::vector<KeyBytes> longer;
    while (!operands.empty()) {
      const std::size_t length = columnLength(operands);
      const std::string_view operand = operands.substr(0, length);
      if (!isSeveral_) longer.push_back(one_ + KeyBytes(operand));
      for (const KeyBytes& prefix : several_) longer.push_back(prefix + KeyBytes(operand));
      operands.remove_prefix(length);
    }
    several_ = std::move(longer);
    isSeveral_ = true;
  }
  template <class Take>
  void forEach(Take take) const {
    if (!isSeveral_) return take(one_);
    for (const KeyBytes& prefix : several_) take(prefix);
  }

 private:
  KeyBytes one_;
  std::vector<KeyBytes> several_;
  bool isSeveral_ = false;
};

}  // namespace

void failQuery(ErrorCode code, const std::string& message, const TableDef& table, const IndexDef& index,
               const std::string& column) {
  ErrorPlace place;
  place.table = table.name();
  place.index = index.name;
  place.column = column;
  throw Error(code, message, std::move(place));
}

void appendBranchRanges(const TableDef& table, const IndexDef& index, const Branch& branch, const PlanOptions& options,
                        std::vector<KeyRange>& ranges) {
  checkConditions(table, index, branch);
  Prefixes prefixes;
  ColumnBounds rangeBounds;
  bool prefixIsFixed = true;
  for (const RowType::Column& column : index.columns) {
    const ColumnBounds bounds = boundsOf(branch, column.name, options);
    if (bounds.isEmpty()) {
      if (index.isHash()) {
        failQuery(ErrorCode::noConditions, "a hash index needs an equality on each of its columns, in every branch",
                  table, index, column.name);
      }
      prefixIsFixed = false;
      continue;
    }
    checkColumn(table, index, column.name, bounds, prefixIsFixed);
    if (const KeyBytes* operand = bounds.fixedOperand()) {
      prefixes.append(*operand);
    } else if (bounds.isMembership()) {
      prefixes.appendEach(bounds.equal->operand);
    } else if (index.isHash()) {
      failQuery(ErrorCode::rangeOnHash, "a hash index answers equalities only", table, index, column.name);
    } else {
      rangeBounds = bounds;
      prefixIsFixed = false;
    }
  }
  prefixes.forEach([&](const KeyBytes& prefix) {
    KeyRange range = rangeBehind(prefix, rangeBounds);
    if (!range.empty()) ranges.push_back(std::move(range));
  });
}

}  // namespace hyperdb::detail
