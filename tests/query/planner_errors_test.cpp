// What a query must not ask, and which mistake is named.
#include <hyperdb/engine/query_spec.hpp>

#include <gtest/gtest.h>

#include <limits>

#include "query_fixture.hpp"

namespace hyperdb::test {
namespace {

TEST(PlannerErrors, AnUnknownIndexIsNamedWithItsTable) {
  EXPECT_EQ(TestQuery("byNothing").failure(), "unknown_index things.byNothing");
  EXPECT_EQ(TestQuery("byNothing").where(eq("x", 1)).limit(-1).failure(), "unknown_index things.byNothing");
}

TEST(PlannerErrors, AColumnOutsideTheIndexIsUnknown) {
  EXPECT_EQ(TestQuery("byXYZ").where(eq("w", 1)).failure(), "unknown_column things.byXYZ.w");
  EXPECT_EQ(TestQuery("byXYZ").where(eq("id", "a")).failure(), "unknown_column things.byXYZ.id");
  EXPECT_EQ(TestQuery("byId").where(eq("x", 1)).failure(), "unknown_column things.byId.x");
  EXPECT_EQ(TestQuery("byXYZ").where(anyOf(eq("x", 1), gte("w", 1))).failure(), "unknown_column things.byXYZ.w");
}

TEST(PlannerErrors, AConditionNeedsAValueThatAKeyCanHave) {
  EXPECT_EQ(TestQuery("byYX").where(eq("y", Undefined{})).failure(), "undefined_filter things.byYX.y");
  EXPECT_EQ(TestQuery("byYX").where(anyOf(eq("y", 1), lt("y", Undefined{}))).failure(),
            "undefined_filter things.byYX.y");
  EXPECT_EQ(TestQuery("byId").where(eq("id", Undefined{})).failure(), "undefined_filter things.byId.id");
  EXPECT_EQ(TestQuery("byYX").where(gte("y", std::numeric_limits<double>::quiet_NaN())).failure(),
            "undefined_filter things.byYX.y");
  EXPECT_EQ(TestQuery("byYX").where(eq("y", Array{1})).failure(), "undefined_filter things.byYX.y");
  EXPECT_EQ(TestQuery("byYX").where(eq("y", Object{})).failure(), "undefined_filter things.byYX.y");
}

TEST(PlannerErrors, AColumnNeedsEqualitiesOnAllBeforeIt) {
  const std::string onY = "non_prefix_column things.byXYZ.y", onZ = "non_prefix_column things.byXYZ.z";
  EXPECT_EQ(TestQuery("byXYZ").where(eq("y", 1)).failure(), onY);
  EXPECT_EQ(TestQuery("byXYZ").where(gte("z", false)).failure(), onZ);
  EXPECT_EQ(TestQuery("byXYZ").where(eq("x", 1), eq("z", true)).failure(), onZ);
  EXPECT_EQ(TestQuery("byXYZ").where(gte("x", 1), eq("y", 1)).failure(), onY);
  EXPECT_EQ(TestQuery("byXYZ").where(gte("x", 1), lte("x", 2), eq("y", 1)).failure(), onY);
  EXPECT_EQ(TestQuery("byXYZ").where(gte("x", 1), lt("x", 1), eq("y", 1)).failure(), onY);
  EXPECT_EQ(TestQuery("byXYZ").where(eq("x", 1), gt("y", 0), eq("z", true)).failure(), onZ);
  EXPECT_EQ(TestQuery("byXYZ").where(anyOf(eq("x", 1), eq("y", 1))).failure(), onY);
}

TEST(PlannerErrors, AnEqualityExcludesARangeOnItsColumn) {
  const std::string conflict = "conflicting_conditions things.byYX.y";
  EXPECT_EQ(TestQuery("byYX").where(eq("y", 3), gte("y", 1)).failure(), conflict);
  EXPECT_EQ(TestQuery("byYX").where(lt("y", 5), eq("y", 3)).failure(), conflict);
  EXPECT_EQ(TestQuery("byYX").where(eq("y", 3), lte("y", 3)).failure(), conflict);
}

TEST(PlannerErrors, AColumnHasOneEquality) {
  EXPECT_EQ(TestQuery("byYX").where(eq("y", 3), eq("y", 4)).failure(), "multiple_equality things.byYX.y");
  EXPECT_EQ(TestQuery("byYX").where(eq("y", 3), eq("y", 3)).failure(), "multiple_equality things.byYX.y");
  EXPECT_EQ(TestQuery("byId").where(eq("id", "a"), eq("id", "a")).failure(), "multiple_equality things.byId.id");
}

TEST(PlannerErrors, AHashIndexNeedsAConditionInEveryBranch) {
  EXPECT_EQ(TestQuery("byId").failure(), "no_conditions things.byId");
  EXPECT_EQ(TestQuery("hashX").first().failure(), "no_conditions things.hashX");
  EXPECT_EQ(TestQuery("uniqueY").where(anyOf(Branch{})).failure(), "no_conditions things.uniqueY.y");
  EXPECT_EQ(TestQuery("hashX").where(anyOf(eq("x", 1), Branch{})).failure(), "no_conditions things.hashX.x");
}

TEST(PlannerErrors, AUniqueIndexOfSeveralColumnsNeedsAnEqualityOnEachOfThem) {
  EXPECT_EQ(TestQuery("uniqueZX").failure(), "no_conditions things.uniqueZX");
  EXPECT_EQ(TestQuery("uniqueZX").where(eq("z", 1)).failure(), "no_conditions things.uniqueZX.x");
  EXPECT_EQ(TestQuery("uniqueZX").where(eq("x", 1)).failure(), "no_conditions things.uniqueZX.z");
  EXPECT_EQ(TestQuery("uniqueZX").where(anyOf(allOf(eq("z", 1), eq("x", 1)), allOf(in("z", {1, 2})))).failure(),
            "no_conditions things.uniqueZX.x");
  EXPECT_EQ(TestQuery("uniqueZX").where(eq("z", 1), gt("x", 1)).failure(), "range_on_hash things.uniqueZX.x");
  EXPECT_EQ(TestQuery("uniqueZX").where(gte("z", 1), lt("z", 3), eq("x", 1)).failure(),
            "range_on_hash things.uniqueZX.z");
  EXPECT_EQ(TestQuery("uniqueZX").where(eq("z", 1), eq("x", 1), eq("x", 1)).failure(),
            "multiple_equality things.uniqueZX.x");
  EXPECT_EQ(TestQuery("uniqueZX").where(eq("z", 1), eq("y", 1)).failure(), "unknown_column things.uniqueZX.y");
}

TEST(PlannerErrors, AHashIndexHasNoRanges) {
  const std::string refused = "range_on_hash things.hashX.x";
  for (const Condition& condition : {gt("x", "A"), gte("x", "A"), lt("x", "A"), lte("x", "A")}) {
    EXPECT_EQ(TestQuery("hashX").where(condition).failure(), refused);
  }
  EXPECT_EQ(TestQuery("hashX").where(gte("x", "A"), lte("x", "Z")).failure(), refused);
  EXPECT_EQ(TestQuery("hashX").where(anyOf(eq("x", "A"), gt("x", "B"))).failure(), refused);
  EXPECT_EQ(TestQuery("uniqueY").where(gte("y", 1)).failure(), "range_on_hash things.uniqueY.y");
  EXPECT_EQ(TestQuery("byId").where(gt("id", "u1")).failure(), "range_on_hash things.byId.id");
}

TEST(PlannerErrors, ANegativeLimitIsRefused) {
  EXPECT_EQ(TestQuery("byXYZ").limit(-1).failure(), "invalid_limit things.byXYZ");
  EXPECT_EQ(TestQuery("byXYZ").limit(std::numeric_limits<std::int64_t>::min()).failure(), "invalid_limit things.byXYZ");
  EXPECT_EQ(TestQuery("byXYZ").where(anyOf()).limit(-1).failure(), "invalid_limit things.byXYZ");
}

TEST(PlannerErrors, AnEmptyListOfBranchesIsAnErrorOnRequest) {
  const PlanOptions options{.emptyOrIsError = true};
  EXPECT_EQ(TestQuery("byXYZ").where(anyOf()).failure(options), "no_conditions things.byXYZ");
  EXPECT_EQ(TestQuery("byXYZ").where(anyOf()).failure(), "");
  EXPECT_EQ(TestQuery("byXYZ").where(anyOf(Branch{})).failure(options), "");
}

TEST(PlannerErrors, ALimitOfZeroDoesNotHideAMistake) {
  EXPECT_EQ(TestQuery("byXYZ").where(eq("y", 1)).limit(0).failure(), "non_prefix_column things.byXYZ.y");
}

}  // namespace
}  // namespace hyperdb::test
