// The makers, and what a validator says about itself.
#include <gtest/gtest.h>

#include <cmath>

#include <hyperdb/validator.hpp>

#include "support/print_value.hpp"
#include "support/thrown.hpp"

namespace hyperdb {
namespace {

using test::refusal;

TEST(Validator, refuses_definitions_that_cannot_be) {
  EXPECT_EQ(refusal([] { v::object({{"", v::any()}}); }), "an object field must have a name");
  EXPECT_EQ(refusal([] { v::object({{"$x", v::any()}}); }), "an object field's name must not start with '$': \"$x\"");
  EXPECT_EQ(refusal([] { v::object({{"a", v::any()}, {"a", v::any()}}); }), "the object field \"a\" is declared twice");
  EXPECT_EQ(refusal([] { v::object({{"\xFF", v::any()}}); }), "an object field's name must be UTF-8: \"\\xff\"");
  EXPECT_EQ(refusal([] { v::union_(std::vector<Validator>{}); }), "a union must have at least one alternative");
  EXPECT_EQ(refusal([] { v::literal(Array{}); }), "a literal can't be of kind array");
  EXPECT_EQ(refusal([] { v::literal(Value()); }), "a literal can't be of kind undefined");
  EXPECT_EQ(refusal([] { v::literal(std::nan("")); }), "a literal must be a value that can be stored, got NaN");
  EXPECT_EQ(refusal([] { v::lazy(nullptr); }), "a lazy validator must have a maker");
  EXPECT_EQ(refusal([] { v::partial(v::string()); }), "partial takes an object validator, got a string");
  EXPECT_EQ(refusal([] { v::required(v::object({{"a", v::any()}}), {"b"}); }),
            "required names a field that the object does not have: \"b\"");
}

TEST(Validator, shows_its_parts) {
  Validator object = v::object({{"b", v::string()}, {"a", v::array(v::number())}});
  ASSERT_EQ(object.fields().size(), 2U);
  EXPECT_EQ(object.fields()[0].name, "b") << "in the order of the declaration";
  EXPECT_EQ(object.fields()[1].validator.element()->kind(), ValidatorKind::number);
  EXPECT_EQ(v::union_(v::null(), v::bytes()).alternatives()[1].kind(), ValidatorKind::bytes);
  EXPECT_EQ(*v::literal("x").literalValue(), Value("x"));
  EXPECT_EQ(v::record(v::string(), v::null()).keyValidator()->kind(), ValidatorKind::string);
  EXPECT_EQ(v::lazy(v::number).element()->kind(), ValidatorKind::number);
  EXPECT_EQ(v::string().element(), nullptr);
  EXPECT_EQ(v::string().literalValue(), nullptr);
}

TEST(Validator, describes_itself) {
  EXPECT_EQ(v::optional(v::string()).description(), "a string or nothing");
  EXPECT_EQ(v::union_(v::string(), v::literal(1)).description(), "a string or 1");
  EXPECT_EQ(v::union_(v::literal("a"), v::literal(1), v::literal(nullptr)).description(), "one of \"a\", 1, null");
  EXPECT_EQ(v::lazy(v::bigint).description(), "a bigint");
}

TEST(Partial, makes_every_field_optional_and_required_undoes_it) {
  Validator whole = v::object({{"a", v::string()}, {"b", v::optional(v::number())}});
  Validator patch = v::partial(whole);
  EXPECT_TRUE(patch.accepts(Object{}));
  EXPECT_TRUE(patch.accepts(Object{{"b", 1}}));
  EXPECT_FALSE(patch.accepts(Object{{"a", 1}}));
  EXPECT_FALSE(whole.accepts(Object{})) << "the original is as it was";

  Validator some = v::required(patch, {"b"});
  EXPECT_FALSE(some.accepts(Object{}));
  EXPECT_TRUE(some.accepts(Object{{"b", 1}}));
  Validator all = v::required(patch);
  EXPECT_FALSE(all.accepts(Object{{"b", 1}}));
  EXPECT_TRUE(all.accepts(Object{{"a", "x"}, {"b", 1}}));
  Validator twice = v::required(v::object({{"a", v::optional(v::optional(v::null()))}}));
  EXPECT_FALSE(twice.accepts(Object{}));
}

Validator tree() {
  static const Validator node = v::object({{"name", v::string()}, {"children", v::optional(v::array(v::lazy(tree)))}});
  return node;
}

Validator freshTree() { return v::object({{"name", v::string()}, {"child", v::optional(v::lazy(freshTree))}}); }

TEST(Lazy, describes_recursive_shapes) {
  Value good = Object{{"name", "a"}, {"children", Array{Object{{"name", "b"}, {"children", Array{}}}}}};
  EXPECT_TRUE(tree().accepts(good));
  Value bad = Object{{"name", "a"}, {"children", Array{Object{{"name", "b"}, {"children", Array{1}}}}}};
  EXPECT_EQ(tree().check(bad)->message(), "children[0].children[0]: expected an object, got 1");
  EXPECT_TRUE(freshTree().accepts(Object{{"name", "a"}, {"child", Object{{"name", "b"}}}}));
  EXPECT_FALSE(freshTree().accepts(Object{{"name", "a"}, {"child", Object{{"nope", "b"}}}}));
}

Validator lazyOptional() { return v::optional(v::number()); }
Validator endless() { return v::lazy(endless); }
Validator endlessOptional() { return v::optional(v::lazy(endlessOptional)); }

TEST(Lazy, can_stand_for_an_optional_field) {
  Validator object = v::object({{"a", v::lazy(lazyOptional)}});
  EXPECT_TRUE(v::lazy(lazyOptional).isOptional());
  EXPECT_TRUE(object.accepts(Object{}));
  EXPECT_FALSE(v::required(object).accepts(Object{}));
}

TEST(Lazy, that_leads_nowhere_is_a_bad_definition) {
  EXPECT_EQ(test::thrown([] { (void)endless().accepts(1); })->code(), ErrorCode::invalidDefinition);
  EXPECT_EQ(test::thrown([] { (void)endlessOptional().accepts(1); })->code(), ErrorCode::invalidDefinition);
  EXPECT_TRUE(test::thrown([] { (void)v::union_(v::number(), endlessOptional()).accepts(1); }));
  EXPECT_TRUE(test::thrown([] { v::required(v::object({{"a", endlessOptional()}})); }));
  EXPECT_TRUE(endlessOptional().accepts(Value()));
}

Validator recursiveUnion() { return v::union_(v::number(), v::lazy(recursiveUnion)); }
Validator recursiveWithArray() { return v::union_(v::array(v::null()), v::lazy(recursiveWithArray)); }

TEST(Indexable, are_scalars_and_unions_and_optionals_of_them) {
  for (const Validator& yes :
       {v::string(), v::number(), v::bigint(), v::boolean(), v::null(), v::bytes(), v::literal("x"),
        v::optional(v::optional(v::boolean())), v::union_(v::number(), v::literal("y"), v::optional(v::string())),
        v::lazy(v::string), v::lazy(recursiveUnion)}) {
    EXPECT_TRUE(yes.isIndexable()) << yes.description();
  }
  for (const Validator& no : {v::array(v::string()), v::object({}), v::record(v::string(), v::number()), v::any(),
                              v::pass(), v::union_(v::string(), v::array(v::string())), v::optional(v::object({})),
                              v::lazy(tree), v::lazy(recursiveWithArray)}) {
    EXPECT_FALSE(no.isIndexable()) << no.description();
  }
  EXPECT_FALSE(v::union_(v::optional(v::string()), v::number()).isOptional());
}

}  // namespace
}  // namespace hyperdb
