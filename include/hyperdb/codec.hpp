// Codec: how a C++ type is stored. The library knows the common types; a user adds one by specialising Codec.
#pragma once

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
/// (as the names of their enumerators), Null, Value (anything), std::optional (a field that may be absent),
/// std::vector, std::map<std::string, T>, std::variant (the first alternative that accepts), and structs of all
/// these.
template <class T>
struct Codec;

/// The value of any storable C++ type, as it would be stored; undefined for an empty optional. O(size of the value).
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

}  // namespace hyperdb
