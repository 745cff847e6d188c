#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include <hyperdb/json.hpp>

#include "support/print_value.hpp"
#include "support/random_value.hpp"
#include "support/thrown.hpp"

namespace hyperdb {
namespace {

std::string failureOf(std::string_view text) {
  return test::thrownText([&] { (void)parseJson(text); });
}

TEST(ParseJson, reads_every_kind) {
  Value value = parseJson(" { \"b\" : [1, -2.5e1, true, false, null], \"a\":\"x\\u00e9\\ud83d\\ude00\\n\\/\" } ");
  EXPECT_EQ(value, Value(Object{{"a", "x\xC3\xA9\xF0\x9F\x98\x80\n/"}, {"b", Array{1, -25, true, false, nullptr}}}));
  EXPECT_EQ(parseJson("[]"), Value(Array{}));
  EXPECT_EQ(parseJson("{}"), Value(Object{}));
  EXPECT_EQ(parseJson("\"\\u0000\""), Value(std::string(1, '\0')));
}

TEST(ParseJson, reads_what_json_has_no_words_for) {
  EXPECT_EQ(parseJson(R"({"$bigint": "-12"})"), Value(std::int64_t{-12}));
  EXPECT_EQ(parseJson(R"({"$bytes": "00fF"})"), Value(Bytes{std::string("\x00\xFF", 2)}));
  EXPECT_EQ(parseJson(R"([{"$undefined": true}])"), Value(Array{Value()}));
  double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(parseJson(R"({"$number": "Infinity"})"), Value(infinity));
  EXPECT_EQ(parseJson(R"({"$number": "-Infinity"})"), Value(-infinity));
  EXPECT_EQ(parseJson(R"({"$number": "NaN"})"), Value(std::nan("")));
  EXPECT_EQ(parseJson(R"({"$number": "-0"})"), Value(-0.0));
}

TEST(ParseJson, leaves_other_objects_as_they_are) {
  EXPECT_EQ(parseJson(R"({"$a": 1})"), Value(Object{{"$a", 1}}));
  EXPECT_EQ(parseJson(R"({"$bigint": "1", "x": 2})"), Value(Object{{"$bigint", "1"}, {"x", 2}}));
}

TEST(ParseJson, lets_the_last_of_equal_members_count) {
  EXPECT_EQ(parseJson(R"({"a": 1, "b": 2, "a": 3})"), Value(Object{{"a", 3}, {"b", 2}}));
}

TEST(ParseJson, reads_numbers_to_the_nearest_double) {
  EXPECT_EQ(parseJson("9223372036854776000"), Value(9223372036854775808.0));
  EXPECT_EQ(parseJson("9007199254740993"), Value(9007199254740992.0));
  EXPECT_EQ(parseJson("0.1"), Value(0.1));
  EXPECT_EQ(parseJson("5e-324"), Value(5e-324));
  EXPECT_EQ(parseJson("1.7976931348623157e308"), Value(1.7976931348623157e308));
  EXPECT_EQ(parseJson("2.2250738585072011e-308"), Value(2.2250738585072011e-308));
  EXPECT_EQ(parseJson("-0"), Value(-0.0));
  EXPECT_EQ(parseJson("-0.0"), Value(-0.0));
  EXPECT_EQ(parseJson("1E+2"), Value(100));
}

TEST(ParseJson, takes_too_small_numbers_as_zero_and_refuses_too_large_ones) {
  EXPECT_EQ(parseJson("1e-400"), Value(0.0));
  EXPECT_EQ(parseJson("-1e-400"), Value(-0.0));
  EXPECT_EQ(parseJson("0e999999999999"), Value(0.0));
  EXPECT_EQ(parseJson("0." + std::string(500, '0') + "1e100"), Value(0.0));
  EXPECT_EQ(parseJson("0." + std::string(500, '0') + "1e501"), Value(1));
  EXPECT_EQ(failureOf("[1e400]"), "line 1, column 2: this number is too large for a double");
  EXPECT_NE(failureOf("0.01e99999999999999999999").find("too large"), std::string::npos);
  EXPECT_NE(failureOf(std::string(400, '9')).find("too large"), std::string::npos);
}

TEST(ParseJson, says_where_and_what_it_expected) {
  EXPECT_EQ(failureOf(""), "line 1, column 1: expected a value, got the end of the text");
  EXPECT_EQ(failureOf("{\n  \"a\": tru\n}"), "line 2, column 8: expected a value, got 't'");
  EXPECT_EQ(failureOf("[1 2]"), "line 1, column 4: expected ',' or ']', got '2'");
  EXPECT_EQ(failureOf("[1,]"), "line 1, column 4: expected a value, got ']'");
  EXPECT_EQ(failureOf("{\"a\" 1}"), "line 1, column 6: expected ':', got '1'");
  EXPECT_EQ(failureOf("{\"a\": 1"), "line 1, column 8: expected ',' or '}', got the end of the text");
  EXPECT_EQ(failureOf("{a: 1}"), "line 1, column 2: expected a member's name in quotes, got 'a'");
  EXPECT_EQ(failureOf("1 x"), "line 1, column 3: expected the end of the text, got 'x'");
  EXPECT_EQ(failureOf("\"\xC3\xA9\" x"), "line 1, column 5: expected the end of the text, got 'x'");
  EXPECT_EQ(failureOf("[\"abc"), "line 1, column 2: this string has no end");
  EXPECT_EQ(failureOf("01"), "line 1, column 1: a number must not start with 0");
  EXPECT_EQ(failureOf("1."), "line 1, column 3: expected a digit, got the end of the text");
  EXPECT_EQ(failureOf("\"\\x\""), "line 1, column 2: there is no such escape in JSON");
  EXPECT_EQ(failureOf("\"\\u12g4\""), "line 1, column 6: expected four hexadecimal digits, got 'g'");
  EXPECT_EQ(test::thrown([] { (void)parseJson("["); })->code(), ErrorCode::invalidJson);
}

TEST(ParseJson, refuses_text_that_is_not_unicode) {
  EXPECT_EQ(failureOf("\"\xFF\""), "line 1, column 2: the text is not UTF-8");
  EXPECT_EQ(failureOf("\"\xED\xA0\x80\""), "line 1, column 2: the text is not UTF-8");
  EXPECT_EQ(failureOf("\"\\ud800\""), "line 1, column 2: a high surrogate without a low one behind it");
  EXPECT_EQ(failureOf("\"\\ud800\\u0041\""), "line 1, column 2: a high surrogate without a low one behind it");
  EXPECT_EQ(failureOf("\"\\udc00\""), "line 1, column 2: a low surrogate without a high one before it");
  EXPECT_EQ(failureOf("\"a\nb\""), "line 1, column 3: a control character in a string must be written as an escape");
  EXPECT_EQ(failureOf(std::string("1\0", 2)),
            "line 1, column 2: expected the end of the text, got a control character");
  EXPECT_EQ(failureOf("\xEF\xBB\xBF{}"), "line 1, column 1: expected a value, got '\xEF\xBB\xBF'");
}

TEST(ParseJson, refuses_special_objects_that_say_nothing) {
  EXPECT_NE(failureOf(R"({"$bigint": 1})").find("column 1: $bigint must be"), std::string::npos);
  EXPECT_NE(failureOf(R"([{"$bigint": "1.5"}])").find("column 2: $bigint must be"), std::string::npos);
  EXPECT_NE(failureOf(R"({"$bytes": "0"})").find("$bytes must be"), std::string::npos);
  EXPECT_NE(failureOf(R"({"$bytes": "0g"})").find("$bytes must be"), std::string::npos);
  EXPECT_NE(failureOf(R"({"$number": "1"})").find("$number must be"), std::string::npos);
  EXPECT_NE(failureOf(R"({"$undefined": false})").find("$undefined must be"), std::string::npos);
}

TEST(ParseJson, reads_512_levels_and_no_more) {
  std::string fine = std::string(512, '[') + std::string(512, ']');
  EXPECT_EQ(toJson(parseJson(fine)), fine);
  EXPECT_EQ(failureOf(std::string(513, '[')), "line 1, column 513: nested deeper than 512 levels");
  std::string objects;
  for (int i = 0; i < 100000; ++i) objects += "{\"a\":";
  EXPECT_NE(failureOf(objects).find("nested deeper"), std::string::npos);
}

TEST(ParseJson, survives_every_cut_and_every_changed_byte) {
  std::string text = R"({"a":[1,-2.5e-3,"\u00e9\n",{"$bigint":"12"},{"$bytes":"0a"}],"b":{"c":null,"d":true}})";
  int refusedCount = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    EXPECT_NE(failureOf(text.substr(0, i)), "nothing was thrown") << i;
    for (int byte = 0; byte < 256; byte += 7) {
      std::string changed = text;
      changed[i] = static_cast<char>(byte);
      refusedCount += failureOf(changed) != "nothing was thrown";
    }
  }
  EXPECT_GT(refusedCount, 1000);
}

TEST(ToJson, writes_the_shortest_numbers) {
  EXPECT_EQ(toJson(1), "1");
  EXPECT_EQ(toJson(-1.5), "-1.5");
  EXPECT_EQ(toJson(0.1), "0.1");
  EXPECT_EQ(toJson(1e21), "1e+21");
  EXPECT_EQ(toJson(123456789012345680000.0), "123456789012345680000");
  EXPECT_EQ(toJson(9007199254740992.0), "9007199254740992");
  EXPECT_EQ(toJson(5e-324), "5e-324");
  EXPECT_EQ(toJson(1.7976931348623157e308), "1.7976931348623157e+308");
  EXPECT_EQ(toJson(0.000001), "0.000001");
  EXPECT_EQ(toJson(1.5e-7), "1.5e-7");
  EXPECT_EQ(toJson(123456789.125), "123456789.125");
  EXPECT_EQ(toJson(-0.0), R"({"$number":"-0"})");
  EXPECT_EQ(toJson(std::nan("")), R"({"$number":"NaN"})");
}

TEST(ToJson, writes_compactly_with_members_in_order) {
  EXPECT_EQ(toJson(Object{{"b", Array{1, "x", Value()}}, {"a", Object{}}}),
            R"({"a":{},"b":[1,"x",{"$undefined":true}]})");
  EXPECT_EQ(toJson("\"\\/\b\f\n\r\t\x01\x7F\xC3\xA9"), "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\x7F\xC3\xA9\"");
  EXPECT_EQ(toJson("a\xFFz"), "\"a\xEF\xBF\xBDz\"") << "text that could not be stored anyway";
}

TEST(ToJson, gives_text_that_reads_back_to_the_same_value) {
  test::TestRandom random;
  SCOPED_TRACE("seed " + std::to_string(test::testSeed()));
  for (int i = test::testRounds(5000); i > 0; --i) {
    Value value = test::randomValue(random);
    std::string text = toJson(value);
    ASSERT_TRUE(isValidUtf8(text));
    ASSERT_EQ(parseJson(text), value) << text;
    ASSERT_EQ(toJson(parseJson(text)), text);
  }
}

TEST(ToJson, gives_every_double_back) {
  test::TestRandom random;
  SCOPED_TRACE("seed " + std::to_string(test::testSeed()));
  for (int i = test::testRounds(50000); i > 0; --i) {
    double number = test::randomNumber(random);
    ASSERT_EQ(parseJson(toJson(number)), Value(number)) << toJson(number);
  }
}

}  // namespace
}  // namespace hyperdb
