// The operations of the common field types, and the helpers that all of them use.
#include <hyperdb/codec.hpp>

#include <cmath>
#include <cstring>
#include <limits>

#include <hyperdb/error.hpp>
#include <hyperdb/json.hpp>

#include "schema/field_json.hpp"
#include "schema/storable.hpp"
#include "schema/validator_node.hpp"

namespace hyperdb::detail {

void throwNotAValue(const ValidationFailure& failure) {
  throw Error(ErrorCode::invalidArgument, "a value does not fit its type: " + failure.message(),
              {{}, {}, failure.path, {}, {}});
}

namespace {

thread_local int levelsCount = 0;

}  // namespace

LevelScope::LevelScope() noexcept { ++levelsCount; }
LevelScope::~LevelScope() { --levelsCount; }
bool LevelScope::isTooDeep(ValidationFailure& failure) const { return !checkLevel(levelsCount, failure); }

namespace {

/// The default operations, for types for which nothing can go wrong.
template <class T>
struct LeafFunctions {
  static const T& at(const void* field) { return *static_cast<const T*>(field); }
  static bool equal(const void* a, const void* b) noexcept { return at(a) == at(b); }
  static bool check(const void*, Strictness, ValidationFailure&) { return true; }
};

struct StringFunctions : LeafFunctions<std::string>, StringJson {
  static Validator validator() { return v::string(); }
  static bool appendKey(const void* field, KeyWriter& out) {
    out.appendString(at(field));
    return true;
  }
  static Value toValue(const void* field) { return Value(at(field)); }
  static bool fromValue(void* field, Value& value, Strictness, ValidationFailure& failure) {
    auto* text = value.get<std::string>();
    if (text == nullptr) return failKind(failure, ValidatorKind::string, value);
    if (!checkText(*text, failure)) return false;
    *static_cast<std::string*>(field) = std::move(*text);
    return true;
  }
  static bool check(const void* field, Strictness, ValidationFailure& failure) { return checkText(at(field), failure); }
};

struct BoolFunctions : LeafFunctions<bool>, BoolJson {
  static Validator validator() { return v::boolean(); }
  static bool appendKey(const void* field, KeyWriter& out) {
    out.appendBoolean(at(field));
    return true;
  }
  static Value toValue(const void* field) { return Value(at(field)); }
  static bool fromValue(void* field, Value& value, Strictness, ValidationFailure& failure) {
    const bool* content = value.get<bool>();
    if (content == nullptr) return failKind(failure, ValidatorKind::boolean, value);
    *static_cast<bool*>(field) = *content;
    return true;
  }
};

/// The numbers that a field of the type can hold.
template <class T>
struct NumberRange {
  using Number = T;
  static constexpr Number low = std::numeric_limits<T>::lowest();
  static constexpr Number high = std::numeric_limits<T>::max();
};
template <>
struct NumberRange<SafeInteger> {
  using Number = std::int64_t;
  static constexpr Number low = -SafeInteger::max;
  static constexpr Number high = SafeInteger::max;
};

/// Types that are stored as numbers.
template <class T>
struct NumberFunctions : LeafFunctions<T>, NumberJson<T, NumberFunctions<T>> {
  using Range = NumberRange<T>;
  using Number = typename Range::Number;
  using LeafFunctions<T>::at;
  static constexpr bool isFloating = std::is_floating_point_v<T>;

  static bool fits(double number) {
    if (number < static_cast<double>(Range::low) || number > static_cast<double>(Range::high)) return false;
    return isFloating || std::trunc(number) == number;
  }
  static T fromNumber(double number) { return static_cast<T>(static_cast<Number>(number)); }
  static double toNumber(const void* field) { return static_cast<double>(static_cast<Number>(at(field))); }
  static bool failRange(ValidationFailure& failure, std::string actual) {
    const std::string range = std::to_string(Range::low) + " to " + std::to_string(Range::high);
    return failWith(failure, isFloating ? "a number that fits the field" : "a whole number from " + range,
                    std::move(actual));
  }

