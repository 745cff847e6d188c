// Traces: the tree of what a command did.
#include <hyperdb/json.hpp>

#include "support/task_db.hpp"

namespace hyperdb::test {
namespace {

class TraceTest : public TaskTest {
 protected:
  TraceTest() { db().setTracer(&traces); }
  const Trace& last() { return *(kept_ = traces.traces().back()); }

  TraceStore traces{100};

 private:
  std::shared_ptr<const Trace> kept_;
};

const auto addAndCount =
    action("addAndCount", {"id", "note"}, [](std::string id, std::optional<std::string>) -> Action<int> {
      co_await addTask(id);
      co_return co_await countTasks("p1");
    });

TEST_F(TraceTest, ShowsTheTreeOfCallsWithArgumentsScansAndMutations) {
  syncDispatch(db().withTraits({{"user", "ann"}}), addAndCount("t1", std::nullopt));
  const Trace& trace = last();
  EXPECT_EQ(trace.revision, 1);
  ASSERT_EQ(trace.traits.size(), 1u);
  const TraceSpan& root = trace.root;
  EXPECT_EQ(root.kind, CommandKind::action);
  EXPECT_EQ(root.name, "addAndCount");
  EXPECT_EQ(root.arguments[0], Value("t1"));
  EXPECT_EQ(root.error, "");
  ASSERT_EQ(root.children.size(), 2u);
  const TraceSpan& add = *root.children[0];
  EXPECT_EQ(add.name, "addTask");
  ASSERT_EQ(add.mutations.size(), 1u);
  EXPECT_EQ(add.mutations[0].type, "insert");
  EXPECT_EQ(add.mutations[0].table, "tasks");
  ASSERT_EQ(add.mutations[0].newRows.size(), 1u);
  EXPECT_EQ(*add.mutations[0].newRows[0].find("id"), Value("t1"));
  const TraceSpan& count = *root.children[1];
  EXPECT_EQ(count.name, "countTasks");
  ASSERT_EQ(count.children.size(), 1u);
  ASSERT_EQ(count.children[0]->scans.size(), 1u);
  const ScanTrace& scan = count.children[0]->scans[0];
  EXPECT_EQ(scan.table, "tasks");
  EXPECT_EQ(scan.index, "byProject");
  EXPECT_EQ(scan.rowsCount, 1);
  EXPECT_EQ(scan.limit, -1);
  EXPECT_EQ(scan.answeredBy, "memory");
  ASSERT_EQ(scan.ranges.size(), 1u);
  EXPECT_NE(scan.ranges[0].find("\"p1\""), std::string::npos);
  EXPECT_GE(root.durationNs, count.durationNs);
  EXPECT_GE(count.startNs, add.startNs);
  EXPECT_EQ(traces.size(), 1u);
}

TEST_F(TraceTest, ShowsMutationsWithOldAndNewRows) {
  put("t1", "p1", 1);
  put("t1", "p1", 2);
  const MutationTrace& mutation = last().root.mutations.at(0);
  EXPECT_EQ(mutation.type, "upsert");
  ASSERT_EQ(mutation.oldRows.size(), 1u);
  EXPECT_EQ(mutation.oldRows[0].at("rank"), Value(1.0));
  EXPECT_EQ(mutation.newRows.at(0).at("rank"), Value(2.0));
}

TEST_F(TraceTest, ShowsErrorsWhereTheyHappened) {
  put("t1");
  EXPECT_THROW(syncDispatch(db(), addAndCount("t1", "x")), Error);
  EXPECT_NE(last().root.error.find("t1"), std::string::npos);
  EXPECT_NE(last().root.children.at(0)->error.find("t1"), std::string::npos);
  EXPECT_EQ(last().revision, 1);
}

TEST_F(TraceTest, ShowsHooksBelowTheWriteThatRanThem) {
  const Subscription hook = db().afterInsert(tasksTable, [](HookContext&, std::span<const InsertOp<Task>>) -> Action<> {
    LogLine line{"l", "x"};
    co_await upsert(logTable, line);
  });
  syncDispatch(db(), addTask("t1"));
  ASSERT_EQ(last().root.children.size(), 1u);
  EXPECT_EQ(last().root.children[0]->kind, CommandKind::hook);
  EXPECT_EQ(last().root.children[0]->mutations.at(0).table, "log");
}

TEST_F(TraceTest, RerunsSayWhyAndKeptResultsAreMarked) {
  SelectorOptions options;
  options.memoization.selfChild = true;
  static const auto keptChild = selector(
      "keptChild", {},
      []() -> Selector<int> {
        Rows<Task> rows = co_await projectTasks("p2");
        co_return static_cast<int>(rows.size());
      },
      options);
  static const auto outer = selector("outer", {}, []() -> Selector<int> {
    Rows<Task> rows = co_await projectTasks("p1");
    co_return co_await keptChild() + static_cast<int>(rows.size());
  });
  const auto live = cachedSelector(db(), outer());
  const Subscription subscription = live.subscribe([] {});
  EXPECT_EQ(last().why, "");
  traces.clear();
  put("t1", "p1");
  std::shared_ptr<const Trace> rerun;
  for (const auto& trace : traces.traces()) {
    if (trace->root.kind == CommandKind::selector) rerun = trace;
  }
  ASSERT_NE(rerun, nullptr);
  EXPECT_NE(rerun->why.find("commit 1 wrote tasks/byProject"), std::string::npos) << rerun->why;
  ASSERT_EQ(rerun->root.children.size(), 2u);
  EXPECT_FALSE(rerun->root.children[0]->cacheHit);
  EXPECT_TRUE(rerun->root.children[1]->cacheHit);
  EXPECT_TRUE(rerun->root.children[1]->children.empty());
}

TEST_F(TraceTest, CommandsMayStayOutOfTraces) {
  SelectorOptions hidden;
  hidden.traced = false;
  static const auto secret = selector(
      "secret", {},
      []() -> Selector<int> {
        Rows<Task> rows = co_await allTasks();
        co_return static_cast<int>(rows.size());
      },
      hidden);
  select(db(), secret());
  EXPECT_EQ(traces.size(), 0u);
  ActionOptions quiet;
  quiet.traced = false;
  traces.clear();
  syncDispatch(db(), action("quiet", {}, []() -> Action<> { co_await addTask("t1"); }, quiet)());
  EXPECT_EQ(traces.size(), 0u);
}

TEST_F(TraceTest, WhatAnUntracedCommandDoesBelongsToItsCaller) {
  SelectorOptions hidden;
  hidden.traced = false;
  static const auto secret = selector(
      "secret", {},
      []() -> Selector<int> {
        Rows<Task> direct = co_await selectFrom(tasksTable, byRank);
        Rows<Task> nested = co_await projectTasks("p1");
        co_return static_cast<int>(direct.size() + nested.size());
      },
      hidden);
  ActionOptions quiet;
  quiet.traced = false;
  static const auto addOrFail = action(
      "addOrFail", {},
      []() -> Action<> {
        co_await addTask("t1");
        throw std::runtime_error("on purpose");
      },
      quiet);
  static const auto open = action("open", {}, []() -> Action<int> {
    try {
      co_await addOrFail();
    } catch (const std::runtime_error&) {
    }
    co_return co_await secret();
  });
  syncDispatch(db(), open());
  const TraceSpan& root = last().root;
  EXPECT_EQ(root.name, "open");
  EXPECT_EQ(root.error, "");
  ASSERT_EQ(root.scans.size(), 1u);
  EXPECT_EQ(root.scans[0].index, "byRank");
  ASSERT_EQ(root.children.size(), 2u);
  EXPECT_EQ(root.children[0]->name, "addTask");
  EXPECT_EQ(root.children[1]->name, "projectTasks");
}

TEST_F(TraceTest, AReadThatTheCacheAnswersIsMarked) {
  const auto live = cachedSelector(db(), countTasks("p1"));
  EXPECT_EQ(live.snapshot(), 0);
  EXPECT_FALSE(last().root.cacheHit);
  traces.clear();
  EXPECT_EQ(cachedSelector(db(), countTasks("p1")).snapshot(), 0);
  ASSERT_EQ(traces.size(), 1u);
  EXPECT_TRUE(last().root.cacheHit);
  EXPECT_EQ(last().root.name, "countTasks");
  EXPECT_EQ(last().root.arguments[0], Value("p1"));
  EXPECT_TRUE(last().root.children.empty());
  const auto other = asyncSelector(db(), countTasks("p1"));
  ASSERT_EQ(traces.size(), 2u);
  EXPECT_TRUE(last().root.cacheHit);
  put("t1");
  traces.clear();
  EXPECT_EQ(live.snapshot(), 1);
  EXPECT_FALSE(last().root.cacheHit);
}

TEST_F(TraceTest, NamesTheDatabase) {
  DBOptions options;
  options.name = "second";
  options.tracer = &traces;
  const SubscribableDB second{DB{BptreeInmemDriver{}, options}};
  execSync(second.loadTables({tasksTable, logTable}));
  syncDispatch(second, addTask("t1"));
  EXPECT_EQ(last().database, "second");
  EXPECT_EQ(traceToValue(last()).get<Object>()->at("database"), Value("second"));
  put("t1");
  EXPECT_EQ(last().database, "");
}

TEST_F(TraceTest, TheStoreKeepsTheLastOnesAndGivesJson) {
  TraceStore two(2);
  TraceStore none(0);
  db().setTracer(&none);
  put("t0");
  EXPECT_EQ(none.size(), 0u);
  db().setTracer(&two);
  EXPECT_EQ(two.toJson(), "[]");
  for (const char* id : {"t1", "t2", "t3"}) put(id, "p1", 1.5);
  ASSERT_EQ(two.size(), 2u);
  EXPECT_EQ(two.traces()[0]->root.arguments[0], Value("t2"));
  const Value json = parseJson(two.toJson());
  const Value& trace = json.get<Array>()->at(1);
  const Object& root = *trace.get<Object>()->find("root")->get<Object>();
  EXPECT_EQ(*root.find("name"), Value("putTask"));
  EXPECT_EQ(*root.find("arguments")->get<Object>()->find("rank"), Value(1.5));
  EXPECT_EQ(root.find("mutations")->get<Array>()->size(), 1u);
  db().setTracer(&traces);
}

TEST_F(TraceTest, WithoutATracerNothingIsRecorded) {
  db().setTracer(nullptr);
  put("t1");
  select(db(), allTasks());
  EXPECT_EQ(traces.size(), 0u);
}

TEST(DefaultTracer, IsTakenByDatabasesMadeAfterwards) {
  TraceStore traces;
  SubscribableDB before{DB{BptreeInmemDriver{}}};
  setDefaultTracer(&traces);
  SubscribableDB after{DB{BptreeInmemDriver{}}};
  setDefaultTracer(nullptr);
  for (const SubscribableDB* db : {&before, &after}) {
    execSync(db->loadTables({tasksTable, logTable}));
    syncDispatch(*db, addTask("t1"));
  }
  EXPECT_EQ(traces.size(), 1u);
}

}  // namespace
}  // namespace hyperdb::test
