#include <gtest/gtest.h>

#include <string>

#include <hyperdb/json.hpp>

#include "support/task_db.hpp"

namespace hyperdb::test {
namespace {

const auto addTwo = action("addTwo", {"first", "second"},
    [](std::string first, std::string second) -> Action<int> {
      co_await addTask(first);
      co_await addTask(second);
      co_return co_await countTasks("p1");
    });
const auto untracedAction = action("untracedAction", {"id"},
    [](std::string id) -> Action<> { co_await addTask(id); }, ActionOptions{.traced = false});
const auto failing = action("failing", {}, []() -> Action<> {
  co_await addTask("kept back");
  throw std::runtime_error("on purpose");
});
const auto keptTasks = selector("keptTasks", {"projectId"},
    [](std::string projectId) -> Selector<Rows<Task>> { co_return co_await projectTasks(projectId); },
    SelectorOptions{.memoization = {.root = true, .selfChild = true}});
const auto twoProjects = selector("twoProjects", {}, []() -> Selector<int> {
  Rows<Task> one = co_await keptTasks("p1");
  Rows<Task> two = co_await keptTasks("p2");
  co_return static_cast<int>(one.size() + two.size());
});

class TraceStoreTest : public TaskTest {
 protected:
  TraceStoreTest() { db().setTracer(&store); }
  const TraceSpan& last() { return store.traces().back()->root; }

  TraceStore store{3};
};

TEST_F(TraceStoreTest, ShowsACommandWithWhatItCalledAndTheirArguments) {
  syncDispatch(db(), addTwo("a", "b"));
  const TraceSpan& root = last();
  EXPECT_EQ(root.name, "addTwo");
  EXPECT_EQ(root.kind, CommandKind::action);
  EXPECT_EQ(root.arguments, (Array{"a", "b"}));
  ASSERT_EQ(root.children.size(), 3U);
  EXPECT_EQ(root.children[0]->name, "addTask");
  EXPECT_EQ(root.children[1]->arguments, (Array{"b"}));
  EXPECT_EQ(root.children[2]->name, "countTasks");
  ASSERT_EQ(root.children[2]->children.size(), 1U);
  EXPECT_EQ(root.children[2]->children[0]->name, "projectTasks");
  EXPECT_GE(root.durationNs, root.children[0]->durationNs);
  EXPECT_EQ(store.traces().back()->revision, 1);
}

TEST_F(TraceStoreTest, ShowsScansWithTheirRangesAndRowCounts) {
  syncDispatch(db(), addTwo("a", "b"));
  const ScanTrace& scan = last().children[2]->children[0]->scans.at(0);
  EXPECT_EQ(scan.table, "tasks");
  EXPECT_EQ(scan.index, "byProject");
  EXPECT_EQ(scan.rowsCount, 2);
  EXPECT_EQ(scan.limit, -1);
  EXPECT_FALSE(scan.descending);
  EXPECT_EQ(scan.answeredBy, "memory");
  ASSERT_EQ(scan.ranges.size(), 1U);
  EXPECT_NE(scan.ranges[0].find("\"p1\""), std::string::npos) << scan.ranges[0];
}

TEST_F(TraceStoreTest, ShowsMutationsWithOldAndNewRows) {
  put("a", "p1", 1);
  put("a", "p1", 2);
  const MutationTrace& mutation = last().mutations.at(0);
  EXPECT_EQ(mutation.type, "upsert");
  EXPECT_EQ(mutation.table, "tasks");
  ASSERT_EQ(mutation.oldRows.size(), 1U);
  EXPECT_EQ(mutation.oldRows[0].at("rank"), Value(1.0));
  EXPECT_EQ(mutation.newRows.at(0).at("rank"), Value(2.0));
}

TEST_F(TraceStoreTest, ShowsWhatACommandThrew) {
  EXPECT_THROW(syncDispatch(db(), failing()), std::runtime_error);
  EXPECT_EQ(last().error, "on purpose");
  EXPECT_EQ(last().children.at(0)->error, "");
}

TEST_F(TraceStoreTest, ShowsWhyACachedSelectorRanAgainAndMarksKeptResults) {
  auto live = cachedSelector(db(), twoProjects());
  const Subscription subscription = live.subscribe([] {});
  put("a", "p2");
  // The selector runs while the commit is announced, so that its trace comes before the action's.
  const auto traces = store.traces();
  ASSERT_EQ(traces.size(), 3U);
  EXPECT_EQ(traces[0]->why, "");
  EXPECT_EQ(traces[1]->root.name, "twoProjects");
  EXPECT_NE(traces[1]->why.find("commit 1 wrote tasks/byProject"), std::string::npos) << traces[1]->why;
  EXPECT_TRUE(traces[1]->root.children.at(0)->cacheHit);
  EXPECT_FALSE(traces[1]->root.children.at(1)->cacheHit);
  EXPECT_EQ(traces[2]->root.name, "putTask");
}

TEST_F(TraceStoreTest, LeavesOutCommandsThatOptOutAndWhatTheyCall) {
  syncDispatch(db(), untracedAction("a"));
  EXPECT_EQ(store.size(), 0U);
}

TEST_F(TraceStoreTest, KeepsTheLastTracesOnly) {
  for (const char* id : {"a", "b", "c", "d"}) syncDispatch(db(), addTask(id));
  ASSERT_EQ(store.size(), 3U);
  EXPECT_EQ(store.traces().front()->root.arguments, Array{"b"});
  store.clear();
  EXPECT_EQ(store.size(), 0U);
}

TEST_F(TraceStoreTest, RecordsNothingWhenItIsSwitchedOff) {
  db().setTracer(nullptr);
  syncDispatch(db(), addTask("a"));
  EXPECT_EQ(store.size(), 0U);
}

TEST_F(TraceStoreTest, CarriesTheTraitsOfTheView) {
  syncDispatch(db().withTraits({{"source", "sync"}}), addTask("a"));
  EXPECT_EQ(store.traces().back()->traits, (Traits{{"source", "sync"}}));
}

TEST_F(TraceStoreTest, WritesJsonWithArgumentsByName) {
  syncDispatch(db(), addTask("a"));
  const Value parsed = parseJson(store.toJson());
  const Object& trace = parsed.asArray().at(0).asObject();
  const Object& root = trace.at("root").asObject();
  EXPECT_EQ(trace.at("revision"), Value(1.0));
  EXPECT_EQ(root.at("kind"), Value("action"));
  EXPECT_EQ(root.at("arguments"), Value(Object{{"id", "a"}}));
  EXPECT_EQ(root.at("mutations").asArray().at(0).asObject().at("type"), Value("insert"));
}

}  // namespace
}  // namespace hyperdb::test
