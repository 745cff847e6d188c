// Values that a program has nested deeper than anything that can be stored, and objects that grow at either end.
#include <gtest/gtest.h>

#include <map>

#include <hyperdb/conditions.hpp>
#include <hyperdb/json.hpp>
#include <hyperdb/validator.hpp>
#include <hyperdb/value.hpp>

#include "support/test_random.hpp"
#include "support/thrown.hpp"

namespace hyperdb::test {
namespace {

constexpr int deepLevels = 100'000;  // as calls of a function they would take more than the stack

/// Arrays and objects in turns, with `leaf` inside.
Value nested(int levels, Value leaf = 1) {
  Value value = std::move(leaf);
  for (int i = 0; i < levels; ++i) {
    if (i % 2 == 0) {  // not in braces, which copy
      Array array;
      array.emplace_back("side");
      array.push_back(std::move(value));
      value = Value(std::move(array));
    } else {
      Object object;
      object.set("a", std::move(value));
      object.set("b", i);
      value = Value(std::move(object));
    }
  }
  return value;
}

TEST(DeepValue, CanBeCopiedComparedAndDestroyed) {
  const Value value = nested(deepLevels);
  Value copy = value;
  EXPECT_TRUE(copy == value);
  EXPECT_FALSE(copy == nested(deepLevels, 2));
  EXPECT_FALSE(copy == nested(deepLevels - 1));
  EXPECT_FALSE(copy == nested(deepLevels + 2));
  copy = nested(3);
  EXPECT_EQ(toJson(copy), R"(["side",{"a":["side",1],"b":1}])");
  copy = value;
  EXPECT_TRUE(copy == value);
  copy = Value(*copy.get<Object>()->find("a"));  // from inside
  EXPECT_TRUE(copy == *value.get<Object>()->find("a"));
}

TEST(DeepValue, IsDescribedToSomeDepth) {
  EXPECT_EQ(describe(nested(deepLevels), 30).size(), 33U);
  EXPECT_LT(describe(nested(deepLevels), 1'000'000).size(), 3000U);
}

TEST(DeepValue, IsRefusedAsJsonAsAKeyAndForStorage) {
  const Value value = nested(deepLevels);
  EXPECT_EQ(thrownText([&] { toJson(value); }), "a value nested deeper than 512 levels can't be written as JSON");
  EXPECT_EQ(parseJson(toJson(nested(512))), nested(512));
  EXPECT_TRUE(thrown([] { toJson(nested(513)); }));
  EXPECT_EQ(eq("column", value).state, OperandState::notKeyValue);
  const auto failure = v::any().check(value);
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->expected, "at most 500 levels of nesting");
  EXPECT_FALSE(v::any().check(nested(500)));
  EXPECT_TRUE(v::any().check(nested(501)));
}

TEST(GrowingObject, TakesManyMembersInDescendingOrder) {
  constexpr int count = 100'000;  // which would take minutes if each moved the others
  Object object;
  for (int i = count; i > 0; --i) object.set(std::to_string(1'000'000 + i), i);
  ASSERT_EQ(object.size(), static_cast<std::size_t>(count));
  EXPECT_EQ(object.begin()->name, "1000001");
  EXPECT_EQ(object.at("1099999"), Value(99'999));
}

TEST(GrowingObject, HasWhatAMapHasAfterAnyChanges) {
  TestRandom random;
  for (int round = 0; round < testRounds(50); ++round) {
    Object object;
    std::map<std::string, Value> model;
    for (int i = 0; i < 200; ++i) {
      const std::string name = std::to_string(random.below(100));
      const Value value(i);
      switch (random.below(4)) {
        case 0: EXPECT_EQ(object.erase(name), model.erase(name) == 1); break;
        case 1: object[name] = value, model[name] = value; break;
        default: object.set(name, value), model[name] = value; break;
      }
      if (random.chance(20)) object = Object(object);
      if (random.chance(20)) object = Object(std::move(object));
    }
    ASSERT_EQ(object.size(), model.size());
    auto expected = model.begin();
    for (const Object::Member& member : object) {
      ASSERT_EQ(member.name, expected->first);
      ASSERT_EQ(member.value, expected->second);
      ++expected;
    }
  }
}

TEST(GrowingObject, CanBecomeOneOfItsOwnMembers) {
  Object object{{"inner", Object{{"x", 1}}}, {"other", 2}};
  object = std::move(*object.find("inner")->get<Object>());
  EXPECT_EQ(object, (Object{{"x", 1}}));
}

}  // namespace
}  // namespace hyperdb::test
