#include <hyperdb/typed_conditions.hpp>

#include <cmath>
#include <limits>

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

Condition makeTypedCondition(std::string_view column, ConditionOp op, const FieldOps& ops, const void* operand) {
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

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

bool isLowerBound(ConditionOp op) noexcept { return op == ConditionOp::gt || op == ConditionOp::gte; }

/// Returns the number without its fraction. REQUIRES: finite.
BigInt wholePart(double number) {
  constexpr int digits = std::numeric_limits<double>::digits;
  int exponent = 0;
  const double fraction = std::frexp(std::trunc(number), &exponent);
  if (exponent < 63) return BigInt(static_cast<std::int64_t>(number));
  const auto mantissa = static_cast<std::int64_t>(std::ldexp(std::fabs(fraction), digits));
  const int shift = exponent - digits;
  std::string bytes = (BigInt(mantissa) * BigInt(std::int64_t{1} << (shift % 8))).magnitude();
  bytes.append(static_cast<std::size_t>(shift / 8), '\0');
  return BigInt::fromMagnitude(number < 0, bytes);
}

/// Returns the double nearest to the number or next to it, possibly infinite.
double roughly(const BigInt& number) {
  if (const auto small = number.toInt64()) return static_cast<double>(*small);
  const std::string bytes = number.magnitude();
  if (bytes.size() > 128) return number.isNegative() ? -infinity : infinity;
  double result = 0;
  for (const char byte : bytes) result = result * 256 + static_cast<unsigned char>(byte);
  return number.isNegative() ? -result : result;
}

/// Returns the largest double that is not above the number; -infinity if all of them are.
double doubleBelow(const BigInt& number) {
  const auto isAbove = [&number](double candidate) {
    return std::isinf(candidate) ? candidate > 0 : wholePart(candidate) > number;
  };
  double below = roughly(number);
  while (isAbove(below)) below = std::nextafter(below, -infinity);
  for (double next = std::nextafter(below, infinity); !isAbove(next); next = std::nextafter(next, infinity))
    below = next;
  return below;
}

}  // namespace

Condition makeNumberCondition(std::string_view column, ConditionOp op, NumberForm form, double operand) {
  Condition condition = emptyCondition(column, op);
  KeyWriter writer(condition.operand);
  if (std::isnan(operand)) {
    condition.state = OperandState::notKeyValue;
  } else if (form == NumberForm::number || op == ConditionOp::eq || operand == infinity) {
    const bool isBigInt = form == NumberForm::bigint && std::isfinite(operand) && std::trunc(operand) == operand;
    // As a key, a number is above every bigint and equal to none.
    isBigInt ? writer.appendBigInt(wholePart(operand)) : writer.appendNumber(operand);
  } else if (operand == -infinity) {
    writer.appendNull();  // the last key below every bigint
    condition.op = isLowerBound(op) ? ConditionOp::gt : ConditionOp::lte;
  } else {
    if (std::trunc(operand) != operand) condition.op = isLowerBound(op) ? ConditionOp::gt : ConditionOp::lte;
    writer.appendBigInt(wholePart(std::floor(operand)));
  }
  return condition;
}

Condition makeNumberCondition(std::string_view column, ConditionOp op, NumberForm form, const BigInt& operand) {
  Condition condition = emptyCondition(column, op);
  KeyWriter writer(condition.operand);
  if (form == NumberForm::bigint) {
    writer.appendBigInt(operand);
    return condition;
  }
  const auto small = operand.toInt64();
  const bool isSafe = small && SafeInteger(*small).isStorable();
  const double below = isSafe ? static_cast<double>(*small) : doubleBelow(operand);
  if (isSafe || (std::isfinite(below) && wholePart(below) == operand)) {
    writer.appendNumber(below);
  } else if (op == ConditionOp::eq) {
    writer.appendBigInt(operand);  // a key that no number has
  } else {
    writer.appendNumber(below);
    condition.op = isLowerBound(op) ? ConditionOp::gt : ConditionOp::lte;
  }
  return condition;
}

}  // namespace hyperdb::detail
