#include "base/number_text.hpp"

#include <cfloat>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <version>

#if !defined(__EMSCRIPTEN__)
#include <locale.h>
#if defined(__APPLE__)
#include <xlocale.h>
#endif
#endif

namespace hyperdb::detail {

namespace {

constexpr double powersOfTen[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                  1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
constexpr int decimalDigitsMax = 15;  // decimals of this many digits are different doubles

/// Reads `d[.ddd]e[+-]x`, with any decimal point, as `printf` and `to_chars` write it.
Decimal decimalOf(std::string_view text) {
  const std::size_t exponentAt = text.find('e');
  Decimal result;
  for (const char each : text.substr(0, exponentAt)) {
    if (each >= '0' && each <= '9') result.digits += each;
  }
  result.pointPosition = 1 + std::atoi(std::string(text.substr(exponentAt + 1)).c_str());
  while (result.digits.size() > 1 && result.digits.back() == '0') result.digits.pop_back();
  return result;
}

/// Reads correctly rounded, whatever decimal point the program's locale has.
double readWithPoint(const char* text) {
#if defined(__EMSCRIPTEN__)  // its C library knows no other decimal point
  return std::strtod(text, nullptr);
#else
  static const locale_t plain = newlocale(LC_ALL_MASK, "C", nullptr);
  if (plain == nullptr) throw std::bad_alloc();
  return strtod_l(text, nullptr, plain);
#endif
}

/// Returns whether the decimal reads back as this double.
bool readsBack(const Decimal& decimal, double magnitude) {
  const std::string text = "." + decimal.digits + "e" + std::to_string(decimal.pointPosition);
  return readWithPoint(text.c_str()) == magnitude;
}

/// Adds `step`, 1 or -1, to the last of `digitsCount` digits. Returns false where that would change their number.
bool moveLastDigit(Decimal& decimal, std::size_t digitsCount, int step) {
  decimal.digits.resize(digitsCount, '0');
  for (std::size_t i = digitsCount; i > 0; --i) {
    char& digit = decimal.digits[i - 1];
    digit = static_cast<char>(digit + step);
    if (digit >= '0' && digit <= '9') break;
    digit = step > 0 ? '0' : '9';
    if (i == 1) return false;
  }
  while (decimal.digits.size() > 1 && decimal.digits.back() == '0') decimal.digits.pop_back();
  return decimal.digits.front() != '0';
}

#if defined(__cpp_lib_to_chars)
Decimal shortestDecimal(double magnitude) {
  char buffer[64];
  const auto written = std::to_chars(buffer, buffer + sizeof buffer, magnitude, std::chars_format::scientific);
  return decimalOf({buffer, static_cast<std::size_t>(written.ptr - buffer)});
}
#else
Decimal shortestDecimal(double magnitude) { return shortestDecimalByTrial(magnitude); }
#endif

/// Finds the number as a decimal of up to 15 digits, if one reads back to it. There is no other one then, so it is
/// the shortest. Returns false if this method can't tell.
bool shortDecimal(double magnitude, Decimal& result) {
  if (!(magnitude >= 1e-6 && magnitude < 1e15)) return false;
  int pointPosition = -5;
  for (double bound = 1e-5; pointPosition <= 0 && magnitude >= bound; bound *= 10) ++pointPosition;
  while (pointPosition > 0 && magnitude >= powersOfTen[pointPosition]) ++pointPosition;
  int decimalsCount = decimalDigitsMax - pointPosition;
  const double scaled = magnitude * powersOfTen[decimalsCount] + 0.5;
  if (scaled >= powersOfTen[decimalDigitsMax]) return false;
  auto digits = static_cast<std::uint64_t>(scaled);
  if (decimalToDouble(digits, static_cast<std::size_t>(decimalsCount)) != magnitude) return false;
  for (; digits % 10 == 0; digits /= 10) --decimalsCount;
  char buffer[24];
  const auto written = std::to_chars(buffer, buffer + sizeof buffer, digits);
  result.digits.assign(buffer, written.ptr);
  result.pointPosition = static_cast<int>(result.digits.size()) - decimalsCount;
  return true;
}

/// Appends the number as Number::toString of ECMAScript for radix 10.
void appendDecimal(std::string& out, const Decimal& decimal) {
  const std::string& digits = decimal.digits;
  int digitsCount = static_cast<int>(digits.size());
  int point = decimal.pointPosition;
  if (point > 0 && point <= 21) {
    if (digitsCount <= point) {
      out += digits;
      out.append(static_cast<std::size_t>(point - digitsCount), '0');
    } else {
      out.append(digits, 0, static_cast<std::size_t>(point));
      out += '.';
      out.append(digits, static_cast<std::size_t>(point), std::string::npos);
    }
  } else if (point > -6 && point <= 0) {
    out += "0.";
    out.append(static_cast<std::size_t>(-point), '0');
    out += digits;
  } else {
    out += digits.front();
    if (digitsCount > 1) {
      out += '.';
      out.append(digits, 1, std::string::npos);
    }
    int exponent = point - 1;
    out += exponent < 0 ? "e-" : "e+";
    out += std::to_string(exponent < 0 ? -exponent : exponent);
  }
}

/// Returns whether a number that no double can hold is too large (and not too small): its first non-zero digit is
/// before the point.
bool isTooLarge(std::string_view text) {
  std::int64_t position = 0;  // of the first significant digit: 1 is just before the point, 0 just after it
  bool seenPoint = false;
  bool seenDigit = false;
  std::size_t i = 0;
  for (; i < text.size() && text[i] != 'e' && text[i] != 'E'; ++i) {
    if (text[i] == '.') {
      seenPoint = true;
    } else if (text[i] >= '0' && text[i] <= '9') {
      if (text[i] != '0') seenDigit = true;
      if (seenDigit && !seenPoint) ++position;
      if (!seenDigit && seenPoint) --position;
    }
  }
  bool isNegativeExponent = i + 1 < text.size() && text[i + 1] == '-';
  std::int64_t exponent = 0;
  for (++i; i < text.size(); ++i) {
    if (text[i] >= '0' && text[i] <= '9' && exponent < INT64_MAX / 100) exponent = exponent * 10 + (text[i] - '0');
  }
  return position + (isNegativeExponent ? -exponent : exponent) > 0;
}

}  // namespace

Decimal shortestDecimalByTrial(double magnitude) {
  // Of a normal double the first 15 digits tell every shorter decimal that reads back.
  for (int digitsCount = magnitude >= DBL_MIN ? decimalDigitsMax : 1;; ++digitsCount) {
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, "%.*e", digitsCount - 1, magnitude);
    const Decimal nearest = decimalOf(buffer);
    if (digitsCount == 17 || readsBack(nearest, magnitude)) return nearest;
    // Beside a power of two the doubles above are twice as far apart: a decimal that is not the nearest may do.
    for (const int step : {1, -1}) {
      Decimal beside = nearest;
      if (moveLastDigit(beside, static_cast<std::size_t>(digitsCount), step) && readsBack(beside, magnitude))
        return beside;
    }
  }
}

void appendNumberText(std::string& out, double value) {
  if (std::isnan(value)) {
    out += "NaN";
    return;
  }
  if (std::signbit(value)) out += '-';
  const double magnitude = std::fabs(value);
  constexpr double exactIntegersEnd = 9007199254740992.0;  // 2^53: below it an integer's digits are the shortest text
  if (magnitude < exactIntegersEnd && std::trunc(magnitude) == magnitude) {
    char buffer[24];
    auto written = std::to_chars(buffer, buffer + sizeof buffer, static_cast<std::int64_t>(magnitude));
    out.append(buffer, written.ptr);
    return;
  }
  if (std::isinf(magnitude)) {
    out += "Infinity";
    return;
  }
  Decimal decimal;
  if (!shortDecimal(magnitude, decimal)) decimal = shortestDecimal(magnitude);
  appendDecimal(out, decimal);
}

double decimalToDouble(std::uint64_t digits, std::size_t decimalsCount) noexcept {
  // Both are doubles exactly, so the quotient is rounded once.
  return static_cast<double>(digits) / powersOfTen[decimalsCount];
}

std::optional<double> parseNumberText(std::string_view text) {
  double value = 0;
#if defined(__cpp_lib_to_chars)
  auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec == std::errc()) return value;
#else
  value = readWithPoint(std::string(text).c_str());
  if (std::isfinite(value)) return value;
#endif
  if (isTooLarge(text)) return std::nullopt;
  return text.front() == '-' ? -0.0 : 0.0;
}

}  // namespace hyperdb::detail
