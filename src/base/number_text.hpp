// Doubles as text, the same on every platform: what `std::to_chars` and `std::from_chars` do where they exist.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hyperdb::detail {

/// |value| = 0.DIGITS * 10^pointPosition
struct Decimal {
  std::string digits;
  int pointPosition = 0;
  friend bool operator==(const Decimal&, const Decimal&) = default;
};

/// Returns the shortest decimal that reads back to the double, and of several the nearest: what `std::to_chars` finds,
/// for standard libraries that lack it. REQUIRES: finite, greater than 0.
Decimal shortestDecimalByTrial(double magnitude);

/// Appends the shortest decimal text that reads back to the same double, written as JavaScript does: `1`, `0.1`,
/// `1e+21`, `5e-324`, `-0`, `NaN`, `Infinity`.
void appendNumberText(std::string& out, double value);

/// Returns the nearest double to a JSON number. Underflow gives (signed) zero; nothing when it is too large for a
/// double. REQUIRES: `text` has the grammar of a JSON number.
std::optional<double> parseNumberText(std::string_view text);

/// Returns the nearest double to digits * 10^-decimalsCount. REQUIRES: digits < 10^15, decimalsCount <= 22.
double decimalToDouble(std::uint64_t digits, std::size_t decimalsCount) noexcept;

}  // namespace hyperdb::detail
