#include <charconv>
#include <cmath>

#include <hyperdb/error.hpp>
#include <hyperdb/json.hpp>

#include "base/hex.hpp"
#include "base/number_text.hpp"
#include "base/utf8.hpp"
#include "value/json_text.hpp"

namespace hyperdb {

namespace {

void appendEscape(std::string& out, char c) {
  switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\b': out += "\\b"; return;
    case '\f': out += "\\f"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
  }
  out += "\\u00";
  detail::appendHex(out, static_cast<unsigned char>(c));
}

void appendSpecial(std::string& out, std::string_view name, std::string_view content) {
  out += "{\"";
  out += name;
  out += "\":\"";
  out += content;
  out += "\"}";
}

void appendNested(std::string& out, const Value& value, std::size_t level);

/// Throws if JSON must not be nested so deep. REQUIRES: `level` counts this array or object too.
void checkLevel(std::size_t level) {
  if (level <= detail::jsonLevelsMax) return;
  throw Error(ErrorCode::invalidArgument, "a value nested deeper than " + std::to_string(detail::jsonLevelsMax) +
                                              " levels can't be written as JSON");
}

void appendArray(std::string& out, const Array& items, std::size_t level) {
  checkLevel(level);
  out += '[';
  bool first = true;
  for (const Value& item : items) {
    if (!first) out += ',';
    first = false;
    appendNested(out, item, level);
  }
  out += ']';
}

void appendObject(std::string& out, const Object& object, std::size_t level) {
  checkLevel(level);
  out += '{';
  bool first = true;
  for (const Object::Member& member : object) {
    if (!first) out += ',';
    first = false;
    detail::appendJsonString(out, member.name);
    out += ':';
    appendNested(out, member.value, level);
  }
  out += '}';
}

/// `level`: the number of arrays and objects around the value.
void appendNested(std::string& out, const Value& value, std::size_t level) {
  switch (value.kind()) {
    case ValueKind::undefined: out += "{\"$undefined\":true}"; return;
    case ValueKind::null: out += "null"; return;
    case ValueKind::boolean: out += *value.get<bool>() ? "true" : "false"; return;
    case ValueKind::number: detail::appendJsonNumber(out, *value.get<double>()); return;
    case ValueKind::bigint: appendSpecial(out, "$bigint", value.get<BigInt>()->toString()); return;
    case ValueKind::string: detail::appendJsonString(out, *value.get<std::string>()); return;
    case ValueKind::bytes: detail::appendJsonBytes(out, value.get<Bytes>()->data); return;
    case ValueKind::array: appendArray(out, *value.get<Array>(), level + 1); return;
    case ValueKind::object: appendObject(out, *value.get<Object>(), level + 1); return;
  }
}

}  // namespace

namespace detail {

/// Appends a string. A byte that is not UTF-8 (in a string that could not be stored) becomes U+FFFD: the result is
/// always UTF-8.
void appendJsonString(std::string& out, std::string_view text) {
  out += '"';
  while (true) {
    const std::size_t plainCount = plainLength(text);
    out.append(text.data(), plainCount);
    text.remove_prefix(plainCount);
    if (text.empty()) break;
    std::size_t length = utf8SequenceLength(text);
    if (length == 1) {
      appendEscape(out, text.front());
    } else if (length == 0) {
      out += "\xEF\xBF\xBD";
      length = 1;
    } else {
      out.append(text.data(), length);
    }
    text.remove_prefix(length);
  }
  out += '"';
}

void appendJsonNumber(std::string& out, double value) {
  const bool isNegativeZero = value == 0 && std::signbit(value);
  if (std::isfinite(value) && !isNegativeZero) {
    appendNumberText(out, value);
    return;
  }
  std::string text;
  appendNumberText(text, value);
  appendSpecial(out, "$number", text);
}

void appendJsonBigInt(std::string& out, std::int64_t value) {
  char buffer[24];
  const auto written = std::to_chars(buffer, buffer + sizeof buffer, value);
  appendSpecial(out, "$bigint", {buffer, static_cast<std::size_t>(written.ptr - buffer)});
}

void appendJsonBigInt(std::string& out, std::uint64_t value) {
  char buffer[24];
  const auto written = std::to_chars(buffer, buffer + sizeof buffer, value);
  appendSpecial(out, "$bigint", {buffer, static_cast<std::size_t>(written.ptr - buffer)});
}

void appendJsonBytes(std::string& out, std::string_view bytes) {
  out += "{\"$bytes\":\"";
  for (const char c : bytes) appendHex(out, static_cast<unsigned char>(c));
  out += "\"}";
}

void appendJsonObject(std::string& out, const Object& object) { appendObject(out, object, 1); }

}  // namespace detail

void appendJson(std::string& out, const Value& value) { appendNested(out, value, 0); }

std::string toJson(const Value& value) {
  std::string out;
  appendJson(out, value);
  return out;
}

}  // namespace hyperdb
