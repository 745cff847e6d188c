// Actions commit whole or leave nothing behind; what a database refuses.

#include "support/task_db.hpp"

namespace hyperdb::test {
namespace {

class DispatchTest : public TaskTest {};

TEST_F(DispatchTest, EveryCommittedActionRaisesTheRevisionByOneAlsoAnEmptyOne) {
  EXPECT_EQ(db().revision(), 0);
  put("t1");
  EXPECT_EQ(db().revision(), 1);
  execSync(db(), deleteRows(tasksTable, "no such"));
  EXPECT_EQ(db().revision(), 2);
  const auto empty = action("empty", {}, []() -> Action<> { co_return; });
  syncDispatch(db(), empty());
  EXPECT_EQ(db().revision(), 3);
  select(db(), allTasks());
  EXPECT_EQ(db().revision(), 3);
  EXPECT_THROW(syncDispatch(db(), addTask("t1")), Error);
  EXPECT_EQ(db().revision(), 3);
  EXPECT_EQ(db().stats().revision, 3);
  EXPECT_EQ(db().counters().commits, 3u);
}

// Where the script below throws: at its k-th place.
int throwAt = 0;
int place = 0;
void mayThrow() {
  if (++place == throwAt) throw std::runtime_error("place " + std::to_string(place));
}

const auto inner = action("inner", {}, []() -> Action<> {
  mayThrow();
  co_await deleteRows(tasksTable, "kept1");
  mayThrow();
  Task task = makeTask("kept2", "moved", 9);
  co_await upsert(tasksTable, task);
  mayThrow();
});
const auto script = action("script", {}, []() -> Action<> {
  mayThrow();
  co_await addTask("new1");
  mayThrow();
  co_await inner();
  mayThrow();
  Rows<Task> rows = co_await allTasks();
  if (rows.size() != 2) throw std::logic_error("the script sees other rows");
  co_await insert(tasksTable, {makeTask("new2"), makeTask("new3")});
  mayThrow();
});

TEST_F(DispatchTest, AnExceptionAtAnyPlaceLeavesTheDatabaseAsItWas) {
  put("kept1", "p1", 1);
  put("kept2", "p1", 2);
  const Subscription hook =
      db().afterChange([](HookContext& context, const AnyTable&, std::span<const Op>) -> Action<> {
        mayThrow();
        if (context.table == AnyTable(logTable)) co_return;
        LogLine line{"line" + std::to_string(place), "hook"};
        co_await insert(logTable, line);
        mayThrow();
      });
  int notified = 0;
  const Subscription subscription = db().subscribe([&](const CommitEvent&) { ++notified; });
  const auto live = cachedSelector(db(), allTasks());
  int called = 0;
  const Subscription watching = live.subscribe([&] { ++called; });
  const Rows<Task> before = select(db(), allTasks());
  const AliveInProcess aliveBefore;
  int thrownCount = 0;
  for (throwAt = 1; throwAt < 100; ++throwAt) {
    place = 0;
    try {
      syncDispatch(db(), script());
      break;
    } catch (const std::runtime_error& error) {
      EXPECT_EQ(error.what(), "place " + std::to_string(throwAt));
      ++thrownCount;
    }
    EXPECT_EQ(select(db(), allTasks()), before);
    EXPECT_TRUE(
        execSync(db(), selectFrom(logTable, byId).where(anyOf(std::vector<decltype(eq<&LogLine::id>(""))>{}))).empty());
    EXPECT_EQ(db().revision(), 2);
    EXPECT_EQ(live.runsCount(), 1u);
    EXPECT_EQ(AliveInProcess(), aliveBefore) << throwAt;
  }
  EXPECT_GE(thrownCount, 15);
  EXPECT_EQ(all(), "new1 new2 new3 kept2");
  EXPECT_EQ(notified, 1);
  EXPECT_EQ(called, 1);
  throwAt = 0;
}

TEST_F(DispatchTest, ACaughtErrorKeepsWhatWasWrittenBefore) {
  put("t1");
  const auto catching = action("catching", {}, []() -> Action<int> {
    int caught = 0;
    co_await addTask("t2");
    try {
      co_await insert(tasksTable, {makeTask("t3"), makeTask("t1")});
    } catch (const Error& error) {
      if (error.code() == ErrorCode::duplicateId) ++caught;
    }
    co_await addTask("t4");
    co_return caught;
  });
  std::string ops;
  const Subscription subscription = db().subscribe([&](const CommitEvent& event) {
    for (const Op& op : event.ops) ops += std::string(op.rowId()) + " ";
  });
  EXPECT_EQ(syncDispatch(db(), catching()), 1);
  EXPECT_EQ(all(), "t1 t2 t4");
  EXPECT_EQ(ops, "t2 t4 ");
}

TEST_F(DispatchTest, AUniqueValueIsGuardedAndTheErrorSaysWhere) {
  Task first = makeTask("t1");
  first.note = "same";
  Task second = makeTask("t2");
  second.note = "same";
  execSync(db(), insert(tasksTable, first));
  const auto error = thrown([&] { execSync(db(), insert(tasksTable, second)); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::uniqueViolation);
  EXPECT_EQ(error->place().table, "tasks");
  EXPECT_EQ(error->place().index, "byNote");
  EXPECT_EQ(all(), "t1");
}

SubscribableDB* current = nullptr;  // for commands that use the database behind its back

TEST_F(DispatchTest, ADispatchInsideAnActionIsAnErrorAndASelectSeesTheCommittedState) {
  current = &db();
  put("t1");
  const auto nested = action("nested", {}, []() -> Action<std::string> {
    co_await addTask("t2");
    const Rows<Task> outside = select(*current, allTasks());
    std::string text = idsOf(outside);
    try {
      syncDispatch(*current, addTask("t3"));
    } catch (const Error& error) {
      text += error.code() == ErrorCode::nestedDispatch ? " nested" : " ?";
    }
    co_return text;
  });
  EXPECT_EQ(syncDispatch(db(), nested()), "t1 nested");
  EXPECT_EQ(all(), "t1 t2");
}

TEST_F(DispatchTest, ADispatchInsideASelectorCommits) {
  current = &db();
  const auto writing = selector("writing", {}, []() -> Selector<std::string> {
    const Rows<Task> before = co_await allTasks();
    syncDispatch(*current, addTask("t1"));
    const Rows<Task> after = co_await allTasks();
    co_return std::to_string(before.size()) + std::to_string(after.size());
  });
  EXPECT_EQ(select(db(), writing()), "00") << "a selector reads one state";
  EXPECT_EQ(all(), "t1");
}

TEST_F(DispatchTest, AnAsynchronousDispatchInsideAnActionWaitsForItsTurn) {
  current = &db();
  static std::optional<Completion<void>> later;
  const auto outer = action("outer", {}, []() -> Action<> {
    later = asyncDispatch(*current, addTask("later"));
    co_await addTask("first");
  });
  std::string order;
  const Subscription subscription = db().subscribe([&](const CommitEvent& event) {
    order += std::string(event.ops[0].table->rowType().id(*event.ops[0].newRow)) + " ";
    // The waiting action is not on the stack: a synchronous one goes first.
    if (event.revision == 1) syncDispatch(db(), addTask("between"));
  });
  syncDispatch(db(), outer());
  EXPECT_FALSE(later->isReady());
  static_cast<RunLoop&>(db().executor()).runReady();
  later->get();
  later.reset();
  EXPECT_EQ(order, "first between later ");
}

TEST_F(DispatchTest, TablesThatWereNotLoadedAreUnknown) {
  static const auto other = defineTable<Task>("other");
  EXPECT_EQ(codeOf([&] { execSync(db(), insert(other, makeTask("t1"))); }), ErrorCode::unknownTable);
  EXPECT_EQ(codeOf([&] { execSync(db(), selectFrom(other, "byId").where(eq("id", "x"))); }), ErrorCode::unknownTable);
  execSync(db().loadTables({other}));
  execSync(db(), insert(other, makeTask("t1")));
  EXPECT_EQ(execSync(db(), selectFrom(other, "byId").where(eq("id", "t1"))).size(), 1u);
}

TEST_F(DispatchTest, AnEqualDefinitionNamesTheSameTableAndAnotherOneIsRefused) {
  const auto twin =
      defineTable<Task>("tasks").index(byProject).index(byRank).index(byTitle).index(byNote).index(bySeat);
  put("t1");
  EXPECT_EQ(execSync(db(), selectFrom(twin, byRank)).size(), 1u);
  execSync(db().loadTables({twin, tasksTable}));
  execSync(db(), insert(twin, makeTask("t2")));
  EXPECT_EQ(all(), "t1 t2");
  const auto fewer = defineTable<Task>("tasks").index(byProject);
  EXPECT_EQ(codeOf([&] { execSync(db(), insert(fewer, makeTask("t3"))); }), ErrorCode::unknownTable);
  EXPECT_EQ(codeOf([&] { execSync(db().loadTables({fewer})); }), ErrorCode::invalidDefinition);
  EXPECT_EQ(all(), "t1 t2");
}

TEST_F(DispatchTest, DefinitionsThatAreLoadedAgainAndAgainAreNotAllKept) {
  std::vector<std::weak_ptr<const TableDef>> loaded;
  for (int i = 0; i < 500; ++i) {
    const auto items = defineTable("items", {{"id", v::string()}, {"n", v::number()}});
    execSync(db().loadTables({items}));
    execSync(db(), upsert(items, Object{{"id", "a"}, {"n", i}}));
    loaded.push_back(items.sharedDef());
  }
  const auto isKept = [](const auto& definition) { return !definition.expired(); };
  EXPECT_LE(std::count_if(loaded.begin(), loaded.end(), isKept), 65);
  const auto again = defineTable("items", {{"id", v::string()}, {"n", v::number()}});
  const auto rows = execSync(db(), selectFrom(again, "byId").where(eq("id", "a")));
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows.front(), (Object{{"id", "a"}, {"n", 499}})) << "read by a type that is still there";
}

struct OtherTask {  // the same schema, another layout
  std::string projectId;
  float rank = 0;
  std::string title;
  std::optional<std::string> note{};
  std::optional<std::string> seat{};
  std::string id;
};

TEST_F(DispatchTest, ATableOfAnotherStructWithTheSameFieldsIsNotTheSameTable) {
  const auto other = defineTable<OtherTask>("tasks")
                         .index(btree<&OtherTask::projectId, &OtherTask::rank>("byProject"))
                         .index(btree<&OtherTask::rank>("byRank"))
                         .index(hash<&OtherTask::title>("byTitle"))
                         .index(uniqhash<&OtherTask::note>("byNote"))
                         .index(uniqhash<&OtherTask::projectId, &OtherTask::seat>("bySeat"));
  put("t1");
  EXPECT_EQ(codeOf([&] { execSync(db(), selectFrom(other, "byRank")); }), ErrorCode::unknownTable);
  EXPECT_EQ(codeOf([&] { execSync(db(), insert(other, OtherTask{})); }), ErrorCode::unknownTable);
  EXPECT_EQ(codeOf([&] { execSync(db().loadTables({other})); }), ErrorCode::invalidDefinition);
}

TEST_F(DispatchTest, AUniqueIndexOfSeveralColumnsIsRefusedLikeByTheReferenceOnRequest) {
  const auto table = defineTable("pairs", {{"id", v::string()}, {"a", v::string()}, {"b", v::string()}})
                         .index("byBoth", {"a", "b"}, IndexType::uniqhash);
  DBOptions options;
  options.referenceQuirks.uniqhashHasOneColumn = true;
  const DB likeReference(BptreeInmemDriver{}, options);
  const auto error = thrown([&] { execSync(likeReference.loadTables({table})); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::invalidDefinition);
  EXPECT_EQ(error->place().table + "/" + error->place().index, "pairs/byBoth");
  execSync(db().loadTables({table}));
}

TEST_F(DispatchTest, RowsAreCheckedByTheFullValidatorsWhenThatIsSwitchedOn) {
  const auto table = defineTable("items", {{"id", v::string()}, {"n", v::number()}});
  const Object wrong{{"id", "a"}, {"n", "text"}};
  execSync(db().loadTables({table}));
  EXPECT_NO_THROW(execSync(db(), insert(table, wrong)));
  DBOptions options;
  options.runtimeRowsValidation = true;
  open(options);
  execSync(db().loadTables({table}));
  const auto error = thrown([&] { execSync(db(), insert(table, wrong)); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::invalidRow);
  EXPECT_EQ(error->place().table, "items");
  EXPECT_EQ(error->place().rowId, "a");
}

TEST_F(DispatchTest, ErrorsNameTheInnermostCommandInWhichTheyHappened) {
  const auto addTwice = action("addTwice", {}, []() -> Action<> {
    co_await addTask("twice");
    co_await addTask("twice");
  });
  const auto duplicate = thrown([&] { syncDispatch(db(), addTwice()); });
  ASSERT_TRUE(duplicate);
  EXPECT_EQ(duplicate->code(), ErrorCode::duplicateId);
  EXPECT_EQ(duplicate->place().command, "addTask");
  EXPECT_EQ(duplicate->place().rowId, "twice");
  const auto misnamed =
      selector("misnamed", {}, []() -> Selector<Rows<Task>> { co_return co_await selectFrom(tasksTable, "nope"); });
  const auto unknown = thrown([&] { select(db(), misnamed()); });
  ASSERT_TRUE(unknown);
  EXPECT_EQ(unknown->place().command, "misnamed");
  EXPECT_NE(std::string(unknown->what()).find("command \"misnamed\""), std::string::npos) << unknown->what();
}

}  // namespace
}  // namespace hyperdb::test
