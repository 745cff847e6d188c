#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>

#include <hyperdb/value.hpp>

#include "support/print_value.hpp"
#include "support/random_value.hpp"
#include "support/thrown.hpp"

namespace hyperdb {
namespace {

TEST(Value, knows_its_kind) {
  EXPECT_EQ(Value().kind(), ValueKind::undefined);
  EXPECT_EQ(Value(nullptr).kind(), ValueKind::null);
  EXPECT_EQ(Value(true).kind(), ValueKind::boolean);
  EXPECT_EQ(Value(1).kind(), ValueKind::number);
  EXPECT_EQ(Value(1.5).kind(), ValueKind::number);
  EXPECT_EQ(Value(std::int64_t{1}).kind(), ValueKind::bigint);
  EXPECT_EQ(Value("x").kind(), ValueKind::string);
  EXPECT_EQ(Value(Bytes{"x"}).kind(), ValueKind::bytes);
  EXPECT_EQ(Value(Array{1, "a"}).kind(), ValueKind::array);
  EXPECT_EQ(Value(Object{{"a", 1}}).kind(), ValueKind::object);
  EXPECT_EQ(valueKindName(ValueKind::bytes), "bytes");
}

TEST(Value, gives_its_content_or_names_the_kind_that_is_there) {
  EXPECT_EQ(Value("x").asString(), "x");
  EXPECT_EQ(Value(2).asNumber(), 2);
  EXPECT_EQ(Value(true).get<double>(), nullptr);
  EXPECT_EQ(test::thrownText([] { (void)Value(nullptr).asNumber(); }), "expected a value of kind number, got null");
  EXPECT_EQ(test::thrown([] { (void)Value(1).asArray(); })->code(), ErrorCode::invalidArgument);
}

TEST(Value, is_equal_only_to_the_same_kind_and_content) {
  double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(Value(nan), Value(nan));
  EXPECT_NE(Value(nan), Value(0));
  EXPECT_NE(Value(0.0), Value(-0.0));
  EXPECT_NE(Value(true), Value(1));
  EXPECT_NE(Value(1), Value(std::int64_t{1}));
  EXPECT_NE(Value("a"), Value(Bytes{"a"}));
  EXPECT_NE(Value(nullptr), Value());
  EXPECT_EQ(Value(Array{1, nan}), Value(Array{1, nan}));
  EXPECT_NE(Value(Array{0.0}), Value(Array{-0.0}));
}

TEST(Object, keeps_its_members_sorted_by_name) {
  Object object{{"b", 1}, {"a", 2}, {"c", 3}, {"a", 4}};
  ASSERT_EQ(object.size(), 3U);
  EXPECT_EQ(object.begin()->name, "a");
  EXPECT_EQ(object.at("a"), Value(4)) << "of two members with one name the last one counts";
  object.set("aa", 5);
  object.set("b", "new");
  object["z"] = true;
  EXPECT_TRUE(object.erase("c"));
  EXPECT_FALSE(object.erase("c"));
  std::string names;
  for (const Object::Member& member : object) names += member.name + " ";
  EXPECT_EQ(names, "a aa b z ");
  EXPECT_EQ(object, (Object{{"z", true}, {"b", "new"}, {"aa", 5}, {"a", 4}}));
  EXPECT_FALSE(object.contains("A"));
  EXPECT_EQ(test::thrownText([&] { (void)object.at("nope"); }), "the object has no member \"nope\"");
}

TEST(Object, agrees_with_a_map_under_random_changes) {
  test::TestRandom random;
  SCOPED_TRACE("seed " + std::to_string(test::testSeed()));
  Object object;
  std::map<std::string, int> model;
  std::vector<Object::Member> all;
  for (int i = test::testRounds(2000); i > 0; --i) {
    std::string name = std::to_string(random.below(40));
    if (random.chance(3)) {
      ASSERT_EQ(object.erase(name), model.erase(name) == 1);
    } else {
      object.set(name, i);
      model[name] = i;
    }
    ASSERT_EQ(object.size(), model.size());
    auto expected = model.begin();
    for (const Object::Member& member : object) {
      ASSERT_EQ(member.name, expected->first);
      ASSERT_EQ(member.value, Value(expected->second));
      ++expected;
    }
    all.push_back(Object::Member{name, i});
  }
  Object bulk = Object::fromMembers(all);
  Object single;
  for (const Object::Member& member : all) single.set(member.name, member.value);
  EXPECT_EQ(bulk, single);
}

TEST(Describe, is_short_and_readable) {
  EXPECT_EQ(describe(Value()), "undefined");
  EXPECT_EQ(describe(Value(-0.0)), "-0");
  EXPECT_EQ(describe(Value(std::int64_t{12})), "12n");
  EXPECT_EQ(describe(Value("a\"\\\n\x01\xFF\xC3\xA9")), "\"a\\\"\\\\\\n\\x01\\xff\xC3\xA9\"");
  EXPECT_EQ(describe(Value(Bytes{std::string("\x00\xFF", 2)})), "bytes(00ff)");
  EXPECT_EQ(describe(Value(Object{{"b", Array{1, nullptr}}, {"a", true}})), "{\"a\": true, \"b\": [1, null]}");
}

TEST(Describe, is_cut_between_characters) {
  EXPECT_EQ(describe(Value(std::string(1000, 'x')), 5), "\"xxxx...");
  EXPECT_EQ(describe(Value("\xC3\xA9\xC3\xA9\xC3\xA9"), 4), "\"\xC3\xA9...");
  test::TestRandom random;
  SCOPED_TRACE("seed " + std::to_string(test::testSeed()));
  for (int i = test::testRounds(500); i > 0; --i) {
    std::string text = describe(test::randomValue(random), random.below(40));
    ASSERT_LE(text.size(), 43U);
    ASSERT_TRUE(isValidUtf8(text)) << text;
  }
}

TEST(Utf8, is_recognised_exactly) {
  EXPECT_TRUE(isValidUtf8(""));
  EXPECT_TRUE(isValidUtf8(std::string("a\0b", 3)));
  EXPECT_TRUE(isValidUtf8("12345678\xC2\x80\xDF\xBF\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80\xEF\xBF\xBF"));
  EXPECT_TRUE(isValidUtf8("\xF0\x90\x80\x80\xF4\x8F\xBF\xBF"));
  for (const char* bad : {"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xED\xBF\xBF",
                          "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xC3", "\xE2\x82",
                          "\xF0\x9F\x98", "\xC3(", "\xFF", "12345678\x80", "1234567\xC3"}) {
    EXPECT_FALSE(isValidUtf8(bad)) << describe(Value(bad));
  }
}

}  // namespace
}  // namespace hyperdb
