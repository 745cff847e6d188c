// The operations of the common field types, and the helpers that all of them use.
#include <hyperdb/codec.hpp>

#include <cmath>
#include <cstring>
#include <limits>

#include <hyperdb/error.hpp>
#include <hyperdb/json.hpp>

#include "schema/field_json.hpp"
#include "schema/normalizer.hpp"

namespace hyperdb::detail {

bool failWith(ValidationFailure& failure, std::string expected, std::string actual) {
  failure.path.clear();
  failure.expected = std::move(expected);
  failure.actual = std::move(actual);
  return false;
}

bool failWith(ValidationFailure& failure, std::string expected, const Value& actual) {
  return failWith(failure, std::move(expected), actual.isUndefined() ? std::string("nothing") : describe(actual));
}

bool failIn(ValidationFailure& failure, std::string_view member) {
  std::string path(member);
  if (!failure.path.empty() && failure.path.front() != '[') path += '.';
  failure.path = path + failure.path;
  return false;
}

bool failAt(ValidationFailure& failure, std::size_t position) {
  return failIn(failure, "[" + std::to_string(position) + "]");
}

bool checkRecordKey(std::string_view key, ValidationFailure& failure) {
  bool isFine = !key.empty() && key.front() != '$';
  for (const char c : key) isFine = isFine && static_cast<unsigned char>(c) < 0x80;
  if (isFine) return true;
  return failWith(failure, "an ASCII key that is not empty and does not start with '$'", describe(Value(key)));
}

void throwNotAValue(const ValidationFailure& failure) {
  throw Error(ErrorCode::invalidArgument, "a value does not fit its type: " + failure.message(),
              {{}, {}, failure.path, {}, {}});
}

namespace {

thread_local int levelsCount = 0;

}  // namespace

LevelScope::LevelScope() noexcept { ++levelsCount; }
LevelScope::~LevelScope() { --levelsCount; }
bool LevelScope::isTooDeep(ValidationFailure& failure) const {
  if (levelsCount <= storedLevelsMax) return false;
  failWith(failure, "at most " + std::to_string(storedLevelsMax) + " levels of nesting", std::string("more"));
  return true;
}

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
    if (text == nullptr) return failWith(failure, "a string", value);
    if (!isValidUtf8(*text)) return failWith(failure, "well-formed UTF-8", value);
    *static_cast<std::string*>(field) = std::move(*text);
    return true;
  }
  static bool check(const void* field, Strictness, ValidationFailure& failure) {
    return isValidUtf8(at(field)) || failWith(failure, "well-formed UTF-8", Value(at(field)));
  }
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
    if (content == nullptr) return failWith(failure, "a boolean", value);
    *static_cast<bool*>(field) = *content;
    return true;
  }
};

template <class T>
struct FloatingFunctions : LeafFunctions<T>, NumberJson<T, FloatingFunctions<T>> {
  using LeafFunctions<T>::at;
  static Validator validator() { return v::number(); }
  static bool appendKey(const void* field, KeyWriter& out) {
    if (std::isnan(at(field))) return false;
    out.appendNumber(static_cast<double>(at(field)));
    return true;
  }
  static Value toValue(const void* field) { return Value(static_cast<double>(at(field))); }
  static bool fromValue(void* field, Value& value, Strictness, ValidationFailure& failure) {
    const double* number = value.get<double>();
    if (number == nullptr || !std::isfinite(*number)) return failWith(failure, "a finite number", value);
    if (std::fabs(*number) > static_cast<double>(std::numeric_limits<T>::max())) {
      return failWith(failure, "a number that fits the field", value);
    }
    *static_cast<T*>(field) = static_cast<T>(*number);
    return true;
  }
  static bool equal(const void* a, const void* b) noexcept {
    return std::memcmp(a, b, sizeof(T)) == 0 || (std::isnan(at(a)) && std::isnan(at(b)));
  }
  static bool check(const void* field, Strictness, ValidationFailure& failure) {
    return std::isfinite(at(field)) || failWith(failure, "a finite number", toValue(field));
  }
};

bool isWholeNumberIn(const Value& value, double low, double high) {
  const double* number = value.get<double>();
  return number != nullptr && *number >= low && *number <= high && std::trunc(*number) == *number;
}

std::string wholeNumberFromTo(long long low, long long high) {
  return "a whole number from " + std::to_string(low) + " to " + std::to_string(high);
}

