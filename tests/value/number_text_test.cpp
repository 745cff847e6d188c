// Doubles as text: the quick ways for short decimals agree with the slow ones.
#include "base/number_text.hpp"

#include <gtest/gtest.h>

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <string>

#include <hyperdb/json.hpp>

#include "support/random_value.hpp"

namespace hyperdb::detail {
namespace {

std::string textOf(double number) {
  std::string text;
  appendNumberText(text, number);
  return text;
}

/// Up to 16 digits with up to 20 of them behind the point.
std::string randomDecimal(test::TestRandom& random) {
  std::string text;
  for (std::size_t i = 1 + random.below(16); i > 0; --i) text += static_cast<char>('0' + random.below(10));
  const std::size_t decimals = random.below(20);
  if (text.size() <= decimals) text.insert(0, decimals + 1 - text.size(), '0');
  text.insert(text.size() - decimals, ".");
  if (text.back() == '.') text += '0';
  while (text[0] == '0' && text[1] != '.') text.erase(0, 1);
  return (random.chance(2) ? "-" : "") + text;
}

TEST(NumberText, ReadsDecimalsToTheNearestDouble) {
  test::TestRandom random;
  SCOPED_TRACE("seed " + std::to_string(test::testSeed()));
  for (int i = test::testRounds(50000); i > 0; --i) {
    const std::string text = randomDecimal(random);
    ASSERT_EQ(parseJson(text), Value(std::strtod(text.c_str(), nullptr))) << text;
  }
}

#if defined(__cpp_lib_to_chars)
TEST(NumberText, TheShortestDecimalIsFoundByTrialToo) {
  test::TestRandom random;
  SCOPED_TRACE("seed " + std::to_string(test::testSeed()));
  const auto byToChars = [](double number) {
    char buffer[64];
    const auto written = std::to_chars(buffer, buffer + sizeof buffer, number, std::chars_format::scientific);
    const std::string text(buffer, written.ptr);
    const std::size_t exponentAt = text.find('e');
    Decimal decimal{text.substr(0, 1), 1 + std::atoi(text.c_str() + exponentAt + 1)};
    if (exponentAt > 1) decimal.digits += text.substr(2, exponentAt - 2);
    return decimal;
  };
  for (int exponent = -1074; exponent < 1024; ++exponent) {  // beside powers of two it is hardest
    const double power = std::ldexp(1.0, exponent);
    for (const double number : {power, std::nextafter(power, 0.0), std::nextafter(power, HUGE_VAL)}) {
      if (number > 0) {
        ASSERT_EQ(shortestDecimalByTrial(number), byToChars(number)) << number;
      }
    }
  }
  for (int i = test::testRounds(20000); i > 0; --i) {
    const double number = std::fabs(test::randomNumber(random));
    if (number > 0) {
      ASSERT_EQ(shortestDecimalByTrial(number), byToChars(number)) << number;
    }
  }
}
#endif

TEST(NumberText, WritesDecimalsWithoutMoreDigitsThanTheyWereReadFrom) {
  test::TestRandom random;
  SCOPED_TRACE("seed " + std::to_string(test::testSeed()));
  for (int i = test::testRounds(50000); i > 0; --i) {
    const double number = std::strtod(randomDecimal(random).c_str(), nullptr);
    const std::string written = textOf(number);
    ASSERT_EQ(std::strtod(written.c_str(), nullptr), number) << written;
#if defined(__cpp_lib_to_chars)
    char buffer[512];
    const auto shortest = std::to_chars(buffer, buffer + sizeof buffer, number, std::chars_format::scientific);
    const std::string again(buffer, shortest.ptr);
    const auto digitsOf = [](const std::string& text) {
      std::string digits;
      for (const char c : text.substr(0, text.find('e'))) {
        if (c >= '0' && c <= '9' && (c != '0' || !digits.empty())) digits += c;
      }
      while (!digits.empty() && digits.back() == '0') digits.pop_back();
      return digits;
    };
    ASSERT_EQ(digitsOf(written), digitsOf(again)) << written << " " << again;
#endif
  }
}

TEST(NumberText, WritesWhatStandsNearPowersOfTen) {
  for (double power = 1e-7; power < 1e17; power *= 10) {
    for (const double factor : {0.5, 0.9999999999999999, 1.0, 1.0000000000000002, 1.25}) {
      const std::string written = textOf(power * factor);
      EXPECT_EQ(std::strtod(written.c_str(), nullptr), power * factor) << written;
    }
  }
  EXPECT_EQ(textOf(0.000001), "0.000001");
  EXPECT_EQ(textOf(999999999999999.9), "999999999999999.9");
  EXPECT_EQ(textOf(0.5), "0.5");
  EXPECT_EQ(textOf(100.25), "100.25");
}

}  // namespace
}  // namespace hyperdb::detail
