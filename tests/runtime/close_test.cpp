// Closing a database, from outside and from inside of what it runs.
#include "support/task_db.hpp"

namespace hyperdb::test {
namespace {

class CloseTest : public ::testing::Test {
 protected:
  CloseTest() { execSync(db.loadTables({tasksTable, logTable})); }
  SubscribableDB db{DB{BptreeInmemDriver{}}};
};
SubscribableDB* current = nullptr;

TEST_F(CloseTest, EverythingThrowsAfterwards) {
  const auto live = cachedSelector(db, allTasks());
  int called = 0;
  Subscription watching = live.subscribe([&] { ++called; });
  const Rows<Task> kept = live.snapshot();
  syncDispatch(db, addTask("t1"));
  EXPECT_EQ(called, 1);
  db.close();
  db.close();
  EXPECT_TRUE(db.isClosed());
  EXPECT_EQ(codeOf([&] { select(db, allTasks()); }), ErrorCode::closed);
  EXPECT_EQ(codeOf([&] { syncDispatch(db, addTask("t2")); }), ErrorCode::closed);
  EXPECT_EQ(codeOf([&] { asyncDispatch(db, addTask("t2")).get(); }), ErrorCode::closed);
  EXPECT_EQ(codeOf([&] { selectAsync(db, allTasks()).get(); }), ErrorCode::closed);
  EXPECT_EQ(codeOf([&] { execSync(db.loadTables({tasksTable})); }), ErrorCode::closed);
  EXPECT_EQ(codeOf([&] { execAsync(db.loadTables({tasksTable})).get(); }), ErrorCode::closed);
  EXPECT_EQ(codeOf([&] { live.snapshot(); }), ErrorCode::closed);
  EXPECT_EQ(codeOf([&] { cachedSelector(db, allTasks()); }), ErrorCode::closed);
  EXPECT_EQ(codeOf([&] { static_cast<void>(db.subscribe([](const CommitEvent&) {})); }), ErrorCode::closed);
  EXPECT_EQ(called, 1);
  EXPECT_EQ(kept.size(), 0u);
  const Stats stats = db.stats();
  EXPECT_EQ(stats.entries + stats.ranges + stats.operationsRunning, 0);
  watching.cancel();
}

TEST_F(CloseTest, AnActionThatClosesItsDatabaseIsCancelled) {
  current = &db;
  const auto closing = action("closing", {}, []() -> Action<> {
    co_await addTask("t1");
    current->close();
    co_await addTask("t2");
  });
  const auto closingLast = action("closingLast", {}, []() -> Action<> {
    co_await addTask("t1");
    current->close();
  });
  EXPECT_EQ(codeOf([&] { syncDispatch(db, closing()); }), ErrorCode::cancelled);
  EXPECT_EQ(codeOf([&] { syncDispatch(db, closing()); }), ErrorCode::closed);
  SubscribableDB second{DB{BptreeInmemDriver{}}};
  execSync(second.loadTables({tasksTable, logTable}));
  current = &second;
  EXPECT_EQ(codeOf([&] { asyncDispatch(second, closingLast()).get(); }), ErrorCode::cancelled);
  static_cast<RunLoop&>(second.executor()).runReady();
  EXPECT_EQ(second.stats().operationsRunning, 0);
}

TEST_F(CloseTest, ACallbackMayCloseTheDatabase) {
  const auto live = cachedSelector(db, allTasks());
  int called = 0;
  const Subscription first = db.subscribe([&](const CommitEvent&) { db.close(); });
  const Subscription second = db.subscribe([&](const CommitEvent&) { ++called; });
  const Subscription watching = live.subscribe([&] { ++called; });
  syncDispatch(db, addTask("t1"));
  EXPECT_TRUE(db.isClosed());
  EXPECT_EQ(called, 0) << "nobody is called after the close";
  EXPECT_EQ(db.stats().entries, 0);
}

TEST_F(CloseTest, ASelectorThatIsCachedMayCloseTheDatabase) {
  current = &db;
  const auto closing = selector("closing", {}, []() -> Selector<int> {
    current->close();
    co_await allTasks();
    co_return 1;
  });
  EXPECT_EQ(codeOf([&] { cachedSelector(db, closing()).snapshot(); }), ErrorCode::cancelled);
}

TEST(Close, SubscriptionsAndHandlesMayOutliveTheDatabase) {
  const AliveInProcess before;
  {
    Subscription commits;
    Subscription hook;
    Subscription watching;
    std::optional<CachedSelector<Rows<Task>>> live;
    {
      SubscribableDB db{DB{BptreeInmemDriver{}}};
      execSync(db.loadTables({tasksTable}));
      commits = db.subscribe([](const CommitEvent&) {});
      hook = db.afterInsert(tasksTable, [](HookContext&, std::span<const InsertOp<Task>>) -> Action<> { co_return; });
      live = cachedSelector(db, allTasks());
      watching = live->subscribe([] {});
      syncDispatch(db, addTask("t1"));
    }
    EXPECT_EQ(live->snapshot().size(), 1u);
  }
  EXPECT_EQ(AliveInProcess(), before);
}

TEST(Close, ACallbackMayDropTheLastHandle) {
  const AliveInProcess before;
  auto db = std::make_unique<SubscribableDB>(DB{BptreeInmemDriver{}});
  execSync(db->loadTables({tasksTable}));
  const Subscription commits = db->subscribe([&](const CommitEvent&) { db.reset(); });
  const SubscribableDB& alias = *db;
  syncDispatch(alias, addTask("t1"));
  EXPECT_EQ(db, nullptr);
  EXPECT_EQ(AliveInProcess(), before);
}

TEST(Close, ADatabaseNeedsADriver) {
  EXPECT_EQ(codeOf([] { DB{std::unique_ptr<Driver>()}; }), ErrorCode::invalidArgument);
}

}  // namespace
}  // namespace hyperdb::test
