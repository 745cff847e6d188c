#include <hyperdb/conditions.hpp>

namespace hyperdb {

std::string_view conditionOpName(ConditionOp op) noexcept {
  switch (op) {
    case ConditionOp::eq: return "eq";
    case ConditionOp::gt: return "gt";
    case ConditionOp::gte: return "gte";
    case ConditionOp::lt: return "lt";
    case ConditionOp::lte: return "lte";
    case ConditionOp::in: return "in";
  }
  return "?";
}

Condition makeCondition(std::string_view column, ConditionOp op, const Value& operand) {
  Condition condition;
  condition.column.assign(column);
  condition.op = op;
  if (!KeyWriter(condition.operand).appendValue(operand)) {
    condition.state = operand.isUndefined() ? OperandState::undefined : OperandState::notKeyValue;
  }
  return condition;
}

namespace detail {

Condition makeMembership(std::string_view column) {
  Condition condition;
  condition.column.assign(column);
  condition.op = ConditionOp::in;
  return condition;
}

void addOperand(Condition& membership, const Condition& equality) {
  if (membership.state != OperandState::fine) return;
  membership.state = equality.state;
  if (equality.state == OperandState::fine) {
    membership.operand += equality.operand;
  } else {
    membership.operand.clear();
  }
}

}  // namespace detail

}  // namespace hyperdb
