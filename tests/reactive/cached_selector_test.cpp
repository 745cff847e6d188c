// Cached selectors: what is shared, what runs again, which callbacks come.
#include "support/task_db.hpp"

namespace hyperdb::test {
namespace {

class CachedSelectorTest : public TaskTest {};

TEST_F(CachedSelectorTest, RunsOnceUntilACommitTouchesIt) {
  put("t1", "p1");
  const auto live = cachedSelector(db(), projectTasks("p1"));
  EXPECT_EQ(live.runsCount(), 0u);
  EXPECT_EQ(live.snapshot().size(), 1u);
  live.snapshot();
  EXPECT_EQ(live.runsCount(), 1u);
  put("x", "p2");
  live.snapshot();
  EXPECT_EQ(live.runsCount(), 1u);
  EXPECT_EQ(live.revision(), 2);
  EXPECT_FALSE(live.lastWake());
  put("t2", "p1");
  EXPECT_EQ(live.runsCount(), 1u) << "nobody listens: it waits until it is read";
  EXPECT_EQ(idsOf(live.snapshot()), "t1 t2");
  EXPECT_EQ(live.runsCount(), 2u);
  EXPECT_EQ(idsOf(*live.view()), "t1 t2");
}

TEST_F(CachedSelectorTest, EqualCallsShareOneEntry) {
  const auto first = cachedSelector(db(), projectTasks("p1"));
  const auto second = cachedSelector(db(), projectTasks("p1"));
  const auto other = cachedSelector(db(), projectTasks("p2"));
  first.snapshot();
  second.snapshot();
  other.snapshot();
  EXPECT_EQ(second.runsCount(), 1u);
  EXPECT_EQ(db().stats().entries, 2);
  EXPECT_EQ(db().counters().selectorsRun, 2u);
  const auto withTraits = cachedSelector(db().withTraits({{"user", "ann"}}), projectTasks("p1"));
  withTraits.snapshot();
  EXPECT_EQ(db().stats().entries, 3) << "a view with other traits may see other results";
}

struct Filter {
  std::optional<std::string> project{};
  std::vector<int> ranks{};
};
const auto echo = selector(
    "echo", {"text", "filter", "list"},
    [](std::optional<std::string> text, Filter filter, std::vector<std::string> list) -> Selector<std::string> {
      co_await noop();
      std::string all = text.value_or("-") + "|" + filter.project.value_or("-") + "|";
      for (int rank : filter.ranks) all += std::to_string(rank) + ",";
      for (const std::string& each : list) all += each + ",";
      co_return all;
    });

TEST_F(CachedSelectorTest, ArgumentsOfAnyTypeMakeTheKey) {
  const auto value = [&](std::optional<std::string> text, Filter filter, std::vector<std::string> list) {
    return cachedSelector(db(), echo(std::move(text), std::move(filter), std::move(list))).snapshot();
  };
  std::vector<std::string> results;
  for (const std::optional<std::string>& text :
       {std::optional<std::string>(), std::optional<std::string>("null"), std::optional<std::string>(""),
        std::optional<std::string>("a\",\"b"), std::optional<std::string>(std::string("a\0b", 3))}) {
    for (const Filter& filter : {Filter{}, Filter{"p", {}}, Filter{{}, {1, 2}}, Filter{{}, {12}}}) {
      for (const std::vector<std::string>& list : {std::vector<std::string>{}, {""}, {"a", "b"}, {"a,b"}}) {
        value(text, filter, list);
        value(text, filter, list);
      }
    }
  }
  EXPECT_EQ(db().counters().selectorsRun, 5u * 4u * 4u);
  EXPECT_EQ(value("x", {"y", {3}}, {"z"}), "x|y|3,z,");
}

TEST_F(CachedSelectorTest, AnArgumentWithoutAFaithfulKeyIsRefused) {
  EXPECT_EQ(codeOf([&] { cachedSelector(db(), projectTasks("\xFF")); }), ErrorCode::invalidArgument);
  EXPECT_EQ(codeOf([&] { preloadSelector(db(), projectTasks("\xFE")); }), ErrorCode::invalidArgument);
}

TEST_F(CachedSelectorTest, ANewSubscriberIsNotCalledForACommitThatTheResultHasMissed) {
  auto live = cachedSelector(db(), allTasks());
  EXPECT_EQ(live.snapshot().size(), 0u);
  put("t1");
  int calls = 0;
  const Subscription subscription = live.subscribe([&] { ++calls; });
  EXPECT_EQ(calls, 0);
  EXPECT_EQ(idsOf(live.snapshot()), "t1");
  put("t2");
  EXPECT_EQ(calls, 1);
}

TEST_F(CachedSelectorTest, ASubscriberHearsOfChangesOfTheRowsOnly) {
  put("t1", "p1", 1);
  const auto live = cachedSelector(db(), projectTasks("p1"));
  int called = 0;
  const Subscription subscription = live.subscribe([&] { ++called; });
  EXPECT_EQ(called, 0);
  put("t2", "p1", 2);
  EXPECT_EQ(called, 1);
  put("t2", "p1", 2);  // an equal row
  EXPECT_EQ(called, 1);
  EXPECT_EQ(live.runsCount(), 2u);
  const auto back = action("back", {}, []() -> Action<> {
    co_await addTask("t3");
    co_await removeTask("t3");
  });
  syncDispatch(db(), back());
  EXPECT_EQ(called, 1) << "it ran again, but the rows are the same";
  EXPECT_EQ(live.runsCount(), 3u);
  put("x", "p2");
  EXPECT_EQ(live.runsCount(), 3u);
  EXPECT_EQ(db().counters().notifications, 1u);
}

TEST_F(CachedSelectorTest, RowsThatStayKeepTheirAddressAndOldResultsStayAsTheyWere) {
  put("t1", "p1", 1);
  const auto live = cachedSelector(db(), projectTasks("p1"));
  const Subscription subscription = live.subscribe([] {});
  const Rows<Task> before = live.snapshot();
  const Task* address = &before[0];
  put("t2", "p1", 2);
  const Rows<Task> after = live.snapshot();
  EXPECT_EQ(&after[0], address);
  EXPECT_EQ(before.size(), 1u);
  removeById("t1");
  EXPECT_EQ(before[0].id, "t1");
}

TEST_F(CachedSelectorTest, ACommitElsewhereLeavesNoTraceOfALiveResult) {
  TraceStore traces;
  auto touched = cachedSelector(db(), projectTasks("p1"));
  auto missed = cachedSelector(db(), projectTasks("p2"));
  const Subscription first = touched.subscribe([] {});
  const Subscription second = missed.subscribe([] {});
  db().setTracer(&traces);
  put("t1", "p1");
  db().setTracer(nullptr);
  EXPECT_EQ(traces.traces().size(), 2u) << "of the action and of the one re-run";
}

TEST_F(CachedSelectorTest, ACommitElsewhereComparesFewRangesAndRunsNothing) {
  std::vector<CachedSelector<Rows<Task>>> lives;
  std::vector<Subscription> subscriptions;
  for (int i = 0; i < 200; ++i) {
    lives.push_back(cachedSelector(db(), projectTasks("p" + std::to_string(i))));
    subscriptions.push_back(lives.back().subscribe([] {}));
  }
  EXPECT_EQ(db().stats().ranges, 200);
  const Counters before = db().counters();
  put("t1", "p77");
  put("t2", "elsewhere");
  const Counters after = db().counters();
  EXPECT_EQ(after.selectorsRerun - before.selectorsRerun, 1u);
  EXPECT_EQ(after.selectorsLeftAlone - before.selectorsLeftAlone, 399u);
  EXPECT_LE(after.rangesCompared - before.rangesCompared, 60u) << "no walk over all of them";
}

TEST_F(CachedSelectorTest, ALimitedScanDependsOnTheRangeUpToItsLastRow) {
  for (int i = 0; i < 10; ++i) put("t" + std::to_string(i), "p1", i);
  const auto live = cachedSelector(db(), firstTasks(3));
  const Subscription subscription = live.subscribe([] {});
  put("far", "p1", 50);
  put("t7", "p1", 60);
  EXPECT_EQ(live.runsCount(), 1u);
  put("near", "p1", 1.5);
  EXPECT_EQ(live.runsCount(), 2u);
  EXPECT_EQ(idsOf(live.snapshot()), "t0 t1 near");
  removeById("t0");
  EXPECT_EQ(idsOf(live.snapshot()), "t1 near t2");
}

TEST_F(CachedSelectorTest, AnOrDependsOnItsBranchesOnly) {
  const auto twoProjects = selector("twoProjects", {}, []() -> Selector<Rows<Task>> {
    co_return co_await selectFrom(tasksTable, byProject)
        .where(anyOf(eq<&Task::projectId>("p1"), eq<&Task::projectId>("p5")));
  });
  const auto live = cachedSelector(db(), twoProjects());
  const Subscription subscription = live.subscribe([] {});
  put("a", "p3");
  EXPECT_EQ(live.runsCount(), 1u);
  put("b", "p5");
  put("c", "p1");
  EXPECT_EQ(live.runsCount(), 3u);
  EXPECT_EQ(idsOf(live.snapshot()), "c b");
}

TEST_F(CachedSelectorTest, NestedSelectorsAreDependedOn) {
  const auto live = cachedSelector(db(), countTasks("p1"));
  int called = 0;
  const Subscription subscription = live.subscribe([&] { ++called; });
  put("t1", "p1");
  EXPECT_EQ(live.snapshot(), 1);
  put("t1", "p1", 3);  // counted the same
  EXPECT_EQ(live.runsCount(), 3u);
  EXPECT_EQ(called, 1);
}

TEST_F(CachedSelectorTest, ChangesTurnTheOldRowsIntoTheNewOnes) {
  const auto live = cachedSelector(db(), allTasks());
  std::vector<Task> list;
  int called = 0;
  const Subscription subscription = live.subscribe([&](const Changes<Task>& changes) {
    apply(list, changes);
    ++called;
  });
  TestRandom random;
  for (int i = 0; i < 200; ++i) {
    const std::string id = "t" + std::to_string(random.below(20));
    if (random.chance(3)) {
      removeById(id);
    } else {
      put(id, "p1", static_cast<double>(random.below(10)));
    }
    ASSERT_EQ(list, live.snapshot().toVector());
  }
  EXPECT_GT(called, 100);
}

TEST_F(CachedSelectorTest, RowsWithoutEqualityAreResultsToo) {
  struct Plain {
    int n;
  };
  static const auto plain = selector("plain", {}, []() -> Selector<std::vector<Plain>> {
    Rows<Task> rows = co_await allTasks();
    co_return std::vector<Plain>{{static_cast<int>(rows.size())}};
  });
  const auto live = cachedSelector(db(), plain());
  int called = 0;
  const Subscription subscription = live.subscribe([&] { ++called; });
  put("t1");
  EXPECT_EQ(live.snapshot()[0].n, 1);
  EXPECT_EQ(called, 1);
}

const auto noNegativeRanks = selector("noNegativeRanks", {}, []() -> Selector<Rows<Task>> {
  Rows<Task> rows = co_await selectFrom(tasksTable, byRank);
  if (!rows.empty() && rows.front().rank < 0) throw std::runtime_error("a negative rank");
  co_return rows;
});

TEST_F(CachedSelectorTest, ChangesAfterAnErrorStartAtWhatWasToldBefore) {
  put("t1");
  std::vector<std::string> events;
  const Subscription subscription =
      cachedSelector(db(), noNegativeRanks()).subscribe([&](const Changes<Task>& changes) {
        events.push_back(std::to_string(changes.before().size()) + " became " + std::to_string(changes.after().size()) +
                         " with " + std::to_string(changes.inserted().size()) + " inserted");
      });
  put("t2", "p1", -1);  // an error: the result stays as it was told
  put("t2", "p1", 1);
  EXPECT_EQ(events, (std::vector<std::string>{"1 became 1 with 0 inserted", "1 became 2 with 1 inserted"}));
}

TEST_F(CachedSelectorTest, WakeReasonsAndReportsSayWhy) {
  const auto live = cachedSelector(db(), projectTasks("p1"));
  const auto idle = cachedSelector(db(), projectTasks("p1"));
  const auto other = cachedSelector(db(), projectTasks("p2"));
  other.snapshot();
  const Subscription subscription = live.subscribe([] {});
  db().setCommitReports(true);
  put("t1", "p1", 7);
  const std::optional<WakeReason> wake = live.lastWake();
  ASSERT_TRUE(wake);
  EXPECT_EQ(wake->revision, 1);
  EXPECT_EQ(wake->rowId, "t1");
  EXPECT_EQ(wake->toString(), "commit 1 wrote tasks/byProject(\"p1\", 7, id \"t1\") inside [(\"p1\") .. (\"p1\")]");
  const CommitReport& report = db().lastCommitReport();
  EXPECT_EQ(report.revision, 1);
  ASSERT_EQ(report.woken.size(), 1u);
  EXPECT_EQ(report.woken[0].selector, "projectTasks");
  EXPECT_EQ(report.woken[0].arguments, "\"p1\"");
  EXPECT_TRUE(report.woken[0].isRerun);
  EXPECT_EQ(report.leftAloneCount, 1u);
  EXPECT_GE(report.rangesCompared, 1u);
  db().setCommitReports(false);
}

}  // namespace
}  // namespace hyperdb::test
