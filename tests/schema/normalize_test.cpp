// What the full validator accepts, what it stores, and what it says otherwise.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include <hyperdb/validator.hpp>

#include "support/print_value.hpp"

namespace hyperdb {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// The failure's message, or the normalised value as JSON.
std::string outcome(const Validator& validator, Value value) {
  if (auto failure = validator.normalize(value)) return failure->message();
  return toJson(value);
}

Validator priceList() {
  return v::object({{"items", v::array(v::object({{"price", v::number()}, {"note", v::optional(v::string())}}))}});
}

TEST(Normalize, accepts_each_kind_as_it_is) {
  EXPECT_EQ(outcome(v::string(), std::string("a\0b", 3)), "\"a\\u0000b\"");
  EXPECT_EQ(outcome(v::number(), -0.0), "{\"$number\":\"-0\"}");
  EXPECT_EQ(outcome(v::bigint(), std::int64_t{5}), "{\"$bigint\":\"5\"}");
  EXPECT_EQ(outcome(v::boolean(), false), "false");
  EXPECT_EQ(outcome(v::null(), nullptr), "null");
  EXPECT_EQ(outcome(v::bytes(), Bytes{"\x01"}), "{\"$bytes\":\"01\"}");
}

TEST(Normalize, refuses_other_kinds_and_says_what_it_expected) {
  EXPECT_EQ(outcome(v::string(), 1), "expected a string, got 1");
  EXPECT_EQ(outcome(v::number(), "abc"), "expected a number, got \"abc\"");
  EXPECT_EQ(outcome(v::number(), std::int64_t{1}), "expected a number, got 1n");
  EXPECT_EQ(outcome(v::bigint(), 0), "expected a bigint, got 0");
  EXPECT_EQ(outcome(v::boolean(), 0), "expected a boolean, got 0");
  EXPECT_EQ(outcome(v::null(), false), "expected null, got false");
  EXPECT_EQ(outcome(v::bytes(), "00"), "expected bytes, got \"00\"");
  EXPECT_EQ(outcome(v::array(v::any()), Object{}), "expected an array, got {}");
  EXPECT_EQ(outcome(v::object({}), Array{}), "expected an object, got []");
  EXPECT_EQ(outcome(v::record(v::string(), v::any()), nullptr), "expected a record, got null");
  EXPECT_EQ(outcome(v::string(), Value()), "expected a string, got nothing");
}

TEST(Normalize, refuses_numbers_that_are_not_finite_and_text_that_is_not_utf8) {
  EXPECT_EQ(outcome(v::number(), std::nan("")), "expected a finite number, got NaN");
  EXPECT_EQ(outcome(v::number(), -infinity), "expected a finite number, got -Infinity");
  EXPECT_EQ(outcome(v::string(), "a\xFF"), "expected well-formed UTF-8, got \"a\\xff\"");
}

TEST(Normalize, names_the_path_of_the_value) {
  Value value = Object{{"items", Array{Object{{"price", 1}}, Object{{"price", 2}}, Object{{"price", "abc"}}}}};
  EXPECT_EQ(outcome(priceList(), value), "items[2].price: expected a number, got \"abc\"");
  Validator odd = v::object({{"a b", v::array(v::array(v::number()))}});
  EXPECT_EQ(outcome(odd, Object{{"a b", Array{Value(Array{true})}}}), "[\"a b\"][0][0]: expected a number, got true");
  Validator record = v::record(v::string(), v::object({{"x", v::number()}}));
  EXPECT_EQ(outcome(record, Object{{"k", Object{{"x", "1"}}}}), "k.x: expected a number, got \"1\"");
}

TEST(Normalize, takes_an_undefined_optional_field_away) {
  Value value = Object{{"items", Array{Object{{"price", 1}, {"note", Value()}}, Object{{"price", 1}, {"note", "n"}}}}};
  EXPECT_EQ(outcome(priceList(), value), R"({"items":[{"price":1},{"note":"n","price":1}]})");
  EXPECT_EQ(outcome(v::object({{"a", v::optional(v::string())}}), Object{{"a", nullptr}}),
            "a: expected a string, got null");
}

TEST(Normalize, refuses_missing_and_undefined_required_fields_and_unknown_ones) {
  EXPECT_EQ(outcome(priceList(), Object{}), "items: expected an array, got nothing");
  EXPECT_EQ(outcome(priceList(), Object{{"items", Value()}}), "items: expected an array, got nothing");
  EXPECT_EQ(outcome(priceList(), Object{{"items", Array{}}, {"z", 1}}), "z: expected no member of this name, got 1");
  EXPECT_EQ(outcome(priceList(), Object{{"items", Array{}}, {"z", Value()}}),
            "z: expected no member of this name, got undefined");
}

TEST(Normalize, refuses_undefined_inside_arrays_and_records_even_where_optional) {
  EXPECT_EQ(outcome(v::array(v::optional(v::number())), Array{1, Value()}),
            "[1]: expected a number or nothing, got nothing");
  EXPECT_EQ(outcome(v::record(v::string(), v::optional(v::number())), Object{{"x", Value()}}),
            "x: expected a number or nothing, got nothing");
}

TEST(Normalize, wants_record_keys_that_are_ascii_and_fit_the_key_validator) {
  Validator record = v::record(v::string(), v::number());
  EXPECT_EQ(outcome(record, Object{{"1", 3}, {"a b", 1}, {"_", 4}}), R"({"1":3,"_":4,"a b":1})");
  EXPECT_EQ(outcome(record, Object{{"", 1}}),
            "expected a key that is UTF-8, not empty and does not start with '$', got the key \"\"");
  EXPECT_NE(outcome(record, Object{{"$a", 1}}).find("got the key \"$a\""), std::string::npos);
  EXPECT_EQ(outcome(record, Object{{"caf\xC3\xA9", 1}}),
            "expected a key of ASCII characters, got the key \"caf\xC3\xA9\"");
  Validator limited = v::record(v::union_(v::literal("x"), v::literal("y")), v::number());
  EXPECT_EQ(outcome(limited, Object{{"y", 1}}), R"({"y":1})");
  EXPECT_EQ(outcome(limited, Object{{"z", 1}}), "expected a key that is one of \"x\", \"y\", got the key \"z\"");
}

TEST(Normalize, takes_a_literal_exactly) {
  EXPECT_TRUE(v::literal("a").accepts("a"));
  EXPECT_TRUE(v::literal(0).accepts(-0.0)) << "they are the same number";
  EXPECT_TRUE(v::literal(std::int64_t{5}).accepts(std::int64_t{5}));
  EXPECT_FALSE(v::literal(std::int64_t{5}).accepts(5));
  EXPECT_FALSE(v::literal(1).accepts(true));
  EXPECT_FALSE(v::literal("a").accepts(Bytes{"a"}));
  EXPECT_EQ(outcome(v::literal("a"), "A"), "expected \"a\", got \"A\"");
}

TEST(Normalize, takes_any_storable_value_untouched_for_any_and_pass) {
  for (const Validator& validator : {v::any(), v::pass()}) {
    Value value = Object{{"key with space", Array{1, "a", nullptr, Array{std::int64_t{2}}}}, {"\xD0\xBA", Bytes{}}};
    Value copy = value;
    EXPECT_FALSE(validator.normalize(copy));
    EXPECT_EQ(copy, value);
    EXPECT_EQ(outcome(validator, Value()), "expected a value that can be stored, got nothing");
    EXPECT_EQ(outcome(validator, Object{{"a", infinity}}), "a: expected a finite number, got Infinity");
    EXPECT_EQ(outcome(validator, Array{1, Value()}), "[1]: expected a value that can be stored, got nothing");
    EXPECT_EQ(outcome(validator, Object{{"a", 1}, {"b", Value()}}),
              "b: expected a value that can be stored, got nothing");
    EXPECT_FALSE(validator.accepts(Object{{"$a", 1}}));
    EXPECT_FALSE(validator.accepts(Object{{"", 1}}));
    EXPECT_FALSE(validator.accepts(Object{{"\xFF", 1}}));
    EXPECT_NE(outcome(validator, Object{{"a", Array{Object{{"$b", 1}}}}}).find("a[0]: expected a key"),
              std::string::npos);
  }
}

TEST(Normalize, refuses_what_is_nested_too_deep_to_be_read_back) {
  Value fine = 1;
  for (int i = 0; i < 500; ++i) fine = Array{std::move(fine)};
  EXPECT_TRUE(v::any().accepts(fine));
  EXPECT_EQ(parseJson(toJson(Object{{"row", fine}})), Value(Object{{"row", fine}}));
  Value tooDeep = Array{fine};
  auto failure = v::any().check(tooDeep);
  ASSERT_TRUE(failure);
  EXPECT_NE(failure->message().find("expected at most 500 levels of nesting, got more"), std::string::npos);
}

TEST(Normalize, leaves_the_original_alone_when_it_only_checks) {
  const Value value = Object{{"items", Array{Object{{"price", 1}, {"note", Value()}}}}};
  Value before = value;
  EXPECT_FALSE(priceList().check(value));
  EXPECT_EQ(value, before);
}

}  // namespace
}  // namespace hyperdb
