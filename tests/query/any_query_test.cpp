// Queries whose conditions are added at run time, pages and counts: the descriptions that they make.
#include <hyperdb/error.hpp>
#include <hyperdb/query.hpp>

#include <gtest/gtest.h>

#include "query_fixture.hpp"
#include "support/thrown.hpp"

namespace anyquery {
struct Task {
  std::string id;
  std::string projectId;
  double rank = 0;
  std::optional<std::string> note{};
};
}  // namespace anyquery

namespace hyperdb::test {
namespace {

using anyquery::Task;

constexpr auto byProject = btree<&Task::projectId, &Task::rank>("byProject");
constexpr auto byNote = hash<&Task::note>("byNote");
const auto tasks = defineTable<Task>("tasks").index(byProject).index(byNote);

TEST(AnyQuery, HasTheConditionsThatWereAddedOneByOne) {
  AnyQuery<Task> query = selectFrom(tasks, byProject);
  EXPECT_FALSE(query.spec().branches);
  query = query.where(eq<&Task::projectId>("p1")).limit(3);
  query = query.where(gte<&Task::rank>(1), lt<&Task::rank>(5)).order(desc);
  const Branch expected{eq("projectId", "p1"), gte("rank", 1), lt("rank", 5)};
  EXPECT_EQ(query.spec().branches, std::vector<Branch>{expected});
  EXPECT_EQ(query.spec().limit, 3);
  EXPECT_EQ(planQuery(query.spec()).ranges,
            planQuery(selectFrom(tasks, byProject)
                          .where(eq<&Task::projectId>("p1"), gte<&Task::rank>(1), lt<&Task::rank>(5))
                          .spec())
                .ranges);
}

TEST(AnyQuery, JoinsEachBranchWithEachOfTheOthers) {
  AnyQuery<Task> query = selectFrom(tasks, byProject);
  query = query.where(anyOf(eq<&Task::projectId>("p1"), eq<&Task::projectId>("p2")));
  query = query.where(anyOf(eq<&Task::rank>(1), allOf(gt<&Task::rank>(2), lt<&Task::rank>(3))));
  ASSERT_EQ(query.spec().branches->size(), 4U);
  EXPECT_EQ(query.spec().branches->at(3), (Branch{eq("projectId", "p2"), gt("rank", 2), lt("rank", 3)}));
  EXPECT_TRUE(planQuery(query.where(anyOf()).spec()).ranges.empty());
}

TEST(AnyQuery, TakesDynamicConditionsToo) {
  AnyQuery<Task> query = selectFrom(tasks, "byProject");
  query = query.where(eq("projectId", "p1")).where(allOf(gt("rank", 2)));
  EXPECT_EQ(query.spec().branches, (std::vector<Branch>{{eq("projectId", "p1"), gt("rank", 2)}}));
}

TEST(AnyQuery, IsJudgedWhenItIsPlanned) {
  const AnyQuery<Task> whole = selectFrom(tasks, byProject);
  const auto failure = [](const AnyQuery<Task>& query) { return thrown([&] { planQuery(query.spec()); })->code(); };
  EXPECT_EQ(failure(whole.where(eq<&Task::rank>(1))), ErrorCode::nonPrefixColumn);
  EXPECT_EQ(failure(whole.where(eq<&Task::projectId>("a")).where(eq<&Task::projectId>("b"))),
            ErrorCode::multipleEquality);
  EXPECT_EQ(failure(whole.where(eq<&Task::note>("a"))), ErrorCode::unknownColumn);
  EXPECT_EQ(failure(selectFrom(tasks, byNote)), ErrorCode::noConditions);
  EXPECT_NO_THROW(planQuery(whole.where(eq<&Task::rank>(1)).where(eq<&Task::projectId>("a")).spec()));
}

TEST(After, BeginsBehindTheRowInTheOrderOfTheQuery) {
  const Task task{.id = "t", .projectId = "p1", .rank = 2};
  KeyBytes key = keyOf({"p1", 2});
  KeyWriter(key).appendIdTail("t");
  const auto query = selectFrom(tasks, byProject).where(eq<&Task::projectId>("p1")).after(task);
  const auto ranges = planQuery(query.spec()).ranges;
  ASSERT_EQ(ranges.size(), 1U);
  EXPECT_EQ(ranges[0].lower, key + '\0');
  EXPECT_EQ(ranges[0].upper, KeyRange::prefix(keyOf({"p1"})).upper);
  EXPECT_EQ(planQuery(query.order(desc).spec()).ranges[0], KeyRange::between(keyOf({"p1"}), key));
  const auto before = selectFrom(tasks, byProject).where(eq<&Task::projectId>("p0"));
  EXPECT_TRUE(planQuery(before.after(task).spec()).ranges.empty());
}

TEST(After, IsTheSameForATypedRowAndAnObject) {
  const Task task{.id = "t", .projectId = "p1", .rank = 2, .note = "n"};
  const Object object{{"id", "t"}, {"projectId", "p1"}, {"rank", 2}, {"note", "n"}};
  for (const char* index : {"byProject", "byNote", "byId"}) {
    EXPECT_EQ(selectFrom(tasks, index).after(task).spec().after,
              selectFrom(tasks.dynamic(), index).after(object).spec().after);
  }
}

TEST(After, RefusesARowThatIsNotInTheIndex) {
  const Task task{.id = "t", .projectId = "p1", .rank = 2};
  const auto error = thrown([&] { (void)selectFrom(tasks, byNote).where(eq<&Task::note>("n")).after(task); });
  EXPECT_EQ(error->code(), ErrorCode::invalidArgument);
  EXPECT_EQ(error->place().index, "byNote");
  EXPECT_THROW((void)selectFrom(tasks.dynamic(), "byProject").after(Object{{"projectId", "p1"}, {"rank", 1}}), Error);
  EXPECT_THROW((void)selectFrom(tasks, "noIndex").after(task), Error);
}

TEST(Count, MayReadAWholeHashIndex) {
  const ScanPlan plan = planQuery(selectFrom(tasks, byId).count().spec());
  EXPECT_TRUE(plan.onlyCounts);
  EXPECT_EQ(plan.ranges, std::vector<KeyRange>{KeyRange::all()});
  EXPECT_FALSE(planQuery(selectFrom(tasks, byProject).spec()).onlyCounts);
}

TEST(Count, DependsOnItsWholeRangeAlsoWithALimit) {
  const ScanPlan plan = planQuery(selectFrom(tasks, byProject).limit(2).count().spec());
  EXPECT_EQ(dependencyRanges(plan, {}), plan.ranges);
}

}  // namespace
}  // namespace hyperdb::test
