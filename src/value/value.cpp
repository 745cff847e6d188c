#include <hyperdb/value.hpp>

#include <cmath>
#include <cstring>
#include <new>
#include <vector>

#include <hyperdb/error.hpp>

#include "base/utf8.hpp"

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
  throw Error(ErrorCode::invalidArgument, "expected a value of kind " + std::string(valueKindName(wanted)) + ", got " +
                                              std::string(valueKindName(value.kind())));
}

/// Compares so that NaN equals NaN and -0 differs from 0: a stored value must be read back unchanged.
bool equalNumbers(double a, double b) noexcept {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  return a == b && std::signbit(a) == std::signbit(b);
}

}  // namespace

namespace {

/// Functions on nested values recurse down to this level, and continue with a list below it.
constexpr int recursionLevelsMax = 256;
thread_local int recursionLevel = 0;

/// One level of recursion.
class RecursionScope {
 public:
  RecursionScope() noexcept { ++recursionLevel; }
  RecursionScope(const RecursionScope&) = delete;
  RecursionScope& operator=(const RecursionScope&) = delete;
  ~RecursionScope() { --recursionLevel; }

  bool isTooDeep() const noexcept { return recursionLevel > recursionLevelsMax; }
};

/// The containers to be destroyed when the outermost one is empty.
thread_local std::vector<Value>* deepContainers = nullptr;

bool isContainer(const Value& value) noexcept { return value.kind() >= ValueKind::array; }
static_assert(ValueKind::array < ValueKind::object && ValueKind::bytes < ValueKind::array);

using ValuePair = std::pair<const Value*, const Value*>;

/// Compares two containers without the containers in them, which are added to `later`.
bool equalOutside(const ValuePair& pair, std::vector<ValuePair>& later) {
  const auto compare = [&later](const Value& a, const Value& b) {
    if (!isContainer(a) || !isContainer(b)) return a == b;
    later.emplace_back(&a, &b);
    return true;
  };
  const auto& [a, b] = pair;
  if (a->kind() != b->kind()) return false;
  if (const Array* items = a->get<Array>()) {
    const Array& others = *b->get<Array>();
    bool isEqual = items->size() == others.size();
    for (std::size_t i = 0; isEqual && i < items->size(); ++i) isEqual = compare((*items)[i], others[i]);
    return isEqual;
  }
  const Object& object = *a->get<Object>();
  const Object& other = *b->get<Object>();
  bool isEqual = object.size() == other.size();
  for (std::size_t i = 0; isEqual && i < object.size(); ++i) {
    isEqual =
        object.begin()[i].name == other.begin()[i].name && compare(object.begin()[i].value, other.begin()[i].value);
  }
  return isEqual;
}

bool equalWithoutRecursion(const Value& a, const Value& b) {
  std::vector<ValuePair> pairs{{&a, &b}};
  while (!pairs.empty()) {
    const ValuePair pair = pairs.back();
    pairs.pop_back();
    if (!equalOutside(pair, pairs)) return false;
  }
  return true;
}

}  // namespace

Value::Storage Value::copyOf(const Value& other) {
  if (!isContainer(other)) return other.storage_;
  const RecursionScope scope;
  if (scope.isTooDeep()) return copyWithoutRecursion(other).storage_;
  return other.storage_;
}

Value Value::copyWithoutRecursion(const Value& other) {
  Value copy;
  std::vector<std::pair<const Value*, Value*>> containers{{&other, &copy}};
  const auto copyItem = [&containers](const Value& from, Value& to) {
    isContainer(from) ? static_cast<void>(containers.emplace_back(&from, &to)) : static_cast<void>(to = from);
  };
  while (!containers.empty()) {
    const auto [from, to] = containers.back();
    containers.pop_back();
    if (const Array* items = from->get<Array>()) {
      Array& copies = to->storage_.emplace<Array>(items->size());
      for (std::size_t i = 0; i < items->size(); ++i) copyItem((*items)[i], copies[i]);
      continue;
    }
    std::vector<Object::Member> members;
    for (const Object::Member& member : *from->get<Object>()) members.push_back({member.name, Value()});
    Object& object = to->storage_.emplace<Object>(Object::fromMembers(std::move(members)));
    for (const Object::Member& member : *from->get<Object>()) copyItem(member.value, *object.find(member.name));
  }
  return copy;
}

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
Value::Value(const Value& other) : storage_(copyOf(other)) {}
Value::Value(Value&&) noexcept = default;
Value& Value::operator=(const Value& other) {
  if (isContainer(*this) || isContainer(other)) return *this = Value(other);
  storage_ = other.storage_;
  return *this;
}
Value& Value::operator=(Value&&) noexcept = default;

Value::~Value() {
  if (!isContainer(*this)) return;
  const RecursionScope scope;
  const bool isOutermost = deepContainers == nullptr;
  if (isOutermost || !scope.isTooDeep()) {
    std::vector<Value> later;
    if (isOutermost) deepContainers = &later;
    storage_.emplace<Undefined>();
    while (!later.empty()) {
      Value next = std::move(later.back());
      later.pop_back();
      next.storage_.emplace<Undefined>();
    }
    if (isOutermost) deepContainers = nullptr;
    return;
  }
  try {
    deepContainers->push_back(std::move(*this));
  } catch (const std::bad_alloc&) {
    // Out of memory: this level uses the stack after all.
  }
}

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
  if (!isContainer(a)) return a.storage_ == b.storage_;
  const RecursionScope scope;
  return scope.isTooDeep() ? equalWithoutRecursion(a, b) : a.storage_ == b.storage_;
}

bool isValidUtf8(std::string_view text) noexcept {
  while (!text.empty()) {
    // Eight ASCII bytes at once: most text has no others.
    std::uint64_t word = 0;
    if (text.size() >= sizeof word) {
      std::memcpy(&word, text.data(), sizeof word);
      if ((word & 0x8080808080808080U) == 0) {
        text.remove_prefix(sizeof word);
        continue;
      }
    }
    std::size_t length = detail::utf8SequenceLength(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace hyperdb