  static Validator validator() { return v::number(); }
  static bool appendKey(const void* field, KeyWriter& out) {
    const double number = toNumber(field);
    if (isFloating && std::isnan(number)) return false;
    out.appendNumber(number);
    return true;
  }
  static Value toValue(const void* field) { return Value(toNumber(field)); }
  static bool fromValue(void* field, Value& value, Strictness, ValidationFailure& failure) {
    const double* number = value.get<double>();
    if (number == nullptr) return failKind(failure, ValidatorKind::number, value);
    if (!checkFinite(*number, failure)) return false;
    if (!fits(*number)) return failRange(failure, describe(value));
    *static_cast<T*>(field) = fromNumber(*number);
    return true;
  }
  static bool equal(const void* a, const void* b) noexcept {
    if constexpr (!isFloating)
      return at(a) == at(b);
    else
      return std::memcmp(a, b, sizeof(T)) == 0 || (std::isnan(at(a)) && std::isnan(at(b)));
  }
  static bool check(const void* field, Strictness, ValidationFailure& failure) {
    if (isFloating) return checkFinite(toNumber(field), failure);
    const auto number = static_cast<Number>(at(field));
    return (number >= Range::low && number <= Range::high) || failRange(failure, std::to_string(number));
  }
};

/// Integers of 64 bits: bigints.
template <class T>
struct BigIntegerFunctions : LeafFunctions<T>, BigIntegerJson<T, BigIntegerFunctions<T>> {
  using LeafFunctions<T>::at;
  static Validator validator() { return v::bigint(); }
  static bool appendKey(const void* field, KeyWriter& out) {
    if constexpr (std::is_signed_v<T>) {
      out.appendInt64(at(field));
    } else {
      out.appendBigInt(BigInt(static_cast<std::uint64_t>(at(field))));
    }
    return true;
  }
  static Value toValue(const void* field) {
    using Wide = std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>;
    return Value(static_cast<Wide>(at(field)));
  }
  static bool fromValue(void* field, Value& value, Strictness, ValidationFailure& failure) {
    const BigInt* content = value.get<BigInt>();
    if (content == nullptr) return failKind(failure, ValidatorKind::bigint, value);
    if constexpr (std::is_signed_v<T>) {
      const auto small = content->toInt64();
      if (!small) return failWith(failure, "a bigint that fits 64 bits", value);
      *static_cast<T*>(field) = static_cast<T>(*small);
    } else {
      const auto small = content->toUint64();
      if (!small) return failWith(failure, "a bigint that fits 64 bits without sign", value);
      *static_cast<T*>(field) = static_cast<T>(*small);
    }
    return true;
  }
};

/// `long` is 32 bits wide on some platforms.
template <class T>
using IntegerFunctions = std::conditional_t<(sizeof(T) <= 4), NumberFunctions<T>, BigIntegerFunctions<T>>;

struct BigIntFunctions : LeafFunctions<BigInt>, NoJson {
  static Validator validator() { return v::bigint(); }
  static bool appendKey(const void* field, KeyWriter& out) {
    out.appendBigInt(at(field));
    return true;
  }
  static Value toValue(const void* field) { return Value(at(field)); }
  static bool fromValue(void* field, Value& value, Strictness, ValidationFailure& failure) {
    auto* content = value.get<BigInt>();
    if (content == nullptr) return failKind(failure, ValidatorKind::bigint, value);
    *static_cast<BigInt*>(field) = std::move(*content);
    return true;
  }
};

struct BytesFunctions : LeafFunctions<Bytes>, BytesJson<BytesFunctions> {
  static Validator validator() { return v::bytes(); }
  static bool appendKey(const void* field, KeyWriter& out) {
    out.appendBytes(at(field).data);
    return true;
  }
  static Value toValue(const void* field) { return Value(at(field)); }
  static bool fromValue(void* field, Value& value, Strictness, ValidationFailure& failure) {
    auto* content = value.get<Bytes>();
    if (content == nullptr) return failKind(failure, ValidatorKind::bytes, value);
    *static_cast<Bytes*>(field) = std::move(*content);
    return true;
  }
};

template <class Byte>
struct ByteVectorFunctions : LeafFunctions<std::vector<Byte>>, NoJson {
  using LeafFunctions<std::vector<Byte>>::at;
  static std::string_view view(const void* field) {
    return {reinterpret_cast<const char*>(at(field).data()), at(field).size()};
  }
  static Validator validator() { return v::bytes(); }
  static bool appendKey(const void* field, KeyWriter& out) {
    out.appendBytes(view(field));
    return true;
  }
  static Value toValue(const void* field) { return Value(Bytes{std::string(view(field))}); }
  static bool appendJson(const void* field, std::string& out) {
    appendJsonBytes(out, view(field));
    return true;
  }
  static bool fromValue(void* field, Value& value, Strictness, ValidationFailure& failure) {
    const Bytes* content = value.get<Bytes>();
    if (content == nullptr) return failKind(failure, ValidatorKind::bytes, value);
    const auto* first = reinterpret_cast<const Byte*>(content->data.data());
    static_cast<std::vector<Byte>*>(field)->assign(first, first + content->data.size());
    return true;
  }
};

struct NullFunctions : LeafFunctions<Null>, NullJson {
  static Validator validator() { return v::null(); }
  static bool appendKey(const void*, KeyWriter& out) {
    out.appendNull();
    return true;
  }
  static Value toValue(const void*) { return Value(Null{}); }
  static bool fromValue(void*, Value& value, Strictness, ValidationFailure& failure) {
    return value.isNull() || failKind(failure, ValidatorKind::null, value);
  }
};

struct AnyFunctions : LeafFunctions<Value>, NoJson {
  static Validator validator() { return v::any(); }
  static bool appendKey(const void*, KeyWriter&) { return false; }
  static Value toValue(const void* field) { return at(field); }
  static bool appendJson(const void* field, std::string& out) {
    if (!at(field).isUndefined()) hyperdb::appendJson(out, at(field));
    return !at(field).isUndefined();
  }
  static bool fromValue(void* field, Value& value, Strictness strictness, ValidationFailure& failure) {
    if (!check(&value, strictness, failure)) return false;
    *static_cast<Value*>(field) = std::move(value);
    return true;
  }
  static bool check(const void* field, Strictness, ValidationFailure& failure) {
    auto found = checkStorable(at(field));
    if (found) failure = *std::move(found);
    return !found;
  }
};

}  // namespace

const FieldOps CommonOps<std::string>::ops = opsOf<StringFunctions>;
const FieldOps CommonOps<bool>::ops = opsOf<BoolFunctions>;
const FieldOps CommonOps<double>::ops = opsOf<NumberFunctions<double>>;
const FieldOps CommonOps<float>::ops = opsOf<NumberFunctions<float>>;
const FieldOps CommonOps<signed char>::ops = opsOf<IntegerFunctions<signed char>>;
const FieldOps CommonOps<unsigned char>::ops = opsOf<IntegerFunctions<unsigned char>>;
const FieldOps CommonOps<short>::ops = opsOf<IntegerFunctions<short>>;
const FieldOps CommonOps<unsigned short>::ops = opsOf<IntegerFunctions<unsigned short>>;
const FieldOps CommonOps<int>::ops = opsOf<IntegerFunctions<int>>;
const FieldOps CommonOps<unsigned>::ops = opsOf<IntegerFunctions<unsigned>>;
const FieldOps CommonOps<long>::ops = opsOf<IntegerFunctions<long>>;
const FieldOps CommonOps<unsigned long>::ops = opsOf<IntegerFunctions<unsigned long>>;
const FieldOps CommonOps<long long>::ops = opsOf<IntegerFunctions<long long>>;
const FieldOps CommonOps<unsigned long long>::ops = opsOf<IntegerFunctions<unsigned long long>>;
const FieldOps CommonOps<SafeInteger>::ops = opsOf<NumberFunctions<SafeInteger>>;
const FieldOps CommonOps<BigInt>::ops = opsOf<BigIntFunctions>;
const FieldOps CommonOps<Bytes>::ops = opsOf<BytesFunctions>;
const FieldOps CommonOps<std::vector<std::byte>>::ops = opsOf<ByteVectorFunctions<std::byte>>;
const FieldOps CommonOps<std::vector<std::uint8_t>>::ops = opsOf<ByteVectorFunctions<std::uint8_t>>;
const FieldOps CommonOps<Null>::ops = opsOf<NullFunctions>;
const FieldOps CommonOps<Value>::ops = opsOf<AnyFunctions>;

}  // namespace hyperdb::detail
