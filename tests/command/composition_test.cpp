// Commands that run commands: results, errors, traits, coroutines by themselves.
#include "support/task_db.hpp"

namespace hyperdb::test {
namespace {

class CompositionTest : public TaskTest {};

TEST_F(CompositionTest, SelectorsRunSelectorsAndActionsRunBoth) {
  const auto twice = action("twice", {"id"}, [](std::string id) -> Action<int> {
    co_await addTask(id + "a");
    const int before = co_await countTasks("p1");
    co_await addTask(id + "b");
    const int after = co_await countTasks("p1");
    co_return before * 10 + after;
  });
  EXPECT_EQ(syncDispatch(db(), twice("t")), 12);
  EXPECT_EQ(select(db(), countTasks("p1")), 2);
}

TEST_F(CompositionTest, AnActionReadsItsOwnWrites) {
  const auto readBack = action("readBack", {}, []() -> Action<std::string> {
    Task task = makeTask("t1");
    co_await insert(tasksTable, task);
    task.title = "changed";
    co_await upsert(tasksTable, task);
    RowPtr<Task> found = co_await selectFrom(tasksTable, byId).where(eq<&Task::id>("t1")).first();
    co_await deleteRows(tasksTable, "t1");
    RowPtr<Task> gone = co_await selectFrom(tasksTable, byId).where(eq<&Task::id>("t1")).first();
    co_return found->title + (gone ? " still there" : " gone");
  });
  EXPECT_EQ(syncDispatch(db(), readBack()), "changed gone");
}

TEST_F(CompositionTest, ResultsMayBeMovedOnly) {
  const auto inner =
      selector("inner", {}, []() -> Selector<std::unique_ptr<int>> { co_return std::make_unique<int>(5); });
  static const auto innerNow = inner;
  const auto outer = selector("outer", {}, []() -> Selector<int> {
    std::unique_ptr<int> number = co_await innerNow();
    co_return *number + 1;
  });
  EXPECT_EQ(select(db(), outer()), 6);
  EXPECT_EQ(*select(db(), inner()), 5);
}

TEST_F(CompositionTest, ErrorsGoUpThroughAllLevelsAndMayBeCaught) {
  const auto failing = selector("failing", {}, []() -> Selector<int> {
    Rows<Task> rows = co_await selectFrom(tasksTable, "noSuchIndex");
    co_return static_cast<int>(rows.size());
  });
  static const auto failingNow = failing;
  const auto middle = selector("middle", {}, []() -> Selector<int> { co_return co_await failingNow() + 1; });
  static const auto middleNow = middle;
  const auto catching = selector("catching", {}, []() -> Selector<int> {
    try {
      co_return co_await middleNow();
    } catch (const Error& error) {
      if (error.code() != ErrorCode::unknownIndex) throw;
    }
    co_return -1;
  });
  EXPECT_EQ(codeOf([&] { select(db(), middle()); }), ErrorCode::unknownIndex);
  EXPECT_EQ(select(db(), catching()), -1);
}

TEST_F(CompositionTest, ForeignExceptionsKeepTheirType) {
  const auto throwing = action("throwing", {}, []() -> Action<> {
    co_await addTask("t1");
    throw 42;
  });
  EXPECT_THROW(syncDispatch(db(), throwing()), int);
  EXPECT_EQ(all(), "");
}

TEST_F(CompositionTest, TraitsAreThoseOfTheView) {
  const auto labels = selector("labels", {}, []() -> Selector<std::string> {
    const Traits traits = co_await getCurrentTraits();
    co_await noop();
    std::string text;
    for (const Trait& trait : traits) text += trait.type + "=" + *trait.value.get<std::string>() + ";";
    co_return text;
  });
  static const auto labelsNow = labels;
  const auto fromAction = action("fromAction", {}, []() -> Action<std::string> {
    co_await noop();
    const Traits traits = co_await getCurrentTraits();
    co_return std::to_string(traits.size()) + co_await labelsNow();
  });
  EXPECT_EQ(select(db(), labels()), "");
  const SubscribableDB view = db().withTraits({{"user", "ann"}}).withTraits({{"user", "bob"}});
  EXPECT_EQ(select(view, labels()), "user=ann;user=bob;");
  EXPECT_EQ(syncDispatch(view, fromAction()), "2user=ann;user=bob;");
  EXPECT_EQ(*findTrait(view.traits(), "user")->value.get<std::string>(), "bob");
  EXPECT_EQ(findTrait(view.traits(), "other"), nullptr);
  EXPECT_TRUE(db().traits().empty());
}

Action<int> addTwo(std::string prefix) {
  co_await addTask(prefix + "1");
  Task task = makeTask(prefix + "2");
  co_await insert(tasksTable, task);
  co_return 2;
}
Selector<int> countAll() {
  Rows<Task> rows = co_await selectFrom(tasksTable, byRank);
  co_return static_cast<int>(rows.size());
}
Action<int> addAndCount() {
  int added = co_await addTwo("a");
  co_return added * 10 + co_await countAll();
}

TEST_F(CompositionTest, RawCoroutinesRunByThemselves) {
  EXPECT_EQ(execSync(db(), addAndCount()), 22);
  EXPECT_EQ(execSync(db(), countAll()), 2);
  EXPECT_EQ(execSync(db(), selectFrom(tasksTable, byRank)).size(), 2u);
  execSync(db(), deleteRows(tasksTable, {"a1", "a2"}));
  EXPECT_EQ(execSync(db(), allTasks()).size(), 0u);
  execSync(db(), addTask("b"));
  EXPECT_EQ(all(), "b");
  EXPECT_EQ(db().revision(), 3);
}

TEST_F(CompositionTest, ACoroutineThatWasMovedAwayIsAnError) {
  Selector<int> count = countAll();
  EXPECT_EQ(execSync(db(), std::move(count)), 0);
  EXPECT_EQ(codeOf([&] { execSync(db(), std::move(count)); }),
            ErrorCode::invalidArgument);  // NOLINT
  EXPECT_EQ(codeOf([&] { execAsync(db(), Selector<int>()).get(); }), ErrorCode::invalidArgument);
  EXPECT_EQ(codeOf([&] { execSync(db(), Action<>()); }), ErrorCode::invalidArgument);
  put("t1");
  EXPECT_EQ(all(), "t1");
}

TEST_F(CompositionTest, ACoroutineThatNobodyRunsIsFreed) {
  const std::int64_t before = liveFramesCount();
  {
    const Action<int> never = addAndCount();
    const Selector<int> neither = countAll();
    EXPECT_LE(liveFramesCount(), before + 2);  // a compiler may do without the frames
  }
  EXPECT_EQ(liveFramesCount(), before);
}

TEST_F(CompositionTest, AFailedWriteByItselfLeavesTheDatabaseUsable) {
  put("t1");
  EXPECT_EQ(codeOf([&] { execSync(db(), insert(tasksTable, {makeTask("t0"), makeTask("t1")})); }),
            ErrorCode::duplicateId);
  EXPECT_EQ(all(), "t1");
  execSync(db(), insert(tasksTable, {makeTask("t0"), makeTask("t2")}));
  EXPECT_EQ(all(), "t0 t1 t2");
}

}  // namespace
}  // namespace hyperdb::test
