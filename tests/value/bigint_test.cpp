#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include <hyperdb/bigint.hpp>

#include "support/random_value.hpp"

namespace hyperdb {
namespace {

using Limits = std::numeric_limits<std::int64_t>;
__extension__ using Int128 = __int128;

std::string textOf(Int128 value) {
  bool negative = value < 0;
  std::string digits;
  do {
    int digit = static_cast<int>(value % 10);
    digits += static_cast<char>('0' + (digit < 0 ? -digit : digit));
    value /= 10;
  } while (value != 0);
  if (negative) digits += '-';
  std::reverse(digits.begin(), digits.end());
  return digits;
}

/// Small enough for products to fit 128 bits, often near the borders of 64 bits.
std::int64_t randomInt64(test::TestRandom& random) {
  if (random.chance(4)) return Limits::max() - static_cast<std::int64_t>(random.below(3));
  if (random.chance(4)) return Limits::min() + static_cast<std::int64_t>(random.below(3));
  return static_cast<std::int64_t>(random.bits()) >> random.below(64);
}

TEST(BigIntText, OfAnyLengthIsReadAsItIsWritten) {
  test::TestRandom random;
  for (const std::size_t length : {1U, 17U, 18U, 19U, 36U, 37U, 54U, 71U, 72U, 73U, 144U, 145U, 1000U, 5000U}) {
    std::string digits;
    for (std::size_t i = 0; i < length; ++i) digits += static_cast<char>('0' + random.below(10));
    digits.front() = '7';
    EXPECT_EQ(BigInt::parse(digits)->toString(), digits);
    EXPECT_EQ(BigInt::parse("-" + digits)->toString(), "-" + digits);
    EXPECT_EQ(BigInt::parse("000" + digits), BigInt::parse(digits));
  }
}

TEST(BigInt, agrees_with_128_bit_integers) {
  test::TestRandom random;
  SCOPED_TRACE("seed " + std::to_string(test::testSeed()));
  for (int i = test::testRounds(5000); i > 0; --i) {
    std::int64_t a = randomInt64(random);
    std::int64_t b = randomInt64(random);
    BigInt x = a;
    BigInt y = b;
    ASSERT_EQ((x + y).toString(), textOf(Int128(a) + b));
    ASSERT_EQ((x - y).toString(), textOf(Int128(a) - b));
    ASSERT_EQ((x * y).toString(), textOf(Int128(a) * b));
    BigInt wide = x * y;
    ASSERT_EQ(wide < x, Int128(a) * b < a);
    ASSERT_EQ(wide == x, Int128(a) * b == a);
    ASSERT_EQ((wide - x * (y - 1)), x);
    ASSERT_EQ(wide.isNegative(), Int128(a) * b < 0);
    ASSERT_EQ(BigInt::parse(wide.toString()), wide);
    ASSERT_EQ(BigInt::fromMagnitude(wide.isNegative(), wide.magnitude()), wide);
  }
}

TEST(BigInt, is_inline_exactly_when_64_bits_hold_it) {
  BigInt largest = Limits::max();
  BigInt smallest = Limits::min();
  EXPECT_EQ(largest.toInt64(), Limits::max());
  EXPECT_EQ(smallest.toInt64(), Limits::min());
  EXPECT_EQ((largest + 1).toInt64(), std::nullopt);
  EXPECT_EQ((smallest - 1).toInt64(), std::nullopt);
  EXPECT_EQ((largest + 1 - 1).toInt64(), Limits::max());
  EXPECT_EQ(BigInt::parse("-9223372036854775808")->toInt64(), Limits::min());
  EXPECT_EQ(BigInt::fromMagnitude(true, std::string("\x00\x80\0\0\0\0\0\0\0", 9)).toInt64(), Limits::min());
}

TEST(BigInt, takes_and_gives_unsigned_integers) {
  constexpr std::uint64_t largest = std::numeric_limits<std::uint64_t>::max();
  EXPECT_EQ(BigInt(largest).toString(), "18446744073709551615");
  EXPECT_EQ(BigInt(largest).toUint64(), largest);
  EXPECT_EQ(BigInt(largest).toInt64(), std::nullopt);
  EXPECT_EQ((BigInt(largest) + 1).toUint64(), std::nullopt);
  EXPECT_EQ(BigInt(-1).toUint64(), std::nullopt);
  EXPECT_EQ(BigInt(7).toUint64(), 7U);
}

TEST(BigInt, reads_decimal_digits_and_nothing_else) {
  EXPECT_EQ(BigInt::parse("0")->toString(), "0");
  EXPECT_EQ(BigInt::parse("-0")->toString(), "0");
  EXPECT_EQ(BigInt::parse("0010")->toString(), "10");
  EXPECT_EQ(BigInt::parse("000000000000000000000000000000000010")->toInt64(), 10);
  std::string digits = "123456789012345678901234567890123456789012345678901234567890";
  EXPECT_EQ(BigInt::parse(digits)->toString(), digits);
  EXPECT_EQ(BigInt::parse("-" + digits)->toString(), "-" + digits);
  for (const char* text : {"", "-", "+1", "1.0", "0x10", " 1", "1 ", "1n", "--1", "1e3"}) {
    EXPECT_EQ(BigInt::parse(text), std::nullopt) << text;
  }
}

TEST(BigInt, gives_its_magnitude_without_leading_zeros) {
  EXPECT_EQ(BigInt().magnitude(), "");
  EXPECT_EQ(BigInt(-256).magnitude(), std::string("\x01\x00", 2));
  EXPECT_EQ(BigInt::parse("18446744073709551616")->magnitude(), std::string("\x01\0\0\0\0\0\0\0\0", 9));
  EXPECT_EQ(BigInt::fromMagnitude(true, ""), BigInt(0));
  EXPECT_FALSE(BigInt::fromMagnitude(true, std::string(20, '\0')).isNegative());
}

TEST(BigInt, orders_large_numbers_around_all_small_ones) {
  BigInt huge = *BigInt::parse("100000000000000000000000000");
  BigInt deep = *BigInt::parse("-100000000000000000000000000");
  EXPECT_LT(deep, BigInt(Limits::min()));
  EXPECT_GT(huge, BigInt(Limits::max()));
  EXPECT_LT(deep, huge);
  EXPECT_LT(deep - 1, deep);
  EXPECT_EQ(huge + deep, BigInt(0));
  BigInt copy = huge;
  EXPECT_EQ(copy, huge);
}

}  // namespace
}  // namespace hyperdb
