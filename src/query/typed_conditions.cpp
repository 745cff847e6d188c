#include <hyperdb/typed_conditions.hpp>

namespace hyperdb::detail {

namespace {

Condition emptyCondition(std::string_view column, ConditionOp op) {
  Condition condition;
  condition.column.assign(column);
  condition.op = op;
  return condition;
}

}  // namespace

Condition makeTypedCondition(std::string_view column, ConditionOp op, std::string_view operand) {
  Condition condition = emptyCondition(column, op);
  KeyWriter(condition.operand).appendString(operand);
  return condition;
}

Condition makeTypedCondition(std::string_view column, ConditionOp op, const FieldOps& ops,
                             const void* operand) {
  Condition condition = emptyCondition(column, op);
  KeyWriter writer(condition.operand);
  if (!ops.appendKey(operand, writer)) condition.state = OperandState::notKeyValue;
  return condition;
}

Condition makeNullCondition(std::string_view column, ConditionOp op) {
  Condition condition = emptyCondition(column, op);
  KeyWriter(condition.operand).appendNull();
  return condition;
}

}  // namespace hyperdb::detail
