// Codec: how a C++ type is stored. The library knows the common types; a user adds one by specialising Codec.
#pragma once

#include <optional>
#include <utility>

#include <hyperdb/detail/composite_codec.hpp>
#include <hyperdb/detail/field_ops.hpp>
#include <hyperdb/value.hpp>

namespace hyperdb {

/// Specialise it to store a type of your own as another, storable one:
///
///     template <>
///     struct hyperdb::Codec<Date> {
///       using Stored = std::string;
///       static Stored toStored(const Date& date);
///       static Date fromStored(Stored text);  // may throw: the row is then refused, its message says why
///     };
///
/// `toStored` must not fail, and equal values must be stored equally. The type needs a default constructor, copies
/// and ==. What the library stores without help: std::string (UTF-8), bool, double, float, integers (up to 32 bits and
/// SafeInteger as numbers, 64 bits as bigints), BigInt, Bytes and vectors of std::byte or std::uint8_t (bytes), enums
/// (as the names of their enumerators), Null, Nullable<T> (null or a T), Value (anything), std::optional (a field that
/// may be absent), std::vector, std::map<std::string, T>, std::variant (the first alternative that accepts), and
/// structs of all these.
template <class T>
struct Codec;

/// Returns the stored form of a value of any storable C++ type; undefined for an empty optional. O(size of the
/// value).
template <class T>
Value toValue(const T& content) {
  static_assert(detail::isStorable<T>(),
                "hyperdb: this type can't be stored; use a storable type or specialise "
                "hyperdb::Codec for it");
  if constexpr (detail::isStorable<T>()) {
    return detail::fieldOps<T>()->toValue(&content);
  } else {
    return {};
  }
}

namespace detail {

template <class T>
constexpr bool canBeRead() {
  static_assert(isStorable<T>(),
                "hyperdb: this type can't be stored; use a storable type or specialise "
                "hyperdb::Codec for it");
  return isStorable<T>();
}

[[noreturn]] void throwNotAValue(const ValidationFailure& failure);

}  // namespace detail

/// Returns the C++ value of a stored one: the inverse of `toValue`, checked by the whole validator
/// (`validatorOf<T>`). Returns nothing and fills `failure` when the value does not fit. O(size of the value).
template <class T>
std::optional<T> fromValue(Value value, ValidationFailure& failure) {
  std::optional<T> content;
  if constexpr (detail::canBeRead<T>()) {
    content.emplace();
    if (!detail::fieldOps<T>()->fromValue(&*content, value, Strictness::full, failure)) content.reset();
  }
  return content;
}
/// Returns the C++ value; throws Error(invalidArgument), with the path and what was expected, for a value that does
/// not fit.
template <class T>
T fromValue(Value value) {
  ValidationFailure failure;
  std::optional<T> content = fromValue<T>(std::move(value), failure);
  if (!content) detail::throwNotAValue(failure);
  return *std::move(content);
}

/// Returns the validator of the values that a T is stored as: for a struct an `object` of its members. With
/// `v::pick`, `v::omit` and `v::partial` it checks a part of a row, such as the payload of a request:
///
///     const Validator patch = v::partial(v::pick(validatorOf<Task>(), {"title", "rank"}));
///     if (auto failure = patch.check(payload)) return badRequest(failure->message());
template <class T>
Validator validatorOf() {
  if constexpr (detail::canBeRead<T>()) {
    return detail::fieldOps<T>()->validator();
  } else {
    return v::any();
  }
}

}  // namespace hyperdb
