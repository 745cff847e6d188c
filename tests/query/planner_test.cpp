// Plans: which ranges a query reads.
#include <hyperdb/engine/query_spec.hpp>

#include <gtest/gtest.h>

#include "query_fixture.hpp"

namespace hyperdb::test {
namespace {

using Ranges = std::vector<KeyRange>;

KeyBytes after(std::initializer_list<Value> columns) { return *prefixSuccessor(keyOf(columns)); }

TEST(Planner, WithoutWhereReadsTheWholeIndex) {
  const ScanPlan plan = TestQuery("byXYZ").plan();
  EXPECT_EQ(plan.ranges, Ranges{KeyRange::all()});
  EXPECT_EQ(plan.limit, ScanPlan::noLimit);
  EXPECT_EQ(plan.index().name, "byXYZ");
  EXPECT_EQ(plan.order, Order::ascending);
}

TEST(Planner, AnEmptyBranchReadsTheWholeIndex) {
  EXPECT_EQ(TestQuery("byXYZ").where(anyOf(Branch{})).ranges(), Ranges{KeyRange::all()});
  EXPECT_EQ(TestQuery("byXYZ").where(anyOf(eq("x", 3), Branch{})).ranges(), Ranges{KeyRange::all()});
}

TEST(Planner, EqualitiesAreAPrefix) {
  EXPECT_EQ(TestQuery("byXYZ").where(eq("x", "p")).ranges(), Ranges{KeyRange::prefix(keyOf({"p"}))});
  EXPECT_EQ(TestQuery("byXYZ").where(eq("x", "p"), eq("y", 2)).ranges(), Ranges{KeyRange::prefix(keyOf({"p", 2}))});
}

TEST(Planner, TheOrderOfConditionsDoesNotMatter) {
  EXPECT_EQ(TestQuery("byXYZ").where(gt("z", 1), eq("y", 2), eq("x", "p")).ranges(),
            TestQuery("byXYZ").where(eq("x", "p"), eq("y", 2), gt("z", 1)).ranges());
}

TEST(Planner, BoundsIncludeOrExcludeEverythingThatStartsWithTheirValue) {
  const KeyBytes p = keyOf({"p"}), behindP = after({"p"});
  const auto rangesOf = [](auto... conditions) {
    return TestQuery("byXYZ").where(eq("x", "p"), std::move(conditions)...).ranges();
  };
  EXPECT_EQ(rangesOf(gte("y", 2)), (Ranges{KeyRange::between(keyOf({"p", 2}), behindP)}));
  EXPECT_EQ(rangesOf(gt("y", 2)), (Ranges{KeyRange::between(after({"p", 2}), behindP)}));
  EXPECT_EQ(rangesOf(lt("y", 2)), (Ranges{KeyRange::between(p, keyOf({"p", 2}))}));
  EXPECT_EQ(rangesOf(lte("y", 2)), (Ranges{KeyRange::between(p, after({"p", 2}))}));
  EXPECT_EQ(rangesOf(gt("y", 2), lte("y", 5)), (Ranges{KeyRange::between(after({"p", 2}), after({"p", 5}))}));
}

TEST(Planner, ARangeOnTheFirstColumnIsOpenAtTheOtherEnd) {
  EXPECT_EQ(TestQuery("byYX").where(gte("y", 2)).ranges(), (Ranges{{keyOf({2}), {}, true}}));
  EXPECT_EQ(TestQuery("byYX").where(lt("y", 2)).ranges(), (Ranges{KeyRange::between({}, keyOf({2}))}));
}

TEST(Planner, BoundsOnOneColumnAreIntersected) {
  const auto rangesOf = [](auto... conditions) { return TestQuery("byYX").where(std::move(conditions)...).ranges(); };
  EXPECT_EQ(rangesOf(gte("y", 4), gte("y", 2)), rangesOf(gte("y", 4)));
  EXPECT_EQ(rangesOf(gte("y", 2), gt("y", 3)), rangesOf(gt("y", 3)));
  EXPECT_EQ(rangesOf(gte("y", 3), gt("y", 3)), rangesOf(gt("y", 3)));
  EXPECT_EQ(rangesOf(lt("y", 3), lte("y", 3), lt("y", 9)), rangesOf(lt("y", 3)));
}

TEST(Planner, LastBoundWinsReplacesAnEarlierBoundOfTheSameOperator) {
  const PlanOptions options{.lastBoundWins = true};
  const auto rangesOf = [&](auto... conditions) {
    return TestQuery("byYX").where(std::move(conditions)...).ranges(options);
  };
  EXPECT_EQ(rangesOf(gte("y", 4), gte("y", 2)), rangesOf(gte("y", 2)));
  EXPECT_EQ(rangesOf(lt("y", 3), lt("y", 9)), rangesOf(lt("y", 9)));
  EXPECT_EQ(rangesOf(gt("y", 3), gte("y", 2)), rangesOf(gt("y", 3))) << "other operators still both hold";
}

TEST(Planner, BoundsThatMeetInOneValueCountAsAnEquality) {
  EXPECT_EQ(TestQuery("byXYZ").where(gte("x", "p"), lte("x", "p"), gt("y", 1)).ranges(),
            TestQuery("byXYZ").where(eq("x", "p"), gt("y", 1)).ranges());
  EXPECT_EQ(TestQuery("byXYZ").where(gte("x", "a"), gte("x", "p"), lte("x", "p"), eq("y", 1)).ranges(),
            TestQuery("byXYZ").where(eq("x", "p"), eq("y", 1)).ranges());
  EXPECT_EQ(TestQuery("hashX").where(gte("x", 1), lte("x", 1)).ranges(), Ranges{KeyRange::prefix(keyOf({1}))});
  EXPECT_EQ(TestQuery("uniqueZX").where(gte("x", 2), eq("z", 1), lte("x", 2)).ranges(),
            Ranges{KeyRange::prefix(keyOf({1, 2}))});
}

TEST(Planner, ConditionsThatExcludeEachOtherReadNothing) {
  EXPECT_EQ(TestQuery("byYX").where(gte("y", 4), lt("y", 2)).ranges(), Ranges{});
  EXPECT_EQ(TestQuery("byYX").where(gt("y", 3), lte("y", 3)).ranges(), Ranges{});
  EXPECT_EQ(TestQuery("byYX").where(gte("y", 3), lt("y", 3)).ranges(), Ranges{});
  EXPECT_EQ(TestQuery("byYX").where(anyOf(allOf(gte("y", 4), lt("y", 2)), eq("y", 1))).ranges(),
            Ranges{KeyRange::prefix(keyOf({1}))});
}

TEST(Planner, BranchesAreSortedAndJoinedWhereTheyMeet) {
  const auto rangesOf = [](Branches branches) { return TestQuery("byYX").where(std::move(branches)).ranges(); };
  EXPECT_EQ(rangesOf(anyOf(eq("y", 9), eq("y", 1), eq("y", 9))),
            (Ranges{KeyRange::prefix(keyOf({1})), KeyRange::prefix(keyOf({9}))}));
  EXPECT_EQ(rangesOf(anyOf(gte("y", 5), lt("y", 5))), Ranges{KeyRange::all()});
  EXPECT_EQ(rangesOf(anyOf(allOf(gte("y", 1), lte("y", 9)), allOf(gt("y", 2), lt("y", 3)))),
            (Ranges{KeyRange::between(keyOf({1}), after({9}))}));
  EXPECT_EQ(rangesOf(anyOf(gt("y", 4), eq("y", 7), eq("y", 1))),
            (Ranges{KeyRange::prefix(keyOf({1})), {after({4}), {}, true}}));
}

TEST(Planner, AnEmptyListOfBranchesReadsNothing) {
  EXPECT_EQ(TestQuery("byXYZ").where(anyOf()).ranges(), Ranges{});
  EXPECT_EQ(TestQuery("byId").where(anyOf(std::vector<Branch>{})).ranges(), Ranges{});
}

TEST(Planner, BooleansAreTheNumbersZeroAndOne) {
  EXPECT_EQ(TestQuery("byYX").where(eq("y", true)).ranges(), TestQuery("byYX").where(eq("y", 1)).ranges());
  EXPECT_EQ(TestQuery("byYX").where(eq("y", -0.0)).ranges(), TestQuery("byYX").where(eq("y", false)).ranges());
}

TEST(Planner, FirstIsALimitOfOneThatReplacesAnotherLimit) {
  EXPECT_EQ(TestQuery("byXYZ").first().plan().limit, 1U);
  const ScanPlan plan = TestQuery("byXYZ").limit(0).first().descending().plan();
  EXPECT_EQ(plan.limit, 1U);
  EXPECT_EQ(plan.ranges, Ranges{KeyRange::all()});
  EXPECT_EQ(plan.order, Order::descending);
}

TEST(Planner, ALimitOfZeroReadsNothing) {
  const ScanPlan plan = TestQuery("byXYZ").limit(0).plan();
  EXPECT_EQ(plan.limit, 0U);
  EXPECT_EQ(plan.ranges, Ranges{});
  EXPECT_EQ(TestQuery("byXYZ").limit(7).plan().limit, 7U);
}

TEST(Planner, TenThousandBranchesAreDisjointAndAscending) {
  std::vector<Branch> branches;
  for (int i = 0; i < 10'000; ++i) branches.push_back(allOf(eq("y", (i * 7919) % 5'000)));
  const Ranges ranges = TestQuery("byYX").where(anyOf(std::move(branches))).ranges();
  ASSERT_EQ(ranges.size(), 5'000U);
  for (std::size_t i = 0; i + 1 < ranges.size(); ++i) ASSERT_LT(ranges[i].upper, ranges[i + 1].lower);
}

}  // namespace
}  // namespace hyperdb::test
