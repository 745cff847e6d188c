// BigInt: an immutable integer of any size.
//
// Thread safety: a value; copies of one number may be used by different threads.
#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace hyperdb {

/// An integer without limits. Values that fit 64 bits are stored inline and never allocate; larger ones share
/// an immutable Boost.Multiprecision number, so copies are O(1). The representation is canonical: a number
/// that fits 64 bits is always inline.
class BigInt {
 public:
  BigInt() noexcept = default;
  BigInt(std::int64_t value) noexcept : small_(value) {}  // NOLINT: an integer is a BigInt
  BigInt(int value) noexcept : small_(value) {}           // NOLINT
  BigInt(std::uint64_t value);                            // NOLINT

  /// Parses `[-]digits`. Returns nothing for any other text: that is not an error. O(n^1.6) in the number of digits.
  static std::optional<BigInt> parse(std::string_view text);
  /// Returns the number with this sign and big-endian magnitude (leading zeros allowed).
  static BigInt fromMagnitude(bool negative, std::string_view bigEndianBytes);

  bool isNegative() const noexcept;
  /// Returns the value if it fits, otherwise nothing.
  std::optional<std::int64_t> toInt64() const noexcept;
  std::optional<std::uint64_t> toUint64() const noexcept;
  /// Returns the absolute value as big-endian bytes without leading zeros; empty for zero.
  std::string magnitude() const;
  /// Returns the number in decimal. O(n^2) in the number of digits.
  std::string toString() const;

  friend bool operator==(const BigInt& a, const BigInt& b) noexcept { return compare(a, b) == 0; }
  friend std::strong_ordering operator<=>(const BigInt& a, const BigInt& b) noexcept { return compare(a, b) <=> 0; }
  friend BigInt operator+(const BigInt& a, const BigInt& b);
  friend BigInt operator-(const BigInt& a, const BigInt& b);
  friend BigInt operator*(const BigInt& a, const BigInt& b);

 private:
  struct Large;
  static int compare(const BigInt& a, const BigInt& b) noexcept;

  std::int64_t small_ = 0;
  std::shared_ptr<const Large> large_;  // set only when the value does not fit small_
};

}  // namespace hyperdb
