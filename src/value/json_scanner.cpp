#include "value/json_scanner.hpp"

#include <cassert>
#include <optional>

#include <hyperdb/error.hpp>

#include "base/number_text.hpp"
#include "base/utf8.hpp"
#include "value/json_text.hpp"

namespace hyperdb::detail {

namespace {

bool isDigit(char c) noexcept { return c >= '0' && c <= '9'; }
bool isHighSurrogate(std::uint32_t unit) noexcept { return unit >= 0xD800 && unit <= 0xDBFF; }
bool isLowSurrogate(std::uint32_t unit) noexcept { return unit >= 0xDC00 && unit <= 0xDFFF; }

}  // namespace

void JsonScanner::takeWord(std::string_view word, const char* expected) {
  if (text_.substr(position_, word.size()) != word) failExpecting(expected);
  position_ += word.size();
}

bool JsonScanner::takePlainString(std::string_view& out) noexcept {
  assert(peek() == '"');
  const std::size_t start = position_ + 1;
  const std::size_t end = start + plainLength(text_.substr(start));
  if (end == text_.size() || text_[end] != '"') return false;
  out = text_.substr(start, end - start);
  position_ = end + 1;
  return true;
}

void JsonScanner::takeString(std::string& out) {
  std::string_view plain;
  if (takePlainString(plain)) {
    out.assign(plain);
    return;
  }
  out.clear();
  takeRestOfString(out, position_++);
}

void JsonScanner::takeRestOfString(std::string& out, std::size_t start) {
  while (true) {
    std::size_t runStart = position_;
    while (true) {
      position_ += plainLength(text_.substr(position_));
      if (position_ == text_.size() || static_cast<unsigned char>(text_[position_]) < 0x80) break;
      std::size_t length = utf8SequenceLength(text_.substr(position_));
      if (length == 0) failAt(position_, "the text is not UTF-8");
      position_ += length;
    }
    out += text_.substr(runStart, position_ - runStart);
    if (position_ == text_.size()) failAt(start, "this string has no end");
    char c = text_[position_];
    if (c == '"') break;
    if (c != '\\') failAt(position_, "a control character in a string must be written as an escape");
    ++position_;
    takeEscape(out);
  }
  ++position_;
}

void JsonScanner::takeEscape(std::string& out) {
  char c = position_ < text_.size() ? text_[position_] : '\0';
  std::size_t escapeAt = position_ - 1;
  ++position_;
  switch (c) {
    case '"':
    case '\\':
    case '/': out += c; return;
    case 'b': out += '\b'; return;
    case 'f': out += '\f'; return;
    case 'n': out += '\n'; return;
    case 'r': out += '\r'; return;
    case 't': out += '\t'; return;
    case 'u': break;
    default: failAt(escapeAt, "there is no such escape in JSON");
  }
  std::uint32_t unit = takeHex4();
  if (isLowSurrogate(unit)) failAt(escapeAt, "a low surrogate without a high one before it");
  if (isHighSurrogate(unit)) {
    if (text_.substr(position_, 2) != "\\u") failAt(escapeAt, "a high surrogate without a low one behind it");
    position_ += 2;
    std::uint32_t low = takeHex4();
    if (!isLowSurrogate(low)) failAt(escapeAt, "a high surrogate without a low one behind it");
    unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
  }
  appendUtf8(out, unit);
}

std::uint32_t JsonScanner::takeHex4() {
  std::uint32_t unit = 0;
  for (int i = 0; i < 4; ++i) {
    char c = position_ < text_.size() ? text_[position_] : '\0';
    std::uint32_t digit = 0;
    if (isDigit(c)) {
      digit = static_cast<std::uint32_t>(c - '0');
    } else if ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')) {
      digit = static_cast<std::uint32_t>((c | 0x20) - 'a') + 10;
    } else {
      failExpecting("four hexadecimal digits");
    }
    unit = unit * 16 + digit;
    ++position_;
  }
  return unit;
}

/// Appends the digits to the number in `value`, which overflows silently, and returns their count.
std::size_t JsonScanner::takeDigits(std::uint64_t& value) {
  const std::size_t start = position_;
  while (position_ < text_.size() && isDigit(text_[position_])) {
    value = value * 10 + static_cast<std::uint64_t>(text_[position_] - '0');
    ++position_;
  }
  if (position_ == start) failExpecting("a digit");
  return position_ - start;
}

double JsonScanner::takeNumber() {
  const std::size_t start = position_;
  auto next = [&] { return position_ < text_.size() ? text_[position_] : '\0'; };
  const bool isNegative = next() == '-';
  if (isNegative) ++position_;
  const std::size_t digitsStart = position_;
  std::uint64_t digits = 0;
  std::size_t digitsCount = takeDigits(digits);
  if (text_[digitsStart] == '0' && digitsCount > 1) failAt(digitsStart, "a number must not start with 0");
  std::size_t decimalsCount = 0;
  bool hasExponent = false;
  if (next() == '.') {
    ++position_;
    decimalsCount = takeDigits(digits);
    digitsCount += decimalsCount;
  }
  if (next() == 'e' || next() == 'E') {
    hasExponent = true;
    ++position_;
    if (next() == '+' || next() == '-') ++position_;
    std::uint64_t exponent = 0;
    takeDigits(exponent);
  }
  if (!hasExponent && digitsCount <= 15) {
    const double magnitude = decimalToDouble(digits, decimalsCount);
    return isNegative ? -magnitude : magnitude;
  }
  std::optional<double> value = parseNumberText(text_.substr(start, position_ - start));
  if (!value) failAt(start, "this number is too large for a double");
  return *value;
}

void JsonScanner::enter() {
  if (level_ == jsonLevelsMax) failAt(position_, "nested deeper than " + std::to_string(jsonLevelsMax) + " levels");
  ++level_;
  ++position_;
}

std::string JsonScanner::describeNext() const {
  if (position_ >= text_.size()) return "the end of the text";
  std::string_view rest = text_.substr(position_);
  std::size_t length = utf8SequenceLength(rest);
  auto byte = static_cast<unsigned char>(rest.front());
  if (length == 0) return "a byte that is not UTF-8";
  if (byte < 0x20 || byte == 0x7F) return "a control character";
  return "'" + std::string(rest.substr(0, length)) + "'";
}

void JsonScanner::failExpecting(const std::string& expected) {
  failAt(position_, "expected " + expected + ", got " + describeNext());
}

void JsonScanner::failAt(std::size_t position, const std::string& sentence) const {
  std::size_t line = 1;
  std::size_t column = 1;  // in characters: continuation bytes don't count
  for (char c : text_.substr(0, position)) {
    if (c == '\n') {
      ++line;
      column = 1;
    } else if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) {
      ++column;
    }
  }
  throw Error(ErrorCode::invalidJson,
              "line " + std::to_string(line) + ", column " + std::to_string(column) + ": " + sentence);
}

}  // namespace hyperdb::detail
