// Strictness::shape: only what can't be stored is refused.
#include <gtest/gtest.h>

#include <limits>

#include <hyperdb/validator.hpp>

#include "support/print_value.hpp"

namespace hyperdb {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

std::string outcome(const Validator& validator, Value value) {
  if (auto failure = validator.normalize(value, Strictness::shape)) return "refused: " + failure->path;
  return toJson(value);
}

TEST(NormalizeShape, keeps_other_kinds_than_the_declared_ones) {
  Validator row = v::object({{"a", v::number()}, {"b", v::array(v::string())}, {"o", v::object({{"x", v::any()}})}});
  EXPECT_EQ(outcome(row, Object{{"a", "text"}, {"b", Array{1, nullptr}}, {"o", "no object"}}),
            R"({"a":"text","b":[1,null],"o":"no object"})");
  EXPECT_EQ(outcome(row, Object{{"a", Bytes{"\x01"}}, {"b", 7}, {"o", Array{}}}),
            R"({"a":{"$bytes":"01"},"b":7,"o":[]})");
}

TEST(NormalizeShape, checks_that_other_kinds_can_be_stored) {
  Validator row = v::object({{"a", v::number()}});
  EXPECT_EQ(outcome(row, Object{{"a", Array{Value()}}}), "refused: a[0]");
  EXPECT_EQ(outcome(row, Object{{"a", Object{{"b", infinity}}}}), "refused: a.b");
  EXPECT_EQ(outcome(row, Object{{"a", Object{{"$b", 1}}}}), "refused: a");
  EXPECT_EQ(outcome(row, Object{{"a", infinity}}), "refused: a");
  EXPECT_EQ(outcome(row, Object{{"a", "\xFF"}}), "refused: a");
}

TEST(NormalizeShape, drops_unknown_members_also_of_nested_objects) {
  Validator row = v::object({{"a", v::array(v::object({{"x", v::number()}}))}});
  EXPECT_EQ(outcome(row, Object{{"a", Array{Object{{"x", 1}, {"y", 2}, {"$z", 3}}}}, {"b", infinity}}),
            R"({"a":[{"x":1}]})");
}

TEST(NormalizeShape, refuses_missing_required_fields) {
  Validator row = v::object({{"a", v::object({{"x", v::number()}, {"y", v::optional(v::number())}})}});
  EXPECT_EQ(outcome(row, Object{}), "refused: a");
  EXPECT_EQ(outcome(row, Object{{"a", Object{{"y", 1}}}}), "refused: a.x");
  EXPECT_EQ(outcome(row, Object{{"a", Object{{"x", Value()}}}}), "refused: a.x");
  EXPECT_EQ(outcome(row, Object{{"a", Object{{"x", 1}, {"y", Value()}}}}), R"({"a":{"x":1}})");
}

TEST(NormalizeShape, refuses_record_keys_that_cannot_be_stored_and_no_others) {
  Validator record = v::record(v::literal("x"), v::number());
  EXPECT_EQ(outcome(record, Object{{"other", "text"}}), R"({"other":"text"})");
  EXPECT_EQ(outcome(record, Object{{"", 1}}), "refused: ");
  EXPECT_EQ(outcome(record, Object{{"$x", 1}}), "refused: ");
  EXPECT_EQ(outcome(record, Object{{"x", Value()}}), "refused: x");
}

TEST(NormalizeShape, does_not_check_literals_and_unions) {
  Validator state = v::union_(v::literal("a"), v::literal("b"));
  EXPECT_EQ(outcome(state, "zzz"), "\"zzz\"");
  EXPECT_EQ(outcome(state, 4), "4");
  EXPECT_EQ(outcome(state, Value()), "refused: ");
  EXPECT_EQ(outcome(state, Array{Value()}), "refused: [0]");
}

TEST(NormalizeShape, gives_a_union_of_objects_the_fields_of_the_variant_that_is_meant) {
  Validator row = v::union_(v::object({{"type", v::literal("note")}, {"x", v::number()}}),
                            v::object({{"type", v::literal("post")}, {"x", v::number()}, {"y", v::number()}}));
  EXPECT_EQ(outcome(row, Object{{"type", "post"}, {"x", 1}, {"y", 2}, {"extra", 3}}), R"({"type":"post","x":1,"y":2})");
  EXPECT_EQ(outcome(row, Object{{"type", "note"}, {"x", 1}, {"y", 2}}), R"({"type":"note","x":1})");
  EXPECT_EQ(outcome(row, Object{{"type", "note"}, {"x", "text"}}), R"({"type":"note","x":"text"})");
  EXPECT_EQ(outcome(row, Object{{"type", "what"}, {"x", 1}, {"y", 2}}), R"({"type":"what","x":1})");
  EXPECT_EQ(outcome(row, Object{{"type", "post"}, {"x", 1}}), "refused: y");
}

TEST(NormalizeShape, prefers_the_variant_that_also_accepts_in_full) {
  Validator row = v::union_(v::object({{"a", v::number()}}), v::object({{"a", v::string()}, {"b", v::number()}}));
  EXPECT_EQ(outcome(row, Object{{"a", "x"}, {"b", 1}, {"c", 1}}), R"({"a":"x","b":1})");
  EXPECT_EQ(outcome(row, Object{{"a", true}, {"b", 1}, {"c", 1}}), R"({"a":true})");
}

}  // namespace
}  // namespace hyperdb