/// Integers of up to 32 bits: numbers.
template <class T>
struct NumberIntegerFunctions : LeafFunctions<T>, NumberJson<T, NumberIntegerFunctions<T>> {
  using LeafFunctions<T>::at;
  static constexpr auto low = std::numeric_limits<T>::min();
  static constexpr auto high = std::numeric_limits<T>::max();
  static Validator validator() { return v::number(); }
  static bool appendKey(const void* field, KeyWriter& out) {
    out.appendNumber(static_cast<double>(at(field)));
    return true;
  }
  static Value toValue(const void* field) { return Value(static_cast<double>(at(field))); }
  static bool fromValue(void* field, Value& value, Strictness, ValidationFailure& failure) {
    if (!isWholeNumberIn(value, static_cast<double>(low), static_cast<double>(high))) {
      return failWith(failure, wholeNumberFromTo(low, high), value);
    }
    *static_cast<T*>(field) = static_cast<T>(*value.get<double>());
    return true;
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
    if (content == nullptr) return failWith(failure, "a bigint", value);
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
using IntegerFunctions = std::conditional_t<(sizeof(T) <= 4), NumberIntegerFunctions<T>, BigIntegerFunctions<T>>;

struct SafeIntegerFunctions : LeafFunctions<SafeInteger>, SafeIntegerJson<SafeIntegerFunctions> {
  static Validator validator() { return v::number(); }
  static std::string expected() { return wholeNumberFromTo(-SafeInteger::max, SafeInteger::max); }
  static bool appendKey(const void* field, KeyWriter& out) {
    out.appendNumber(static_cast<double>(static_cast<std::int64_t>(at(field))));
    return true;
  }
  static Value toValue(const void* field) { return Value(static_cast<double>(static_cast<std::int64_t>(at(field)))); }
  static bool fromValue(void* field, Value& value, Strictness, ValidationFailure& failure) {
    const auto limit = static_cast<double>(SafeInteger::max);
    if (!isWholeNumberIn(value, -limit, limit)) return failWith(failure, expected(), value);
    *static_cast<SafeInteger*>(field) = SafeInteger(static_cast<std::int64_t>(*value.get<double>()));
    return true;
  }
  static bool check(const void* field, Strictness, ValidationFailure& failure) {
    return at(field).isStorable() ||
           failWith(failure, expected(), std::to_string(static_cast<std::int64_t>(at(field))));
  }
};

struct BigIntFunctions : LeafFunctions<BigInt>, NoJson {
  static Validator validator() { return v::bigint(); }
  static bool appendKey(const void* field, KeyWriter& out) {
    out.appendBigInt(at(field));
    return true;
  }
  static Value toValue(const void* field) { return Value(at(field)); }
  static bool fromValue(void* field, Value& value, Strictness, ValidationFailure& failure) {
    auto* content = value.get<BigInt>();
    if (content == nullptr) return failWith(failure, "a bigint", value);
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
    if (content == nullptr) return failWith(failure, "bytes", value);
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
    if (content == nullptr) return failWith(failure, "bytes", value);
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
    return value.isNull() || failWith(failure, "null", value);
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
  /// Counts the levels of the value with those of the row around it.
  static bool check(const void* field, Strictness, ValidationFailure& failure) {
    Normalizer normalizer(Strictness::full, levelsCount);
    const bool isFine = normalizer.applyStorable(at(field));
    if (!isFine) failure = std::move(normalizer.failure());
    return isFine;
  }
};

}  // namespace

const FieldOps CommonOps<std::string>::ops = opsOf<StringFunctions>;
const FieldOps CommonOps<bool>::ops = opsOf<BoolFunctions>;
const FieldOps CommonOps<double>::ops = opsOf<FloatingFunctions<double>>;
const FieldOps CommonOps<float>::ops = opsOf<FloatingFunctions<float>>;
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
const FieldOps CommonOps<SafeInteger>::ops = opsOf<SafeIntegerFunctions>;
const FieldOps CommonOps<BigInt>::ops = opsOf<BigIntFunctions>;
const FieldOps CommonOps<Bytes>::ops = opsOf<BytesFunctions>;
const FieldOps CommonOps<std::vector<std::byte>>::ops = opsOf<ByteVectorFunctions<std::byte>>;
const FieldOps CommonOps<std::vector<std::uint8_t>>::ops = opsOf<ByteVectorFunctions<std::uint8_t>>;
const FieldOps CommonOps<Null>::ops = opsOf<NullFunctions>;
const FieldOps CommonOps<Value>::ops = opsOf<AnyFunctions>;

}  // namespace hyperdb::detail
