// How deep and how long commands may go.
#include <cstdint>

#include "support/task_db.hpp"

namespace hyperdb::test {
namespace {

class NestingTest : public TaskTest {};

TEST_F(NestingTest, ASelectorAwaitsTenThousandReadsInOneCall) {
  for (int i = 0; i < 20; ++i) put("t" + std::to_string(i), "p" + std::to_string(i % 2), i);
  const auto many = selector("many", {}, []() -> Selector<int> {
    int sum = 0;
    for (int i = 0; i < 10'000; ++i) {
      RowPtr<Task> row =
          co_await selectFrom(tasksTable, byId).where(eq<&Task::id>("t" + std::to_string(i % 20))).first();
      sum += static_cast<int>(row->rank);
    }
    co_return sum;
  });
  EXPECT_EQ(select(db(), many()), 95'000);
  EXPECT_EQ(liveFramesCount(), 0);
}

Selector<std::uintptr_t> stackPosition() { co_return reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0)); }

TEST_F(NestingTest, AMillionSynchronousAwaitsDoNotGrowTheStack) {
  const auto million = selector("million", {}, []() -> Selector<int> {
    int count = 0;
    std::uintptr_t first = 0;
    for (int i = 0; i < 1'000'000; ++i) {
      co_await noop();
      std::uintptr_t position = co_await stackPosition();
      if (first == 0) first = position;
      if (position == first) ++count;
    }
    co_return count;
  });
  EXPECT_EQ(select(db(), million()), 1'000'000);
}

TEST_F(NestingTest, AMillionSynchronousReadsDoNotGrowTheStack) {
  put("t1");
  const auto million = selector("million", {}, []() -> Selector<int> {
    int count = 0;
    const auto query = selectFrom(tasksTable, byId).where(eq<&Task::id>("t1"));
    for (int i = 0; i < 100'000; ++i) {
      Rows<Task> rows = co_await query;
      count += static_cast<int>(rows.size());
    }
    co_return count;
  });
  for (int i = 0; i < 10; ++i) EXPECT_EQ(select(db(), million()), 100'000);
}

Selector<int> recursive(int levels);
const auto recursiveSelector =
    selector("recursiveSelector", {"levels"}, [](int levels) -> Selector<int> { return recursive(levels); });
Selector<int> recursive(int levels) {
  if (levels == 0) co_return 0;
  co_return co_await recursiveSelector(levels - 1) + 1;
}
Action<int> recursiveAction(int levels) {
  Task task = makeTask("t" + std::to_string(levels));
  co_await insert(tasksTable, task);
  if (levels == 0) co_return 0;
  co_return co_await recursiveAction(levels - 1) + 1;
}

TEST_F(NestingTest, ThreeHundredLevelsAreFine) {
  EXPECT_EQ(select(db(), recursiveSelector(300)), 300);
  EXPECT_EQ(execSync(db(), recursiveAction(300)), 300);
  EXPECT_EQ(select(db(), allTasks()).size(), 301u);
}

TEST_F(NestingTest, EndlessRecursionIsAnErrorThatNamesTheCommand) {
  const auto error = thrown([&] { select(db(), recursiveSelector(1'000'000)); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::nestingTooDeep);
  EXPECT_EQ(error->place().command, "recursiveSelector");
  EXPECT_EQ(liveFramesCount(), 0);
}

TEST_F(NestingTest, EndlessRecursionOfAnActionLeavesNothingBehind) {
  EXPECT_EQ(codeOf([&] { execSync(db(), recursiveAction(1'000'000)); }), ErrorCode::nestingTooDeep);
  EXPECT_EQ(all(), "");
  EXPECT_EQ(db().revision(), 0);
  put("t1");
  EXPECT_EQ(all(), "t1");
}

TEST_F(NestingTest, AHookThatTriggersItselfForeverIsAnError) {
  const Subscription hook =
      db().afterInsert(tasksTable, [](HookContext&, std::span<const InsertOp<Task>> ops) -> Action<> {
        Task next = makeTask(ops[0].row->id + "x");
        co_await insert(tasksTable, next);
      });
  EXPECT_EQ(codeOf([&] { syncDispatch(db(), addTask("t")); }), ErrorCode::nestingTooDeep);
  EXPECT_EQ(all(), "");
}

}  // namespace
}  // namespace hyperdb::test
