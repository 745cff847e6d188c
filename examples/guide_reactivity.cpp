// The code of docs/reactivity.md.
#include <cstdio>
#include <cstdlib>

#include <hyperdb/hyperdb.hpp>

#include "check.hpp"

using namespace hyperdb;

namespace {

// [commands]
struct Task {
  std::string id;
  std::string projectId;
  double rank = 0;
  std::string title{};
};

inline constexpr auto byProjectRank = btree<&Task::projectId, &Task::rank>("byProjectRank");
inline const auto tasksTable = defineTable<Task>("tasks").index(byProjectRank);

inline const auto projectTasks =
    selector("projectTasks", {"projectId"}, [](std::string projectId) -> Selector<Rows<Task>> {
      co_return co_await selectFrom(tasksTable, byProjectRank)
          .where(eq<&Task::projectId>(projectId));
    });

inline const auto putTask =
    action("putTask", {"id", "projectId", "rank"},
           [](std::string id, std::string projectId, double rank) -> Action<> {
             Task task{.id = id, .projectId = projectId, .rank = rank};
             co_await upsert(tasksTable, task);
           });
// [/commands]

void live(const SubscribableDB& db) {
  // [live]
  auto tasks = cachedSelector(db, projectTasks("p1"));
  int calls = 0;
  Subscription subscription = tasks.subscribe([&calls] { ++calls; });
  check(calls == 0);  // the initial result is not a change

  syncDispatch(db, putTask("t1", "p1", 1));
  check(calls == 1 && tasks.snapshot().size() == 1);

  syncDispatch(db, putTask("t2", "p2", 1));  // another project: not in the range that was read
  check(calls == 1 && tasks.runsCount() == 2);
  check(tasks.revision() == db.revision());  // known to be current without a run
  // [/live]

  // [why]
  WakeReason why = tasks.lastWake().value();
  check(why.table == "tasks" && why.index == "byProjectRank" && why.rowId == "t1");
  std::printf("%s\n", why.toString().c_str());
  // [/why]

  // [unchanged]
  syncDispatch(db, putTask("t1", "p1", 1));  // equals the stored row
  check(calls == 1 && tasks.runsCount() == 2);
  // [/unchanged]

  subscription.cancel();
  syncDispatch(db, putTask("t3", "p1", 3));
  check(calls == 1);
  check(tasks.snapshot().size() == 2);  // invalidated by the commit, re-run by this read
}

void values(const SubscribableDB& db) {
  // [value]
  std::size_t told = 0;
  auto tasks = cachedSelector(db, projectTasks("p7"));
  Subscription subscription =
      tasks.subscribe([&told](const Rows<Task>& now) { told = now.size(); });
  syncDispatch(db, putTask("v", "p7", 1));
  check(told == 1);
  // [/value]
}

void lists(const SubscribableDB& db) {
  // [changes]
  auto tasks = cachedSelector(db, projectTasks("p3"));
  std::vector<Task> view =
      tasks.snapshot().toVector();  // a list of our own, in a user interface perhaps
  Subscription subscription = tasks.subscribe([&view](const Changes<Task>& changes) {
    for (auto [position, row] : changes.removed())
      std::printf("- %zu %s\n", position, row.id.c_str());
    for (auto [position, row] : changes.inserted())
      std::printf("+ %zu %s\n", position, row.id.c_str());
    apply(view, changes);
  });

  syncDispatch(db, putTask("b", "p3", 2));  // prints: + 0 b
  syncDispatch(db, putTask("a", "p3", 1));  // prints: + 0 a
  syncDispatch(db, putTask("c", "p3", 3));  // prints: + 2 c
  syncDispatch(db, putTask("a", "p3", 4));  // prints: - 0 a  and  + 2 a
  check(view.size() == 3 && view.front().id == "b" && view.back().id == "a");
  // [/changes]
}

// [limited]
inline const auto topTasks =
    selector("topTasks", {"projectId"}, [](std::string projectId) -> Selector<Rows<Task>> {
      co_return co_await selectFrom(tasksTable, byProjectRank)
          .where(eq<&Task::projectId>(projectId))
          .limit(2);
    });
// [/limited]

void limits(const SubscribableDB& db) {
  // [limitedUse]
  for (int rank = 1; rank <= 5; ++rank)
    syncDispatch(db, putTask("l" + std::to_string(rank), "p4", rank));
  auto top = cachedSelector(db, topTasks("p4"));
  Subscription subscription = top.subscribe([] {});
  syncDispatch(db, putTask("l6", "p4", 6));  // behind the second row: can't change the first two
  check(top.runsCount() == 1);
  syncDispatch(db, putTask("l0", "p4", 0.5));  // in front of it
  check(top.runsCount() == 2 && top.snapshot().front().id == "l0");
  // [/limitedUse]
}

void counters(const SubscribableDB& db) {
  // [counters]
  std::vector<Subscription> subscriptions;
  for (int project = 0; project < 1000; ++project) {
    auto tasks = cachedSelector(db, projectTasks("q" + std::to_string(project)));
    subscriptions.push_back(tasks.subscribe([] {}));
  }

  db.setCommitReports(true);
  const Counters before = db.counters();
  syncDispatch(db, putTask("x", "q7", 1));
  const Counters after = db.counters();
  check(after.selectorsRerun - before.selectorsRerun == 1);
  check(after.rangesCompared - before.rangesCompared < 100);  // not a thousand selectors

  const CommitReport& report = db.lastCommitReport();
  check(report.woken.size() == 1 && report.woken[0].call() == R"(projectTasks("q7"))");
  std::printf("%llu left alone\n", static_cast<unsigned long long>(report.leftAloneCount));
  // [/counters]
  db.setCommitReports(false);
}

void largeResults(const SubscribableDB& db) {
  // [windows]
  std::vector<Task> many;
  for (int rank = 0; rank < 10'000; ++rank) {
    many.push_back(
        {.id = "m" + std::to_string(rank), .projectId = "p6", .rank = static_cast<double>(rank)});
  }
  execSync(db, insert(tasksTable, std::move(many)));

  auto tasks = cachedSelector(db, projectTasks("p6"));
  std::size_t changed = 0;
  Subscription subscription = tasks.subscribe(
      [&changed](const Changes<Task>& changes) { changed += changes.updated().size(); });
  const Counters before = db.counters();
  execSync(db,
           upsert(tasksTable, Task{.id = "m500", .projectId = "p6", .rank = 500, .title = "Ship"}));
  const Counters after = db.counters();
  check(changed == 1 && tasks.snapshot()[500].title == "Ship");
  check(after.selectorsRerun - before.selectorsRerun == 1);
  check(after.rowsExamined == before.rowsExamined);  // the new result is a window into the new tree
  check(after.nodesVisited - before.nodesVisited < 50);
  // [/windows]
}

// [options]
inline const auto projectSize = selector(
    "projectSize", {"projectId"},
    [](std::string projectId) -> Selector<int> {
      Rows<Task> tasks =
          co_await selectFrom(tasksTable, byProjectRank).where(eq<&Task::projectId>(projectId));
      co_return static_cast<int>(tasks.size());
    },
    {.gcTimeMs = 5'000, .memoization = {.selfChild = true}});

inline const auto sizes = selector(
    "sizes", {"projectIds"}, [](std::vector<std::string> projectIds) -> Selector<std::vector<int>> {
      std::vector<int> list;
      for (const std::string& projectId : projectIds)
        list.push_back(co_await projectSize(projectId));
      co_return list;
    });
// [/options]

void keptResults() {
  // [gcTime]
  ManualClock clock;
  SubscribableDB db{DB{BptreeInmemDriver{}, {.clock = &clock}}};
  execSync(db.loadTables({tasksTable}));

  preloadSelector(db, projectSize("p1"));  // runs it, and caches the result without a subscriber
  cachedSelector(db, projectSize("p1")).snapshot();  // answered from the cache
  check(db.counters().selectorsRun == 1);

  clock.advanceMs(5'000);
  cachedSelector(db, projectSize("p1"))
      .snapshot();  // the entry has expired: a new one runs the selector
  check(db.counters().selectorsRun == 2);
  // [/gcTime]

  // [selfChild]
  auto both = cachedSelector(db, sizes({"a", "b"}));
  Subscription subscription = both.subscribe([] {});
  const Counters before = db.counters();
  syncDispatch(db, putTask("t1", "a", 1));
  check(both.snapshot() == std::vector<int>{1, 0});
  check(db.counters().scans - before.scans ==
        1);  // projectSize("a") re-ran; the result for "b" was reused
  // [/selfChild]
}

void reentrancy(const SubscribableDB& db) {
  // [reentrancy]
  std::string order;
  auto tasks = cachedSelector(db, projectTasks("p5"));
  Subscription first = tasks.subscribe([&] {
    order += "first ";
    if (tasks.snapshot().size() == 1)
      syncDispatch(db, putTask("t52", "p5", 2));  // committed at once
  });
  Subscription second = tasks.subscribe([&] { order += "second "; });
  syncDispatch(db, putTask("t51", "p5", 1));
  check(tasks.snapshot().size() == 2);
  check(order ==
        "first second first second ");  // announced after the first commit's round, never inside it
  // [/reentrancy]
}

}  // namespace

int main() {
  const SubscribableDB db{DB{BptreeInmemDriver{}}};
  execSync(db.loadTables({tasksTable}));
  live(db);
  values(db);
  lists(db);
  limits(db);
  counters(db);
  largeResults(db);
  keptResults();
  reentrancy(db);
}
