// A run loop that goes while databases on it are busy.
#include "support/task_db.hpp"

namespace hyperdb::test {
namespace {

struct BusyDatabase {
  explicit BusyDatabase(RunLoop& loop, bool isOwnLoop = false) {
    LateOptions options;
    options.postponeOneIn = 0;
    auto driver = std::make_unique<LateDriver>(std::make_unique<BptreeInmemDriver>(), loop, options);
    control = driver->control();
    DBOptions dbOptions;
    if (!isOwnLoop) dbOptions.executor = &loop;
    db.emplace(DB{std::unique_ptr<Driver>(std::move(driver)), dbOptions});
    auto& executor = static_cast<RunLoop&>(db->executor());
    runUntilReady(executor, execAsync(db->loadTables({tasksTable, logTable})));
    live.emplace(asyncSelector(*db, allTasks()));
    subscription = live->subscribe([] {});
    executor.runReady();
    control->pause();
    for (const char* id : {"t1", "t2"}) inFlight.push_back(asyncDispatch(*db, addTask(id)));
    live->refetch();
    fresh.emplace(live->whenFresh());
    executor.runReady();
  }
  void dropHandles() {
    subscription.cancel();
    live.reset();
    db.reset();
  }
  void expectAllCancelled() {
    for (Completion<void>& each : inFlight) EXPECT_EQ(codeOf([&] { each.get(); }), ErrorCode::cancelled);
    EXPECT_EQ(codeOf([&] { fresh->get(); }), ErrorCode::cancelled);
  }

  std::shared_ptr<LateControl> control;
  std::optional<SubscribableDB> db;
  std::optional<AsyncSelector<Rows<Task>>> live;
  Subscription subscription;
  std::vector<Completion<void>> inFlight;
  std::optional<Completion<void>> fresh;
};

TEST(LoopGone, ADatabaseWithoutHandlesThatIsBusyGoesWithItsLoop) {
  const AliveInProcess before;
  auto loop = std::make_unique<RunLoop>();
  BusyDatabase busy(*loop);
  busy.dropHandles();
  EXPECT_GT(busy.control.use_count(), 1) << "what is on its way keeps the database";
  loop.reset();
  EXPECT_EQ(busy.control.use_count(), 1) << "the driver is gone";
  busy.expectAllCancelled();
  EXPECT_EQ(AliveInProcess(), before);
}

TEST(LoopGone, ADatabaseWithHandlesIsClosedWithItsLoop) {
  const AliveInProcess before;
  {
    auto loop = std::make_unique<RunLoop>();
    BusyDatabase busy(*loop);
    loop.reset();
    busy.expectAllCancelled();
    EXPECT_TRUE(busy.db->isClosed());
    EXPECT_EQ(codeOf([&] { asyncDispatch(*busy.db, addTask("t3")).get(); }), ErrorCode::closed);
    EXPECT_EQ(codeOf([&] { execAsync(busy.db->loadTables({tasksTable})).get(); }), ErrorCode::closed);
    EXPECT_EQ(codeOf([&] { select(*busy.db, allTasks()); }), ErrorCode::closed);
    EXPECT_EQ(codeOf([&] { busy.live->data(); }), ErrorCode::closed);
    EXPECT_EQ(busy.db->stats().operationsRunning, 0);
    busy.inFlight[0].cancel();
  }
  EXPECT_EQ(AliveInProcess(), before);
}

TEST(LoopGone, ADatabaseWithALoopOfItsOwnClosesWithItsLastHandle) {
  const AliveInProcess before;
  RunLoop unused;
  BusyDatabase busy(unused, true);
  busy.dropHandles();
  EXPECT_EQ(busy.control.use_count(), 1) << "the driver is gone";
  busy.expectAllCancelled();
  EXPECT_EQ(AliveInProcess(), before);
}

TEST(LoopGone, AContinuationThatCanNotBeCalledAnyMoreIsDestroyed) {
  const auto held = std::make_shared<int>();
  const auto continuation = [held](Completion<int>) { FAIL(); };
  {
    RunLoop loop;
    Completion<int>(1).then(loop, continuation);  // posted
    const CompletionSource<int> resolved(loop);
    resolved.completion().then(loop, continuation);
    resolved.resolve(1);
    const CompletionSource<int> unresolved(loop);
    unresolved.completion().then(loop, continuation);
    EXPECT_FALSE(unresolved.isDropped()) << "a continuation waits for it";
    EXPECT_EQ(held.use_count(), 5);
  }
  EXPECT_EQ(held.use_count(), 2);
}

}  // namespace
}  // namespace hyperdb::test
