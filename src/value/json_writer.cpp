#include <charconv>
#include <cmath>

#include <hyperdb/json.hpp>

#include "value/json_text.hpp"
#include "value/number_text.hpp"
#include "value/utf8.hpp"

namespace hyperdb {

namespace {

constexpr char hexDigits[] = "0123456789abcdef";

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
  auto byte = static_cast<unsigned char>(c);
  out += "\\u00";
  out += hexDigits[byte >> 4];
  out += hexDigits[byte & 0xF];
}

void appendSpecial(std::string& out, std::string_view name, std::string_view content) {
  out += "{\"";
  out += name;
  out += "\":\"";
  out += content;
  out += "\"}";
}

void appendJsonArray(std::string& out, const Array& items) {
  out += '[';
  bool first = true;
  for (const Value& item : items) {
    if (!first) out += ',';
    first = false;
    appendJson(out, item);
  }
  out += ']';
}

}  // namespace

namespace detail {

/// A byte that is not UTF-8 (in a string that could not be stored) becomes U+FFFD: the result is UTF-8 always.
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
  for (char c : bytes) {
    auto byte = static_cast<unsigned char>(c);
    out += hexDigits[byte >> 4];
    out += hexDigits[byte & 0xF];
  }
  out += "\"}";
}

void appendJsonObject(std::string& out, const Object& object) {
  out += '{';
  bool first = true;
  for (const Object::Member& member : object) {
    if (!first) out += ',';
    first = false;
    appendJsonString(out, member.name);
    out += ':';
    appendJson(out, member.value);
  }
  out += '}';
}

}  // namespace detail

void appendJson(std::string& out, const Value& value) {
  switch (value.kind()) {
    case ValueKind::undefined: out += "{\"$undefined\":true}"; return;
    case ValueKind::null: out += "null"; return;
    case ValueKind::boolean: out += *value.get<bool>() ? "true" : "false"; return;
    case ValueKind::number: detail::appendJsonNumber(out, *value.get<double>()); return;
    case ValueKind::bigint: appendSpecial(out, "$bigint", value.get<BigInt>()->toString()); return;
    case ValueKind::string: detail::appendJsonString(out, *value.get<std::string>()); return;
    case ValueKind::bytes: detail::appendJsonBytes(out, value.get<Bytes>()->data); return;
    case ValueKind::array: appendJsonArray(out, *value.get<Array>()); return;
    case ValueKind::object: detail::appendJsonObject(out, *value.get<Object>()); return;
  }
}

std::string toJson(const Value& value) {
  std::string out;
  appendJson(out, value);
  return out;
}

}  // namespace hyperdb
