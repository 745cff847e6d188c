// `in`: one of several values, as a typed and as a dynamic condition.
#include <hyperdb/error.hpp>
#include <hyperdb/query.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <optional>
#include <set>

#include "query_fixture.hpp"

namespace intest {
enum class State { todo, done };
struct Task {
  std::string id;
  std::string projectId;
  State state = State::todo;
  std::optional<double> rank;
};
}  // namespace intest

namespace hyperdb::test {
namespace {

using intest::State;
using intest::Task;

constexpr auto byProject = btree<&Task::projectId, &Task::state, &Task::rank>("byProject");
const auto tasks = defineTable<Task>("tasks").index(byProject);

using Texts = std::vector<std::string>;

TEST(In, IsTheSameTypedAndDynamic) {
  const Condition expected = in("projectId", {"p1", "p2"});
  EXPECT_EQ(in<&Task::projectId>({"p1", "p2"}).erased, expected);
  EXPECT_EQ(in<&Task::projectId>(Texts{"p1", "p2"}).erased, expected);
  EXPECT_EQ(in<&Task::projectId>(std::set<std::string>{"p2", "p1"}).erased, expected);
  EXPECT_EQ(in("projectId", Texts{"p1", "p2"}), expected);
  EXPECT_EQ(in<&Task::state>({State::done}).erased, in("state", {"done"}));
  EXPECT_EQ(in<&Task::rank>({1.0, 2.5}).erased, in("rank", Array{1, 2.5}));
  EXPECT_EQ(conditionOpName(expected.op), "in");
}

TEST(In, ReadsARangeForEachValueInOrderAndEachOnce) {
  const auto ranges = TestQuery("byXYZ").where(in("x", {3, "a", 1, "a"})).ranges();
  const std::vector<KeyRange> expected{KeyRange::prefix(keyOf({1})), KeyRange::prefix(keyOf({3})),
                                       KeyRange::prefix(keyOf({"a"}))};
  EXPECT_EQ(ranges, expected);
  EXPECT_TRUE(TestQuery("byXYZ").where(in("x", Array())).ranges().empty());
  EXPECT_EQ(TestQuery("hashX").where(in("x", {2, nullptr})).ranges().size(), 2U);
}

TEST(In, CountsAsAnEqualityForTheColumnsBehindIt) {
  const auto ranges = TestQuery("byXYZ").where(eq("x", 1), in("y", {2, 3}), gte("z", 4)).ranges();
  ASSERT_EQ(ranges.size(), 2U);
  EXPECT_EQ(ranges[0].lower, keyOf({1, 2, 4}));
  EXPECT_EQ(ranges[1].lower, keyOf({1, 3, 4}));
  EXPECT_EQ(TestQuery("byXYZ").where(in("x", {1, 2}), in("y", {3, 4, 5})).ranges().size(), 6U);
  EXPECT_EQ(TestQuery("byXYZ").where(in("x", Array()), in("y", {3, 4})).ranges().size(), 0U);
  EXPECT_EQ(TestQuery("byXYZ").where(anyOf(in("x", {1, 2}), eq("x", 2))).ranges().size(), 2U);
}

TEST(In, IsRefusedWhereAnEqualityWouldBe) {
  EXPECT_EQ(TestQuery("byXYZ").where(in("y", {1})).failure(), "non_prefix_column things.byXYZ.y");
  EXPECT_EQ(TestQuery("byXYZ").where(eq("x", 1), in("x", {1})).failure(), "multiple_equality things.byXYZ.x");
  EXPECT_EQ(TestQuery("byXYZ").where(in("x", {1}), in("x", {1})).failure(), "multiple_equality things.byXYZ.x");
  EXPECT_EQ(TestQuery("byXYZ").where(in("x", {1}), gt("x", 0)).failure(), "conflicting_conditions things.byXYZ.x");
  EXPECT_EQ(TestQuery("byXYZ").where(in("x", {Value(1), Value()})).failure(), "undefined_filter things.byXYZ.x");
  EXPECT_EQ(TestQuery("byXYZ").where(in("x", {Value(std::nan("")), Value(1)})).failure(),
            "undefined_filter things.byXYZ.x");
  EXPECT_EQ(TestQuery("byXYZ").where(in("other", {1})).failure(), "unknown_column things.byXYZ.other");
}

TEST(In, TakesValuesOfAllKinds) {
  const BigInt large = BigInt::parse("-123456789012345678901234567890").value();
  const Array values{nullptr, large, BigInt(7), -2.5, true, "", "a\x01z", Bytes{std::string("\0\x01", 2)}, BigInt(0)};
  const auto ranges = TestQuery("byXYZ").where(in("x", values)).ranges();
  ASSERT_EQ(ranges.size(), values.size());
  for (const Value& value : values) {
    const auto isIt = [&](const KeyRange& range) { return range == KeyRange::prefix(keyOf({value})); };
    EXPECT_TRUE(std::any_of(ranges.begin(), ranges.end(), isIt)) << describe(value);
  }
}

}  // namespace
}  // namespace hyperdb::test
