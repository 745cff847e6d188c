// How long cached results live, and what may be released when.
#include <limits>

#include "support/task_db.hpp"

namespace hyperdb::test {
namespace {

class CacheLifetimeTest : public TaskTest {};

SelectorOptions withGcTime(std::int64_t milliseconds) {
  SelectorOptions options;
  options.gcTimeMs = milliseconds;
  return options;
}
const auto shortLived =
    selector("shortLived", {}, []() -> Selector<Rows<Task>> { co_return co_await allTasks(); }, withGcTime(0));
SelectorOptions notShared() {
  SelectorOptions options;
  options.memoization.root = false;
  return options;
}
const auto ownCopy =
    selector("ownCopy", {}, []() -> Selector<Rows<Task>> { co_return co_await allTasks(); }, notShared());

TEST_F(CacheLifetimeTest, AnEntryLivesForThirtySecondsAfterItsLastSubscriber) {
  const auto live = cachedSelector(db(), allTasks());
  {
    const Subscription subscription = live.subscribe([] {});
    clock.advanceMs(100'000);
    EXPECT_EQ(db().stats().entries, 1);
  }
  clock.advanceMs(29'999);
  EXPECT_EQ(db().stats().entries, 1);
  clock.advanceMs(1);
  EXPECT_EQ(db().stats().entries, 0);
  EXPECT_EQ(db().stats().ranges, 0);
  EXPECT_EQ(live.snapshot().size(), 0u);
  EXPECT_EQ(live.runsCount(), 1u) << "a new entry";
}

TEST_F(CacheLifetimeTest, AnEntryThatIsUsedInTimeIsRevived) {
  const auto live = cachedSelector(db(), allTasks());
  live.snapshot();
  clock.advanceMs(20'000);
  Subscription subscription = live.subscribe([] {});
  clock.advanceMs(20'000);
  EXPECT_EQ(db().stats().entries, 1);
  subscription.cancel();
  clock.advanceMs(20'000);
  live.snapshot();
  clock.advanceMs(20'000);
  EXPECT_EQ(db().stats().entries, 1);
  EXPECT_EQ(live.runsCount(), 1u);
}

TEST_F(CacheLifetimeTest, WithAGcTimeOfZeroItGoesAtOnce) {
  const auto live = cachedSelector(db(), shortLived());
  live.snapshot();
  EXPECT_EQ(db().stats().entries, 0);
  {
    const Subscription subscription = live.subscribe([] {});
    EXPECT_EQ(db().stats().entries, 1);
    put("t1");
    EXPECT_EQ(live.snapshot().size(), 1u);
  }
  EXPECT_EQ(db().stats().entries, 0);
  put("t2");
  EXPECT_EQ(live.snapshot().size(), 2u);
  auto async = asyncSelector(db(), shortLived());
  ASSERT_NE(async.data(), nullptr);
  EXPECT_EQ(async.data()->size(), 2u);
  EXPECT_EQ(async.status(), SelectorStatus::ready);
}

/// Says what it is told to say.
struct AnyClock final : Clock {
  std::int64_t nowMs() const override { return timeMs; }
  std::int64_t timeMs = 0;
};

TEST(CacheLifetime, TheLargestGcTimeIsForEver) {
  ManualClock clock;
  DBOptions options;
  options.clock = &clock;
  options.gcTimeMs = std::numeric_limits<std::int64_t>::max();
  SubscribableDB db{DB{BptreeInmemDriver{}, options}};
  execSync(db.loadTables({tasksTable}));
  clock.advanceMs(1'000);
  preloadSelector(db, allTasks());
  clock.advanceMs(1'000'000'000'000'000);
  EXPECT_EQ(db.stats().entries, 1);
  clock.advanceMs(std::numeric_limits<std::int64_t>::max());
  EXPECT_GE(db.stats().entries, 0);
}

TEST(CacheLifetime, ClocksMayStandAtAnyTime) {
  constexpr std::int64_t min = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t max = std::numeric_limits<std::int64_t>::max();
  for (const std::int64_t startMs : {min, std::int64_t{-10}, std::int64_t{-1}, std::int64_t{0}, max - 10, max}) {
    for (const std::int64_t gcTimeMs : {std::int64_t{1}, std::int64_t{30'000}, max}) {
      AnyClock clock;
      clock.timeMs = startMs;
      DBOptions options;
      options.clock = &clock;
      options.gcTimeMs = gcTimeMs;
      SubscribableDB db{DB{BptreeInmemDriver{}, options}};
      execSync(db.loadTables({tasksTable}));
      for (int i = 0; i < 3; ++i) {
        auto live = cachedSelector(db, projectTasks("p" + std::to_string(i)));
        EXPECT_EQ(live.snapshot().size(), 0u);
        const Subscription subscription = live.subscribe([] {});
      }
      EXPECT_LE(db.stats().entries, 3);
      clock.timeMs = max;
      EXPECT_EQ(db.stats().entries, 0) << startMs << " + " << gcTimeMs;
    }
  }
}

TEST_F(CacheLifetimeTest, WithoutSharingEachHandleHasItsOwn) {
  const auto first = cachedSelector(db(), ownCopy());
  const auto copy = first;
  const auto second = cachedSelector(db(), ownCopy());
  first.snapshot();
  copy.snapshot();
  second.snapshot();
  EXPECT_EQ(first.runsCount(), 1u);
  EXPECT_EQ(db().stats().entries, 2);
  EXPECT_EQ(db().counters().selectorsRun, 2u);
  put("t1");
  EXPECT_EQ(first.snapshot().size(), 1u);
}

TEST_F(CacheLifetimeTest, APreloadedResultIsThereWithoutASubscription) {
  preloadSelector(db(), allTasks());
  EXPECT_EQ(db().counters().selectorsRun, 1u);
  const auto live = cachedSelector(db(), allTasks());
  live.snapshot();
  EXPECT_EQ(db().counters().selectorsRun, 1u);
  EXPECT_NO_THROW(preloadSelectorAsync(db(), allTasks()).get());
}

TEST_F(CacheLifetimeTest, ASubscriptionMayBeDroppedInsideItsCallback) {
  const auto live = cachedSelector(db(), allTasks());
  Subscription subscription;
  Subscription other;
  int called = 0;
  subscription = live.subscribe([&] {
    ++called;
    subscription = Subscription();
    other = Subscription();
  });
  other = live.subscribe([&] { called += 100; });
  put("t1");
  put("t2");
  EXPECT_EQ(called, 1);
}

TEST_F(CacheLifetimeTest, ASubscriptionKeepsTheResultWhenTheHandleIsGone) {
  Subscription subscription;
  int called = 0;
  {
    const auto live = cachedSelector(db(), allTasks());
    subscription = live.subscribe([&] { ++called; });
  }
  clock.advanceMs(100'000);
  put("t1");
  EXPECT_EQ(called, 1);
}

TEST_F(CacheLifetimeTest, ACallbackMayDispatchSubscribeAndReadAndSeesOneRevision) {
  const auto live = cachedSelector(db(), allTasks());
  const auto count = cachedSelector(db(), countTasks("p1"));
  std::vector<Subscription> more;
  std::string log;
  const Subscription first = live.subscribe([&] {
    log += "first " + std::to_string(live.snapshot().size()) + "=" + std::to_string(count.snapshot()) + ", ";
    if (more.empty()) {
      more.push_back(live.subscribe([&] { log += "added, "; }));
      put("inside");
    }
  });
  const Subscription second = count.subscribe([&] { log += "second " + std::to_string(count.snapshot()) + ", "; });
  put("t1");
  for (const char* part : {"first 1=1, ", "first 2=2, ", "second 2, ", "added, "}) {
    EXPECT_NE(log.find(part), std::string::npos) << part << " in " << log;
  }
  EXPECT_LT(log.find("first 1=1"), log.find("first 2=2"));
  EXPECT_LT(log.find("first 2=2"), log.find("added")) << "who came later is told later";
}

TEST_F(CacheLifetimeTest, ACallbackThatThrowsIsReportedAndDoesNotStopTheOthers) {
  int reported = 0;
  int called = 0;
  db().onCallbackError([&](std::exception_ptr) { ++reported; });
  const auto live = cachedSelector(db(), allTasks());
  const Subscription bad = live.subscribe([] { throw 1; });
  const Subscription good = live.subscribe([&] { ++called; });
  put("t1");
  EXPECT_EQ(reported, 1);
  EXPECT_EQ(called, 1);
}

bool shouldFail = false;
const auto fragile = selector("fragile", {}, []() -> Selector<int> {
  Rows<Task> rows = co_await allTasks();
  if (shouldFail) throw std::runtime_error("fragile");
  co_return static_cast<int>(rows.size());
});

TEST_F(CacheLifetimeTest, AnErrorIsThrownUntilACommitMakesItWorkAgain) {
  shouldFail = false;
  const auto live = cachedSelector(db(), fragile());
  int called = 0;
  const Subscription subscription = live.subscribe([&] { ++called; });
  shouldFail = true;
  put("t1");
  EXPECT_EQ(called, 1);
  EXPECT_THROW(live.snapshot(), std::runtime_error);
  EXPECT_THROW(live.snapshot(), std::runtime_error);
  EXPECT_EQ(live.runsCount(), 2u) << "what a selector throws is kept as a result is";
  shouldFail = false;
  put("x", "p2");
  EXPECT_EQ(called, 2);
  EXPECT_EQ(live.snapshot(), 2);
  shouldFail = true;
  put("t3");
  EXPECT_THROW(cachedSelector(db(), fragile()).subscribe([] {}).cancel(), std::runtime_error);
  shouldFail = false;
}

TEST_F(CacheLifetimeTest, AnErrorOfTheStorageIsNotKept) {
  static const auto later = defineTable<Task>("later").index(byRank);
  static const auto laterTasks =
      selector("laterTasks", {}, []() -> Selector<Rows<Task>> { co_return co_await selectFrom(later, byRank); });
  const auto live = cachedSelector(db(), laterTasks());
  EXPECT_EQ(codeOf([&] { live.snapshot(); }), ErrorCode::unknownTable);
  execSync(db().loadTables({later}));
  EXPECT_EQ(live.snapshot().size(), 0u);
}

}  // namespace
}  // namespace hyperdb::test
