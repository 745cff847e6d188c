#include <hyperdb/value.hpp>

#include <cmath>

#include <hyperdb/error.hpp>

namespace hyperdb {

std::string_view valueKindName(ValueKind kind) noexcept {
  switch (kind) {
    case ValueKind::undefined: return "undefined";
    case ValueKind::null: return "null";
    case ValueKind::boolean: return "boolean";
    case ValueKind::number: return "number";
    case ValueKind::bigint: return "bigint";
    case ValueKind::string: return "string";
    case ValueKind::bytes: return "bytes";
    case ValueKind::array: return "array";
    case ValueKind::object: return "object";
  }
  return "unknown";
}

namespace {

template <class T>
const T& contentOf(const Value& value, ValueKind wanted) {
  if (const T* content = value.get<T>()) return *content;
  throw Error(ErrorCode::invalidArgument, "expected a value of kind " + std::string(valueKindName(wanted)) +
                                              ", got " + std::string(valueKindName(value.kind())));
}

/// NaN equals NaN and -0 differs from 0: what is stored must come back as it was.
bool equalNumbers(double a, double b) noexcept {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  return a == b && std::signbit(a) == std::signbit(b);
}

}  // namespace

Value::Value() noexcept = default;
Value::Value(Undefined) noexcept {}
Value::Value(Null) noexcept : storage_(Null{}) {}
Value::Value(std::nullptr_t) noexcept : storage_(Null{}) {}
Value::Value(bool value) noexcept : storage_(value) {}
Value::Value(double value) noexcept : storage_(value) {}
Value::Value(std::int32_t value) noexcept : storage_(static_cast<double>(value)) {}
Value::Value(std::uint32_t value) noexcept : storage_(static_cast<double>(value)) {}
Value::Value(std::int64_t value) noexcept : storage_(BigInt(value)) {}
Value::Value(std::uint64_t value) : storage_(BigInt(value)) {}
Value::Value(BigInt value) noexcept : storage_(std::move(value)) {}
Value::Value(std::string value) noexcept : storage_(std::move(value)) {}
Value::Value(std::string_view value) : storage_(std::string(value)) {}
Value::Value(const char* value) : storage_(std::string(value)) {}
Value::Value(Bytes value) noexcept : storage_(std::move(value)) {}
Value::Value(Array value) noexcept : storage_(std::move(value)) {}
Value::Value(Object value) noexcept : storage_(std::move(value)) {}
Value::Value(const Value&) = default;
Value::Value(Value&&) noexcept = default;
Value& Value::operator=(const Value&) = default;
Value& Value::operator=(Value&&) noexcept = default;
Value::~Value() = default;

bool Value::asBoolean() const { return contentOf<bool>(*this, ValueKind::boolean); }
double Value::asNumber() const { return contentOf<double>(*this, ValueKind::number); }
const BigInt& Value::asBigInt() const { return contentOf<BigInt>(*this, ValueKind::bigint); }
const std::string& Value::asString() const { return contentOf<std::string>(*this, ValueKind::string); }
const Bytes& Value::asBytes() const { return contentOf<Bytes>(*this, ValueKind::bytes); }
const Array& Value::asArray() const { return contentOf<Array>(*this, ValueKind::array); }
const Object& Value::asObject() const { return contentOf<Object>(*this, ValueKind::object); }

bool operator==(const Value& a, const Value& b) noexcept {
  if (a.kind() != b.kind()) return false;
  if (const double* number = a.get<double>()) return equalNumbers(*number, *b.get<double>());
  return a.storage_ == b.storage_;
}

}  // namespace hyperdb
