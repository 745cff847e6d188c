// modify: partial updates by id.
#include "support/task_db.hpp"

namespace hyperdb::test {
namespace {

using ModifyTest = TaskTest;

Task storedTask(const DB& db, std::string_view id) { return *execSync(db, getById(tasksTable, id)); }

TEST_F(ModifyTest, ChangesTheMembersThatTheFunctionChanges) {
  put("a", "p1", 3);
  EXPECT_TRUE(execSync(db(), modify(tasksTable, "a", [](Task& task) { task.rank += 4; })));
  EXPECT_EQ(storedTask(db(), "a").rank, 7);
  EXPECT_EQ(storedTask(db(), "a").title, "task a");
}

TEST_F(ModifyTest, SaysWhetherTheRowWasThere) {
  bool isCalled = false;
  EXPECT_FALSE(execSync(db(), modify(tasksTable, "a", [&](Task&) { isCalled = true; })));
  EXPECT_FALSE(isCalled);
  EXPECT_EQ(db().revision(), 1) << "an action that has written nothing";
}

TEST_F(ModifyTest, WorksInsideAnActionWithItsOwnWrites) {
  const auto moveAll =
      action("moveAll", {"ids", "projectId"}, [](std::vector<std::string> ids, std::string projectId) -> Action<int> {
        int count = 0;
        Task task = makeTask("new");
        co_await insert(tasksTable, task);
        for (const std::string& id : ids) {
          const bool wasThere =
              co_await modify(tasksTable, id, [&projectId](Task& found) { found.projectId = projectId; });
          count += wasThere ? 1 : 0;
        }
        co_return count;
      });
  put("a");
  EXPECT_EQ(syncDispatch(db(), moveAll({"a", "nobody", "new", "a"}, "p7")), 3);
  EXPECT_EQ(idsOf(select(db(), projectTasks("p7"))), "a new");
}

TEST_F(ModifyTest, RefusesAnotherIdAndWritesNothing) {
  put("a", "p1", 3);
  const auto error = thrown([&] {
    execSync(db(), modify(tasksTable, "a", [](Task& task) {
               task.id = "b";
               task.rank = 9;
             }));
  });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::invalidArgument);
  EXPECT_EQ(error->place().table, "tasks");
  EXPECT_EQ(error->place().rowId, "a");
  EXPECT_NE(error->message().find("\"b\""), std::string::npos) << error->message();
  EXPECT_EQ(all(), "a");
  EXPECT_EQ(storedTask(db(), "a").rank, 3);
  EXPECT_TRUE(thrown([&] { execSync(db(), modify(tasksTable.dynamic(), "a", [](Object& row) { row.erase("id"); })); }));
}

TEST_F(ModifyTest, LeavesTheRowWhenTheFunctionThrows) {
  put("a", "p1", 3);
  const auto tryIt = action("tryIt", {}, []() -> Action<bool> {
    try {
      co_await modify(tasksTable, "a", [](Task& task) {
        task.rank = 9;
        throw std::runtime_error("no");
      });
    } catch (const std::runtime_error&) {
      co_return true;
    }
    co_return false;
  });
  EXPECT_TRUE(syncDispatch(db(), tryIt()));
  EXPECT_EQ(storedTask(db(), "a").rank, 3);
}

TEST_F(ModifyTest, IsAnUpsertForHooksAndUniqueValues) {
  put("a");
  put("b");
  std::string seen;
  const Subscription hook =
      db().afterUpsert(tasksTable, [&seen](HookContext&, std::span<const UpsertOp<Task>> ops) -> Action<> {
        for (const UpsertOp<Task>& op : ops) {
          seen += op.old->note.value_or("-") + ">" + op.row->note.value_or("-") + " ";
        }
        co_return;
      });
  execSync(db(), modify(tasksTable, "a", [](Task& task) { task.note = "n"; }));
  EXPECT_EQ(seen, "->n ");
  const auto error = thrown([&] { execSync(db(), modify(tasksTable, "b", [](Task& task) { task.note = "n"; })); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::uniqueViolation);
}

TEST_F(ModifyTest, WakesNoLiveResultWhenNothingIsChanged) {
  put("a", "p1", 3);
  auto live = cachedSelector(db(), projectTasks("p1"));
  int calls = 0;
  const Subscription subscription = live.subscribe([&calls] { ++calls; });
  execSync(db(), modify(tasksTable, "a", [](Task& task) { task.rank = 3; }));
  EXPECT_EQ(calls, 0);
  execSync(db(), modify(tasksTable, "a", [](Task& task) { task.rank = 4; }));
  EXPECT_EQ(calls, 1);
}

TEST_F(ModifyTest, ChangesObjectsOfTheDynamicTwin) {
  put("a", "p1", 3);
  EXPECT_TRUE(execSync(db(), modify(tasksTable.dynamic(), "a", [](Object& row) { row.set("rank", 8); })));
  EXPECT_EQ(storedTask(db(), "a").rank, 8);
}

TEST_F(ModifyTest, TakesAFunctionThatCanOnlyBeMoved) {
  put("a");
  auto text = std::make_unique<std::string>("moved in");
  execSync(db(), modify(tasksTable, "a", [text = std::move(text)](Task& task) { task.title = *text; }));
  EXPECT_EQ(storedTask(db(), "a").title, "moved in");
}

using LateModifyTest = LateTaskTest;

TEST_F(LateModifyTest, WorksOverAStorageThatAnswersLate) {
  put("a", "p1", 3);
  EXPECT_TRUE(wait(execAsync(db(), modify(tasksTable, "a", [](Task& task) { task.rank = 5; }))));
  EXPECT_FALSE(wait(execAsync(db(), modify(tasksTable, "b", [](Task& task) { task.rank = 5; }))));
  EXPECT_EQ(wait(execAsync(db(), getById(tasksTable, "a")))->rank, 5);
}

}  // namespace
}  // namespace hyperdb::test
