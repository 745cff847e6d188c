// A database belongs to one thread: in builds with assertions every function of the synchronous column says so when
// another thread calls it, and then nothing has happened.
#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <thread>

#include "support/task_db.hpp"

namespace hyperdb::test {
namespace {

class HomeThreadTest : public TaskTest {
 protected:
  /// Runs `call` on another thread.
  static std::optional<ErrorCode> codeElsewhere(const std::function<void()>& call) {
    std::optional<ErrorCode> code;
    std::thread([&] { code = codeOf(call); }).join();
    return code;
  }
};

#ifndef NDEBUG

struct Misuse {
  const char* name;
  std::function<void()> call;
};

TEST_F(HomeThreadTest, ACommandIsRefusedOnAnotherThread) {
  const std::vector<Misuse> table{
      {"select", [&] { select(db(), allTasks()); }},
      {"syncDispatch", [&] { syncDispatch(db(), addTask("t1")); }},
      {"execSync of a call", [&] { execSync(db(), addTask("t1")); }},
      {"execSync of a selector", [&] { execSync(db(), allTasks()); }},
      {"execSync of a query", [&] { execSync(db(), selectFrom(tasksTable, byRank)); }},
      {"execSync of a write", [&] { execSync(db(), insert(tasksTable, makeTask("t1"))); }},
      {"loadTables", [&] { execSync(db().loadTables({tasksTable})); }},
      {"preloadSelector", [&] { preloadSelector(db(), allTasks()); }},
      {"preloadSelectorAsync", [&] { static_cast<void>(preloadSelectorAsync(db(), allTasks())); }},
  };
  for (const Misuse& each : table) {
    EXPECT_EQ(codeElsewhere(each.call), ErrorCode::wrongThread) << each.name;
  }
  EXPECT_EQ(all(), "");
  EXPECT_EQ(db().revision(), 0);
  EXPECT_EQ(db().stats().entries, 0);
}

TEST_F(HomeThreadTest, ALiveResultIsRefusedOnAnotherThread) {
  const auto live = cachedSelector(db(), allTasks());
  auto async = asyncSelector(db(), countTasks("p1"));
  live.snapshot();
  const auto nothing = [](Subscription) {};
  const std::vector<Misuse> table{
      {"cachedSelector", [&] { cachedSelector(db(), allTasks()); }},
      {"snapshot", [&] { live.snapshot(); }},
      {"view", [&] { live.view(); }},
      {"subscribe", [&] { nothing(live.subscribe([] {})); }},
      {"revision", [&] { live.revision(); }},
      {"runsCount", [&] { live.runsCount(); }},
      {"lastWake", [&] { live.lastWake(); }},
      {"asyncSelector", [&] { asyncSelector(db(), allTasks()); }},
      {"status", [&] { async.status(); }},
      {"isFetching", [&] { async.isFetching(); }},
      {"data", [&] { async.data(); }},
      {"error", [&] { async.error(); }},
      {"refetch", [&] { async.refetch(); }},
      {"whenFresh", [&] { static_cast<void>(async.whenFresh()); }},
      {"subscribe to an asyncSelector", [&] { nothing(async.subscribe([] {})); }},
      {"revision of an asyncSelector", [&] { async.revision(); }},
      {"runsCount of an asyncSelector", [&] { async.runsCount(); }},
      {"lastWake of an asyncSelector", [&] { async.lastWake(); }},
  };
  for (const Misuse& each : table) {
    EXPECT_EQ(codeElsewhere(each.call), ErrorCode::wrongThread) << each.name;
  }
  EXPECT_EQ(db().stats().entries, 2);
  EXPECT_EQ(db().stats().subscriptions, 0);
  EXPECT_EQ(live.runsCount() + async.runsCount(), 2u);
}

TEST_F(HomeThreadTest, ARegistrationIsRefusedOnAnotherThread) {
  const auto nothing = [](Subscription) {};
  const auto onInsert = [](HookContext&, std::span<const InsertOp<Task>>) -> Action<> { co_return; };
  const auto onUpsert = [](HookContext&, std::span<const UpsertOp<Task>>) -> Action<> { co_return; };
  const auto onDelete = [](HookContext&, std::span<const DeleteOp<Task>>) -> Action<> { co_return; };
  const auto onChange = [](HookContext&, const AnyTable&, std::span<const Op>) -> Action<> { co_return; };
  const auto onScan = [](HookContext&, const ScanEvent&) -> Action<> { co_return; };
  const std::vector<Misuse> table{
      {"subscribe", [&] { nothing(db().subscribe([](const CommitEvent&) {})); }},
      {"afterInsert", [&] { nothing(db().afterInsert(tasksTable, onInsert)); }},
      {"afterUpsert", [&] { nothing(db().afterUpsert(tasksTable, onUpsert)); }},
      {"afterDelete", [&] { nothing(db().afterDelete(tasksTable, onDelete)); }},
      {"afterChange", [&] { nothing(db().afterChange(onChange)); }},
      {"afterScan", [&] { nothing(db().afterScan(onScan)); }},
      {"onCallbackError", [&] { db().onCallbackError([](std::exception_ptr) {}); }},
  };
  for (const Misuse& each : table) {
    EXPECT_EQ(codeElsewhere(each.call), ErrorCode::wrongThread) << each.name;
  }
  EXPECT_EQ(db().stats().subscriptions, 0);
}

TEST_F(HomeThreadTest, TheDatabaseItselfIsRefusedOnAnotherThread) {
  const std::vector<Misuse> table{
      {"revision", [&] { db().revision(); }},
      {"stats", [&] { db().stats(); }},
      {"counters", [&] { db().counters(); }},
      {"setTracer", [&] { db().setTracer(nullptr); }},
      {"close", [&] { db().close(); }},
      {"setCommitReports", [&] { db().setCommitReports(true); }},
      {"lastCommitReport", [&] { db().lastCommitReport(); }},
      {"a second SubscribableDB", [&] { SubscribableDB{static_cast<const DB&>(db())}; }},
  };
  for (const Misuse& each : table) {
    EXPECT_EQ(codeElsewhere(each.call), ErrorCode::wrongThread) << each.name;
  }
  EXPECT_FALSE(db().isClosed());
}

#endif

TEST_F(HomeThreadTest, TheAsynchronousColumnAndSnapshotsAreForEveryThread) {
  RunLoop& loop = static_cast<RunLoop&>(db().executor());
  Completion<void> added(Unit{});
  Completion<Rows<Task>> read(Rows<Task>{});
  std::thread([&] {
    EXPECT_EQ(db().snapshot().read(selectFrom(tasksTable, byRank)).size(), 0u);
    added = asyncDispatch(db(), addTask("t1"));
    read = selectAsync(db(), allTasks());
    static_cast<void>(execAsync(db(), insert(logTable, LogLine{"l1", "x"})));
    static_cast<void>(execAsync(db().loadTables({tasksTable})));
    EXPECT_FALSE(db().isClosed());
  }).join();
  EXPECT_FALSE(added.isReady());
  loop.runReady();
  EXPECT_NO_THROW(added.get());
  EXPECT_EQ(idsOf(read.get()), "t1");
}

}  // namespace
}  // namespace hyperdb::test
