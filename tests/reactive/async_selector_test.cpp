// Cached selectors over a driver that answers late.
#include "support/task_db.hpp"

namespace hyperdb::test {
namespace {

class AsyncSelectorTest : public LateTaskTest {
 protected:
  void holdScans() { control->holdBack(LateKind::scan); }
};

TEST_F(AsyncSelectorTest, GoesFromPendingToReady) {
  put("t1");
  auto live = asyncSelector(db(), allTasks());
  EXPECT_EQ(live.status(), SelectorStatus::pending);
  EXPECT_TRUE(live.isFetching());
  EXPECT_EQ(live.data(), nullptr);
  EXPECT_EQ(live.error(), nullptr);
  wait(live.whenFresh());
  EXPECT_EQ(live.status(), SelectorStatus::ready);
  EXPECT_FALSE(live.isFetching());
  EXPECT_EQ(idsOf(*live.data()), "t1");
  EXPECT_EQ(live.revision(), 1);
  EXPECT_TRUE(live.whenFresh().isReady());
  EXPECT_EQ(idsOf(cachedSelector(db(), allTasks()).snapshot()), "t1") << "what is there can be read synchronously";
}

TEST_F(AsyncSelectorTest, SubscribersHearOfTheFirstResultAndOfEveryChange) {
  auto live = asyncSelector(db(), allTasks());
  std::vector<Task> list;
  int called = 0;
  const Subscription subscription = live.subscribe([&] { ++called; });
  const Subscription changes = live.subscribe([&](const Changes<Task>& each) { apply(list, each); });
  loop.runReady();
  EXPECT_EQ(called, 1);
  put("t1");
  loop.runReady();
  EXPECT_EQ(called, 2);
  put("t2", "p1", -1);
  loop.runReady();
  EXPECT_EQ(list, live.data()->toVector());
  EXPECT_EQ(idsOf(*live.data()), "t2 t1");
}

TEST_F(AsyncSelectorTest, ACommitThatComesWhileARunIsOnItsWayIsNotMissed) {
  auto live = asyncSelector(db(), allTasks());
  const Subscription subscription = live.subscribe([] {});
  holdScans();
  loop.runReady();
  EXPECT_TRUE(live.isFetching());
  wait(asyncDispatch(db(), putTask("t1", "p1", 1)));
  wait(asyncDispatch(db(), putTask("t2", "p1", 1)));
  EXPECT_TRUE(live.isFetching());
  control->letGo();
  wait(live.whenFresh());
  EXPECT_EQ(idsOf(*live.data()), "t1 t2");
  EXPECT_EQ(live.revision(), 2);
  EXPECT_EQ(live.runsCount(), 2u);
  ASSERT_TRUE(live.lastWake());
}

TEST_F(AsyncSelectorTest, AHandleWhoseEntryHasExpiredGoesOnFromWhatItShowed) {
  put("t1");
  auto live = asyncSelector(db(), allTasks());
  wait(live.whenFresh());
  clock.advanceMs(100'000);
  EXPECT_EQ(db().stats().entries, 0);
  std::vector<Task> list = live.data()->toVector();
  put("t2");
  const Subscription changes = live.subscribe([&](const Changes<Task>& each) { apply(list, each); });
  ASSERT_NE(live.data(), nullptr) << "the last result, while a newer one is on its way";
  loop.runReady();
  EXPECT_EQ(list, live.data()->toVector());
  EXPECT_EQ(idsOf(*live.data()), "t1 t2");
}

TEST_F(AsyncSelectorTest, ACommitElsewhereWhileARunIsOnItsWayCostsNothing) {
  auto live = asyncSelector(db(), projectTasks("p1"));
  const Subscription subscription = live.subscribe([] {});
  holdScans();
  loop.runReady();
  wait(asyncDispatch(db(), putTask("t1", "p2", 1)));
  control->letGo();
  wait(live.whenFresh());
  EXPECT_EQ(live.runsCount(), 1u);
  EXPECT_EQ(live.revision(), 1);
}

TEST_F(AsyncSelectorTest, AnErrorOfTheStorageFailsTheRunAndRefetchingHeals) {
  put("t1");
  auto live = asyncSelector(db(), allTasks());
  wait(live.whenFresh());
  int called = 0;
  const Subscription subscription = live.subscribe([&] { ++called; });
  control->failNext(LateKind::scan);
  live.refetch();
  loop.runReady();
  EXPECT_EQ(live.status(), SelectorStatus::failed);
  EXPECT_NE(live.error(), nullptr);
  EXPECT_EQ(idsOf(*live.data()), "t1") << "the last result stays";
  EXPECT_EQ(called, 1);
  live.refetch();
  loop.runReady();
  EXPECT_EQ(live.status(), SelectorStatus::ready);
  EXPECT_EQ(called, 2);
  control->failNext(LateKind::scan);
  live.refetch();
  EXPECT_EQ(codeOf([&] { wait(live.whenFresh()); }), ErrorCode::driverFailure);
  EXPECT_NO_THROW(wait(live.whenFresh())) << "the next one tries again";
}

TEST_F(AsyncSelectorTest, RefetchingWhileARunIsOnItsWayJoinsIt) {
  put("t1");
  auto live = asyncSelector(db(), allTasks());
  holdScans();
  loop.runReady();
  live.refetch();
  live.refetch();
  Completion<void> fresh = live.whenFresh();
  control->letGo();
  wait(std::move(fresh));
  EXPECT_EQ(live.runsCount(), 1u);
  live.refetch();
  loop.runReady();
  EXPECT_EQ(live.runsCount(), 2u);
}

TEST_F(AsyncSelectorTest, ChangesAfterAnErrorStartFromTheLastResult) {
  put("t1");
  auto live = asyncSelector(db(), allTasks());
  std::vector<Task> list;
  const Subscription changes = live.subscribe([&](const Changes<Task>& each) { apply(list, each); });
  loop.runReady();
  control->failNext(LateKind::scan);
  live.refetch();
  loop.runReady();
  EXPECT_EQ(live.status(), SelectorStatus::failed);
  EXPECT_EQ(list.size(), 1u);
  put("t2");
  wait(live.whenFresh());
  EXPECT_EQ(list, live.data()->toVector());
  EXPECT_EQ(list.size(), 2u);
}

TEST_F(AsyncSelectorTest, AnErrorAtAnyOperationOfARunIsHealedByTheNextCommit) {
  put("t1");
  for (const LateKind kind : {LateKind::begin, LateKind::scan}) {
    auto live = asyncSelector(db(), countTasks("p1"));
    const Subscription subscription = live.subscribe([] {});
    loop.runReady();
    control->failNext(kind);
    live.refetch();
    loop.runReady();
    EXPECT_EQ(live.status(), SelectorStatus::failed);
    wait(live.whenFresh());
    EXPECT_EQ(*live.data(), 1);
  }
}

TEST_F(AsyncSelectorTest, WhoWaitsIsToldWhenTheEntryGoes) {
  holdScans();
  Completion<void> fresh = preloadSelectorAsync(db(), allTasks());
  loop.runReady();
  clock.advanceMs(100'000);
  EXPECT_EQ(db().stats().entries, 1) << "it is on its way";
  control->letGo();
  wait(std::move(fresh));
  holdScans();
  auto live = asyncSelector(db(), countTasks("p1"));
  Completion<void> waiting = live.whenFresh();
  db().close();
  loop.runReady();
  EXPECT_EQ(codeOf([&] { waiting.get(); }), ErrorCode::cancelled);
}

TEST_F(AsyncSelectorTest, DroppingTheSubscriptionWhileARunIsOnItsWayIsFine) {
  holdScans();
  auto live = asyncSelector(db(), allTasks());
  int called = 0;
  {
    const Subscription subscription = live.subscribe([&] { ++called; });
  }
  control->letGo();
  loop.runReady();
  EXPECT_EQ(called, 0);
  EXPECT_EQ(live.status(), SelectorStatus::ready);
}

SelectorOptions kept() {
  SelectorOptions options;
  options.memoization.selfChild = true;
  return options;
}
const auto keptCount = selector(
    "keptCount", {"projectId"},
    [](std::string projectId) -> Selector<int> {
      Rows<Task> rows = co_await projectTasks(projectId);
      co_return static_cast<int>(rows.size());
    },
    kept());
const auto sums = selector("sums", {}, []() -> Selector<int> {
  int first = co_await keptCount("p1");
  int second = co_await keptCount("p2");
  Rows<Task> rows = co_await selectFrom(tasksTable, byTitle).where(eq<&Task::title>("task wake"));
  co_return first * 100 + second * 10 + static_cast<int>(rows.size());
});

TEST_F(AsyncSelectorTest, AKeptChildIsNotUsedAfterACommitThatCameWhileItRan) {
  for (int steps = 0; steps < 40; ++steps) {
    close();
    LateOptions options;
    options.seed = testSeed() + static_cast<std::uint64_t>(steps);
    options.postponeOneIn = 0;
    SCOPED_TRACE("steps " + std::to_string(steps));
    open(options);
    auto live = asyncSelector(db(), sums());
    const Subscription subscription = live.subscribe([] {});
    for (int i = 0; i < steps; ++i) loop.runOne();
    Completion<void> one = asyncDispatch(db(), putTask("a", "p1", 1));
    Completion<void> two = asyncDispatch(db(), putTask("b", "p2", 1));
    for (int i = 0; i < steps / 2; ++i) loop.runOne();
    live.refetch();
    wait(std::move(one));
    wait(std::move(two));
    wait(live.whenFresh());
    ASSERT_EQ(*live.data(), 110);
  }
}

}  // namespace
}  // namespace hyperdb::test
