// SafeInteger: a whole number that is stored as a number, not as a bigint. A value; any thread.
#pragma once

#include <cstdint>

namespace hyperdb {

/// A 64-bit integer for fields (times, sizes, counters) that other languages should read as a plain number. Every
/// value up to 2^53 is exact as a double; a row with a larger one is refused (invalidRow). A field of type
/// std::int64_t is stored as a bigint instead.
class SafeInteger {
 public:
  static constexpr std::int64_t max = std::int64_t{1} << 53;

  constexpr SafeInteger(std::int64_t value = 0) noexcept : value_(value) {}  // NOLINT: an integer is one
  constexpr operator std::int64_t() const noexcept { return value_; }        // NOLINT

  constexpr bool isStorable() const noexcept { return value_ >= -max && value_ <= max; }

 private:
  std::int64_t value_;
};

}  // namespace hyperdb
