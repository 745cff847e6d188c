// Arithmetic on times and durations that saturates instead of overflowing: options may be as large as their type
// allows. The only place for it.
#pragma once

#include <cstdint>
#include <limits>

namespace hyperdb::detail {

inline constexpr std::int64_t nanosecondsPerMs = 1'000'000;

/// Returns `a + b`, or the largest value. REQUIRES: `b` is not negative.
constexpr std::int64_t saturatingAdd(std::int64_t a, std::int64_t b) noexcept {
  constexpr std::int64_t max = std::numeric_limits<std::int64_t>::max();
  return a > max - b ? max : a + b;
}

/// Returns `a * b`, or the largest value. REQUIRES: neither is negative.
constexpr std::int64_t saturatingMultiply(std::int64_t a, std::int64_t b) noexcept {
  constexpr std::int64_t max = std::numeric_limits<std::int64_t>::max();
  return b != 0 && a > max / b ? max : a * b;
}

/// Returns `value`, or the largest value of a narrower type that a foreign function takes. REQUIRES: not negative.
template <class Narrow>
constexpr Narrow clampedTo(std::int64_t value) noexcept {
  constexpr Narrow max = std::numeric_limits<Narrow>::max();
  return value > static_cast<std::int64_t>(max) ? max : static_cast<Narrow>(value);
}

}  // namespace hyperdb::detail
