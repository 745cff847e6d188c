// FieldOps: the operations on one field, and the rules for which C++ types can be fields and columns.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <hyperdb/detail/failure.hpp>
#include <hyperdb/detail/reflect.hpp>
#include <hyperdb/engine/key.hpp>
#include <hyperdb/nullable.hpp>
#include <hyperdb/safe_integer.hpp>
#include <hyperdb/validator.hpp>
#include <hyperdb/value.hpp>

namespace hyperdb {

template <class T>
struct Codec;  // see codec.hpp

namespace detail {

class JsonScanner;

/// The engine's operations on one field of an unknown C++ type. Pointers are to that type.
struct FieldOps {
  /// Returns the validator of the stored values. Called when a table is defined.
  Validator (*validator)();
  /// Appends the field's column. Returns false, with nothing appended, when the field is absent or can't be a column.
  bool (*appendKey)(const void* field, KeyWriter& out);
  /// Returns the stored value; undefined when the field is absent.
  Value (*toValue)(const void* field);
  /// Moves the value into the field (undefined: the member was missing). On failure fills `failure` and returns
  /// false; the field and the value are then unspecified.
  bool (*fromValue)(void* field, Value& value, Strictness strictness, ValidationFailure& failure);
  /// Compares content as storage does: a NaN equals itself, -0 is not 0.
  bool (*equal)(const void* a, const void* b) noexcept;
  /// Returns whether the field can be stored; fills `failure` if not.
  bool (*check)(const void* field, Strictness strictness, ValidationFailure& failure);
  /// Appends the result of `toValue` as JSON text. Returns false, with nothing appended, when the field is absent.
  /// Null: the caller goes through `toValue`.
  bool (*appendJson)(const void* field, std::string& out);
  /// Reads the next value of a JSON text as `fromValue` would. Returns false when it does not fit, or when only a
  /// reader of the whole row can tell: the field and the text's position are then unspecified, and the caller reports
  /// the failure of `fromValue`. Null: the caller goes through `fromValue`. Throws Error(invalidJson) as parseJson
  /// would.
  bool (*fromJson)(void* field, JsonScanner& in, Strictness strictness, ValidationFailure& failure);
};

/// The base of operations without their own conversion to and from JSON text.
struct NoJson {
  static constexpr bool (*appendJson)(const void*, std::string&) = nullptr;
  static constexpr bool (*fromJson)(void*, JsonScanner&, Strictness, ValidationFailure&) = nullptr;
};

// Convert a field to and from JSON text, by its own functions or through a Value (field_json.cpp).
bool fieldAppendJson(const FieldOps& ops, const void* field, std::string& out);
bool fieldFromJson(const FieldOps& ops, void* field, JsonScanner& in, Strictness strictness,
                   ValidationFailure& failure);

/// Returns whether a record's key can be stored: ASCII, not empty, no leading '$'. Fills `failure` if not.
bool checkRecordKey(std::string_view key, ValidationFailure& failure);

/// One level of nesting while a value is checked or read: bounds the nesting of a row to what can be stored and read
/// back, and to what the stack can hold.
class LevelScope {
 public:
  LevelScope() noexcept;
  LevelScope(const LevelScope&) = delete;
  LevelScope& operator=(const LevelScope&) = delete;
  ~LevelScope();
  /// Returns whether this level is one too many. Fills `failure` if so.
  bool isTooDeep(ValidationFailure& failure) const;
};

/// The operations of the common types, compiled once. Defined only for these types.
template <class T>
struct CommonOps;

// clang-format off
template <> struct CommonOps<std::string> { static constexpr bool isColumn = true; static const FieldOps ops; };
template <> struct CommonOps<bool> { static constexpr bool isColumn = true; static const FieldOps ops; };
template <> struct CommonOps<double> { static constexpr bool isColumn = true; static const FieldOps ops; };
template <> struct CommonOps<float> { static constexpr bool isColumn = true; static const FieldOps ops; };
template <> struct CommonOps<signed char> { static constexpr bool isColumn = true; static const FieldOps ops; };
template <> struct CommonOps<unsigned char> { static constexpr bool isColumn = true; static const FieldOps ops; };
template <> struct CommonOps<short> { static constexpr bool isColumn = true; static const FieldOps ops; };
template <> struct CommonOps<unsigned short> { static constexpr bool isColumn = true; static const FieldOps ops; };
template <> struct CommonOps<int> { static constexpr bool isColumn = true; static const FieldOps ops; };
template <> struct CommonOps<unsigned> { static constexpr bool isColumn = true; static const FieldOps ops; };
template <> struct CommonOps<long> { static constexpr bool isColumn = true; static const FieldOps ops; };
template <> struct CommonOps<unsigned long> { static constexpr bool isColumn = true; static const FieldOps ops; };
template <> struct CommonOps<long long> { static constexpr bool isColumn = true; static const FieldOps ops; };
template <> struct CommonOps<unsigned long long> { static constexpr bool isColumn = true; static const FieldOps ops; };
template <> struct CommonOps<SafeInteger> { static constexpr bool isColumn = true; static const FieldOps ops; };
template <> struct CommonOps<BigInt> { static constexpr bool isColumn = true; static const FieldOps ops; };
template <> struct CommonOps<Bytes> { static constexpr bool isColumn = true; static const FieldOps ops; };
template <> struct CommonOps<std::vector<std::byte>> {
  static constexpr bool isColumn = true; static const FieldOps ops;
};
template <> struct CommonOps<std::vector<std::uint8_t>> {
  static constexpr bool isColumn = true; static const FieldOps ops;
};
template <> struct CommonOps<Null> { static constexpr bool isColumn = true; static const FieldOps ops; };
template <> struct CommonOps<Value> { static constexpr bool isColumn = false; static const FieldOps ops; };
// clang-format on

template <class T>
concept CommonType = requires { CommonOps<T>::isColumn; };
template <class T>
concept UserCodec = requires { typename Codec<T>::Stored; };

/// The shape of a field's C++ type, and its inner type.
enum class Shape : unsigned char { leaf, optional, nullable, vector, map, variant };
template <class T>
struct ShapeOf {
  static constexpr Shape shape = Shape::leaf;
  using Parts = TypeList<>;
};
template <class T>
struct ShapeOf<std::optional<T>> {
  static constexpr Shape shape = Shape::optional;
  using Parts = TypeList<T>;
};
template <class T>
struct ShapeOf<Nullable<T>> {
  static constexpr Shape shape = Shape::nullable;
  using Parts = TypeList<T>;
};
template <class T, class Allocator>
struct ShapeOf<std::vector<T, Allocator>> {
  static constexpr Shape shape = Shape::vector;
  using Parts = TypeList<T>;
};
template <class T, class Less, class Allocator>
struct ShapeOf<std::map<std::string, T, Less, Allocator>> {
  static constexpr Shape shape = Shape::map;
  using Parts = TypeList<T>;
};
template <class... Ts>
struct ShapeOf<std::variant<Ts...>> {
  static constexpr Shape shape = Shape::variant;
  using Parts = TypeList<Ts...>;
};

/// Whether a T may be stored as null.
template <class T>
inline constexpr bool mayBeNull = std::is_same_v<T, Null> || std::is_same_v<T, Value>;
template <class T>
inline constexpr bool mayBeNull<Nullable<T>> = true;
template <class... Ts>
inline constexpr bool mayBeNull<std::variant<Ts...>> = (mayBeNull<Ts> || ...);
template <UserCodec T>
inline constexpr bool mayBeNull<T> = mayBeNull<typename Codec<T>::Stored>;

template <class T, class... Outer>
constexpr bool isStorable();

template <class... Outer, class... Parts>
constexpr bool arePartsStorable(TypeList<Parts...>) {
  return ((ShapeOf<Parts>::shape != Shape::optional && isStorable<Parts, Outer...>()) && ...);
}
template <class... Outer, class... Fields>
constexpr bool areFieldsStorable(TypeList<Fields...>) {
  return (isStorable<Fields, Outer...>() && ...);
}

/// Whether a field of type T can be stored. `Outer` are the structs it stands in, for recursive types.
template <class T, class... Outer>
constexpr bool isStorable() {
  if constexpr (UserCodec<T>) {
    return isStorable<typename Codec<T>::Stored, Outer...>();
  } else if constexpr (CommonType<T>) {
    return true;
  } else if constexpr (std::is_enum_v<T>) {
    return hasFixedUnderlyingType<T>;
  } else if constexpr (ShapeOf<T>::shape == Shape::nullable) {
    return !mayBeNull<typename T::value_type> && arePartsStorable<Outer...>(typename ShapeOf<T>::Parts{});
  } else if constexpr (ShapeOf<T>::shape != Shape::leaf) {
    return std::is_default_constructible_v<T> && arePartsStorable<Outer...>(typename ShapeOf<T>::Parts{});
  } else if constexpr ((std::is_same_v<T, Outer> || ...)) {
    return true;
  } else if constexpr (IsReflected<T>::value && std::is_default_constructible_v<T>) {
    return areFieldsStorable<T, Outer...>(typename Reflection<T>::Types{});
  } else {
    return false;
  }
}

template <class T>
constexpr bool isColumnType();

template <class... Parts>
constexpr bool areColumnTypes(TypeList<Parts...>) {
  return (isColumnType<Parts>() && ...);
}

/// Whether a field of type T can be a column of an index.
template <class T>
constexpr bool isColumnType() {
  if constexpr (UserCodec<T>) {
    return isColumnType<typename Codec<T>::Stored>();
  } else if constexpr (CommonType<T>) {
    return CommonOps<T>::isColumn;
  } else if constexpr (std::is_enum_v<T>) {
    return true;
  } else if constexpr (ShapeOf<T>::shape == Shape::optional || ShapeOf<T>::shape == Shape::nullable ||
                       ShapeOf<T>::shape == Shape::variant) {
    return areColumnTypes(typename ShapeOf<T>::Parts{});
  } else {
    return false;
  }
}

/// Returns the operations of any storable type. REQUIRES: isStorable<T>().
template <class T>
constexpr const FieldOps* fieldOps();

}  // namespace detail
}  // namespace hyperdb
