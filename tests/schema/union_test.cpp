#include <gtest/gtest.h>

#include <hyperdb/validator.hpp>

#include "support/print_value.hpp"
#include "support/thrown.hpp"

namespace hyperdb {
namespace {

std::string outcome(const Validator& validator, Value value) {
  if (auto failure = validator.normalize(value)) return failure->message();
  return toJson(value);
}

Validator shape() {
  return v::union_(v::object({{"type", v::literal("circle")}, {"radius", v::number()}}),
                   v::object({{"type", v::literal("square")}, {"side", v::number()}}));
}

TEST(Union, takes_the_first_alternative_that_accepts) {
  Validator first = v::union_(v::object({{"a", v::optional(v::number())}}), v::object({{"a", v::any()}}));
  EXPECT_EQ(outcome(first, Object{{"a", Value()}}), "{}");
  EXPECT_EQ(outcome(first, Object{{"a", "x"}}), R"({"a":"x"})");
  Validator mixed = v::union_(v::number(), v::string(), v::array(v::number()), v::object({{"a", v::number()}}));
  EXPECT_EQ(outcome(mixed, 1), "1");
  EXPECT_EQ(outcome(mixed, Array{1}), "[1]");
  EXPECT_EQ(outcome(mixed, Object{{"a", 1}}), R"({"a":1})");
}

TEST(Union, says_what_all_alternatives_expect) {
  EXPECT_EQ(outcome(v::union_(v::number(), v::string(), v::null()), true),
            "expected a number, a string or null, got true");
  EXPECT_EQ(outcome(v::union_(v::literal("a"), v::literal("b")), "c"), "expected one of \"a\", \"b\", got \"c\"");
}

TEST(Union, says_what_is_wrong_in_the_only_alternative_that_can_be_meant) {
  Validator mixed = v::union_(v::number(), v::array(v::number()));
  EXPECT_EQ(outcome(mixed, Array{1, "2"}), "[1]: expected a number, got \"2\"");
  EXPECT_EQ(outcome(shape(), Object{{"type", "square"}, {"side", "1"}}), "side: expected a number, got \"1\"");
  EXPECT_EQ(outcome(shape(), Object{{"type", "square"}, {"radius", 1}}), "side: expected a number, got nothing");
}

TEST(Union, says_which_tags_there_are) {
  EXPECT_EQ(outcome(shape(), Object{{"type", "line"}}), "type: expected one of \"circle\", \"square\", got \"line\"");
  EXPECT_EQ(outcome(shape(), Object{{"side", 1}}), "type: expected one of \"circle\", \"square\", got nothing");
}

TEST(Union, with_an_optional_alternative_is_a_required_field_all_the_same) {
  Validator row = v::object({{"v", v::union_(v::optional(v::string()), v::number())}});
  EXPECT_EQ(outcome(row, Object{{"v", "x"}}), R"({"v":"x"})");
  EXPECT_EQ(outcome(row, Object{}), "v: expected a string or nothing or a number, got nothing");
  EXPECT_EQ(outcome(row, Object{{"v", Value()}}), "v: expected a string or nothing or a number, got nothing");
}

TEST(Union, can_be_nested_and_lazy) {
  Validator nested = v::union_(v::union_(v::number(), v::lazy(shape)), v::null());
  EXPECT_EQ(outcome(nested, nullptr), "null");
  EXPECT_EQ(outcome(nested, Object{{"type", "circle"}, {"radius", 1}}), R"({"radius":1,"type":"circle"})");
  EXPECT_FALSE(nested.accepts("x"));
}

Validator expression() {
  static const Validator both = v::union_(
      v::number(), v::object({{"op", v::literal("+")}, {"l", v::lazy(expression)}, {"r", v::lazy(expression)}}),
      v::object({{"op", v::literal("*")}, {"l", v::lazy(expression)}, {"r", v::lazy(expression)}}));
  return both;
}

TEST(Union, of_tagged_objects_takes_no_detours_in_deep_trees) {
  Value tree = 1;
  for (int i = 0; i < 200; ++i) tree = Object{{"op", i % 2 == 0 ? "+" : "*"}, {"l", std::move(tree)}, {"r", i}};
  EXPECT_TRUE(expression().accepts(tree));
  Value bad = "leaf";
  std::string path;
  for (int i = 0; i < 200; ++i) {
    bad = Object{{"op", "+"}, {"l", std::move(bad)}, {"r", 1}};
    path += i == 0 ? "l" : ".l";
  }
  auto failure = expression().check(bad);
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->path, path);
  EXPECT_FALSE(expression().normalize(bad, Strictness::shape));
}

Validator untagged() {
  static const Validator both =
      v::union_(v::object({{"x", v::lazy(untagged)}, {"a", v::optional(v::number())}}),
                v::object({{"x", v::lazy(untagged)}, {"b", v::optional(v::number())}}), v::number());
  return both;
}

TEST(Union, without_tags_gives_up_instead_of_trying_for_ever) {
  Value bad = "leaf";
  for (int i = 0; i < 100; ++i) bad = Object{{"x", std::move(bad)}};
  EXPECT_FALSE(untagged().accepts(bad));
  EXPECT_NE(outcome(untagged(), bad), "");
}

Validator circle() { return v::union_(v::lazy(circle), v::number()); }

TEST(Union, that_contains_itself_is_a_bad_definition) {
  Value value = "x";
  EXPECT_EQ(test::thrown([&] { (void)circle().normalize(value); })->code(), ErrorCode::invalidDefinition);
}

}  // namespace
}  // namespace hyperdb
