// The common field types as JSON text, without a Value in between. Unusual notations (a number in quotes, a bigint
// with white space inside) are left to the operations on a Value.
#pragma once

#include <cstdint>
#include <type_traits>

#include <hyperdb/detail/field_ops.hpp>

#include "value/json_scanner.hpp"
#include "value/json_text.hpp"

namespace hyperdb::detail {

/// Reads the next value, of any kind, and passes it to the field.
template <class Functions>
bool readAsValue(void* field, JsonScanner& in, Strictness strictness, ValidationFailure& failure) {
  Value value = takeJsonValue(in);
  return Functions::fromValue(field, value, strictness, failure);
}

inline bool isNumberNext(JsonScanner& in) noexcept {
  const char next = in.peek();
  return next == '-' || (next >= '0' && next <= '9');
}

/// Reads an object that stands for a value that JSON does not have: `head` is its text up to the colon. Returns
/// false, with part of it read, if it is another one or has escapes.
inline bool takeSpecial(JsonScanner& in, std::string_view head, std::string_view& content) {
  in.peek();
  return in.takeText(head) && in.peek() == '"' && in.takePlainString(content) && in.takeIf('}');
}

struct StringJson {
  static bool appendJson(const void* field, std::string& out) {
    appendJsonString(out, *static_cast<const std::string*>(field));
    return true;
  }
  static bool fromJson(void* field, JsonScanner& in, Strictness, ValidationFailure&) {
    if (in.peek() != '"') return false;
    in.takeString(*static_cast<std::string*>(field));
    return true;
  }
};

struct BoolJson {
  static bool appendJson(const void* field, std::string& out) {
    out += *static_cast<const bool*>(field) ? "true" : "false";
    return true;
  }
  static bool fromJson(void* field, JsonScanner& in, Strictness, ValidationFailure&) {
    in.peek();
    const bool isTrue = in.takeText("true");
    *static_cast<bool*>(field) = isTrue;
    return isTrue || in.takeText("false");
  }
};

struct NullJson {
  static bool appendJson(const void*, std::string& out) {
    out += "null";
    return true;
  }
  static bool fromJson(void*, JsonScanner& in, Strictness, ValidationFailure&) {
    in.peek();
    return in.takeText("null");
  }
};

/// Types that are stored as numbers, if they fit the type.
template <class T, class Functions>
struct NumberJson {
  static bool appendJson(const void* field, std::string& out) {
    appendJsonNumber(out, Functions::toNumber(field));
    return true;
  }
  static bool fromJson(void* field, JsonScanner& in, Strictness strictness, ValidationFailure& failure) {
    if (!isNumberNext(in)) return readAsValue<Functions>(field, in, strictness, failure);
    const double number = in.takeNumber();
    if (!Functions::fits(number)) return false;
    *static_cast<T*>(field) = Functions::fromNumber(number);
    return true;
  }
};

/// 64-bit integers: {"$bigint":"-12"}.
template <class T, class Functions>
struct BigIntegerJson {
  using Wide = std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>;
  static bool appendJson(const void* field, std::string& out) {
    appendJsonBigInt(out, static_cast<Wide>(*static_cast<const T*>(field)));
    return true;
  }
  static bool fromJson(void* field, JsonScanner& in, Strictness strictness, ValidationFailure& failure) {
    const JsonScanner start = in;
    std::string_view text;
    Wide number = 0;
    if (takeSpecial(in, R"({"$bigint":)", text) && parse(text, number)) {
      *static_cast<T*>(field) = static_cast<T>(number);
      return true;
    }
    in = start;
    return readAsValue<Functions>(field, in, strictness, failure);
  }

 private:
  /// Reads up to 18 digits: that many always fit.
  static bool parse(std::string_view text, Wide& number) {
    const bool isNegative = std::is_signed_v<T> && text.substr(0, 1) == "-";
    if (isNegative) text.remove_prefix(1);
    if (text.empty() || text.size() > 18) return false;
    for (const char c : text) {
      if (c < '0' || c > '9') return false;
      number = number * 10 + static_cast<Wide>(c - '0');
    }
    if (isNegative) number = Wide{0} - number;
    return true;
  }
};

/// {"$bytes":"00ff"}
template <class Functions>
struct BytesJson {
  static bool appendJson(const void* field, std::string& out) {
    appendJsonBytes(out, static_cast<const Bytes*>(field)->data);
    return true;
  }
  static bool fromJson(void* field, JsonScanner& in, Strictness strictness, ValidationFailure& failure) {
    const JsonScanner start = in;
    std::string_view text;
    if (takeSpecial(in, R"({"$bytes":)", text) && parseHex(text, static_cast<Bytes*>(field)->data)) return true;
    in = start;
    return readAsValue<Functions>(field, in, strictness, failure);
  }
};

}  // namespace hyperdb::detail
