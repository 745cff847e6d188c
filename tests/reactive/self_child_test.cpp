// memoization.selfChild: a nested selector's result is kept while no write touches what it read.
#include "support/task_db.hpp"

namespace hyperdb::test {
namespace {

SelectorOptions kept() {
  SelectorOptions options;
  options.memoization.selfChild = true;
  return options;
}
int childRuns = 0;
bool childFails = false;
const auto child = selector(
    "child", {"projectId"},
    [](std::string projectId) -> Selector<int> {
      ++childRuns;
      Rows<Task> rows = co_await selectFrom(tasksTable, byProject).where(eq<&Task::projectId>(projectId));
      if (childFails) throw std::runtime_error("child");
      co_return static_cast<int>(rows.size());
    },
    kept());
int middleRuns = 0;
const auto middle = selector(
    "middle", {"projectId"},
    [](std::string projectId) -> Selector<int> {
      ++middleRuns;
      RowPtr<LogLine> line = co_await selectFrom(logTable, byId).where(eq<&LogLine::id>(projectId)).first();
      co_return co_await child(projectId) * 10 + (line ? 1 : 0);
    },
    kept());
// Runs the child for each project that has a line "use".
const auto parent = selector("parent", {}, []() -> Selector<int> {
  int sum = 0;
  for (const char* project : {"p1", "p2", "p3"}) {
    RowPtr<LogLine> line =
        co_await selectFrom(logTable, byId).where(eq<&LogLine::id>(std::string("use") + project)).first();
    if (line) sum += co_await middle(project);
  }
  co_return sum;
});

class SelfChildTest : public TaskTest {
 protected:
  SelfChildTest() {
    childRuns = 0;
    middleRuns = 0;
    childFails = false;
    for (const char* id : {"usep1", "usep2"}) use(id);
  }
  void use(std::string id) { execSync(db(), upsert(logTable, LogLine{std::move(id), "x"})); }
};

TEST_F(SelfChildTest, OnlyTheTouchedChildRunsAgain) {
  put("a", "p1");
  const auto live = cachedSelector(db(), parent());
  const Subscription subscription = live.subscribe([] {});
  EXPECT_EQ(live.snapshot(), 10);
  EXPECT_EQ(childRuns, 2);
  put("b", "p2");
  EXPECT_EQ(live.snapshot(), 20);
  EXPECT_EQ(childRuns, 3);
  EXPECT_EQ(middleRuns, 3);
  use("p1");  // the middle of p1, not its child
  EXPECT_EQ(live.snapshot(), 21);
  EXPECT_EQ(middleRuns, 4);
  EXPECT_EQ(childRuns, 3);
  EXPECT_EQ(live.runsCount(), 3u);
}

TEST_F(SelfChildTest, AChildThatIsNotUsedAnyMoreIsDropped) {
  const auto live = cachedSelector(db(), parent());
  const Subscription subscription = live.subscribe([] {});
  const std::int64_t rangesBefore = db().stats().ranges;
  execSync(db(), deleteRows(logTable, "usep2"));
  EXPECT_LT(db().stats().ranges, rangesBefore);
  put("b", "p2");
  EXPECT_EQ(live.runsCount(), 2u);
  use("usep2");
  EXPECT_EQ(live.snapshot(), 10);
  EXPECT_EQ(db().stats().ranges, rangesBefore);
}

TEST_F(SelfChildTest, AChildThatFailsIsRunAgainAndWakesItsParent) {
  childFails = true;
  const auto live = cachedSelector(db(), parent());
  EXPECT_THROW(live.snapshot(), std::runtime_error);
  EXPECT_THROW(live.snapshot(), std::runtime_error);
  childFails = false;
  put("a", "p1");
  EXPECT_EQ(live.snapshot(), 10);
}

TEST_F(SelfChildTest, WithoutACacheAroundItNothingIsKept) {
  select(db(), parent());
  select(db(), parent());
  EXPECT_EQ(childRuns, 4);
  const auto twice = action("twice", {}, []() -> Action<int> {
    int before = co_await child("p1");
    co_await putTask("a", "p1", 1);
    co_return before * 10 + co_await child("p1");
  });
  EXPECT_EQ(syncDispatch(db(), twice()), 1);
}

TEST_F(SelfChildTest, SelectorsThatLiveShortlyAreNotTakenForEachOther) {
  static int variant = 0;
  const auto changing = selector("changing", {}, []() -> Selector<std::string> {
    Rows<Task> rows = co_await allTasks();
    if (variant == 0) {
      const auto local = selector("local", {}, []() -> Selector<int> { co_return 5; }, kept());
      const int number = co_await local();
      co_return std::to_string(number);
    }
    const auto local = selector("other", {}, []() -> Selector<std::string> { co_return std::string(40, 'x'); }, kept());
    co_return co_await local();
  });
  const auto live = cachedSelector(db(), changing());
  for (int i = 0; i < 20; ++i) {
    variant = i % 2;
    put("t", "p1", i);
    EXPECT_EQ(live.snapshot(), variant == 0 ? "5" : std::string(40, 'x'));
  }
}

}  // namespace
}  // namespace hyperdb::test
