// The code of docs/testing.md.
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include <hyperdb/hyperdb.hpp>

#include "check.hpp"

using namespace hyperdb;

namespace {

// [layer]
struct Task {
  std::string id;
  std::string projectId;
  double rank = 0;
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
// [/layer]

// [fresh]
SubscribableDB makeDB(DBOptions options = {}) {
  options.runtimeRowsValidation = true;  // the strict checks cost little in tests
  options.argumentsValidation = true;
  SubscribableDB db{DB{BptreeInmemDriver{}, options}};
  execSync(db.loadTables({tasksTable}));
  return db;
}

void tasksComeInTheOrderOfTheirRank() {
  SubscribableDB db =
      makeDB();  // a database for each test: made in no time, gone with its last handle
  syncDispatch(db, putTask("b", "p1", 2));
  syncDispatch(db, putTask("a", "p1", 1));
  Rows<Task> tasks = select(db, projectTasks("p1"));
  check(tasks.size() == 2 && tasks[0].id == "a" && tasks[1].id == "b");
}
// [/fresh]

// [work]
void otherProjectsAreLeftAlone() {
  SubscribableDB db = makeDB();
  auto live = cachedSelector(db, projectTasks("p1"));
  Subscription subscription = live.subscribe([] {});
  const Counters before = db.counters();
  syncDispatch(db, putTask("x", "p2", 1));
  check(db.counters().selectorsRerun == before.selectorsRerun);
}
// [/work]

// [index]
void theListReadsOneRange() {
  TraceStore traces;
  SubscribableDB db = makeDB({.tracer = &traces});
  select(db, projectTasks("p1"));
  const auto trace = traces.traces().back();
  check(trace->root.scans.size() == 1 && trace->root.scans[0].index == "byProjectRank");
}
// [/index]

// [clock]
void unusedResultsAreDropped() {
  ManualClock clock;
  SubscribableDB db = makeDB({.gcTimeMs = 1'000, .clock = &clock});
  cachedSelector(db, projectTasks("p1")).snapshot();
  check(db.stats().entries == 1);
  clock.advanceMs(1'000);
  check(db.stats().entries == 0);
}
// [/clock]

// [model]
/// The live list equals a naive list, and a fresh run, after every step of a random sequence of writes.
void theLiveListEqualsAModel(unsigned seed) {
  SubscribableDB db = makeDB();
  auto live = cachedSelector(db, projectTasks("p1"));
  std::vector<Task> view = live.snapshot().toVector();
  Subscription subscription =
      live.subscribe([&view](const Changes<Task>& changes) { apply(view, changes); });

  std::map<std::pair<double, std::string>, std::string> model;  // (rank, id) of the tasks of p1
  std::map<std::string, double> ranks;
  for (int step = 0; step < 200; ++step) {
    seed = seed * 1664525u + 1013904223u;
    const std::string id = "t" + std::to_string(seed >> 28);
    const double rank = static_cast<double>(seed >> 20 & 7);
    if (ranks.contains(id)) model.erase({ranks[id], id});
    if ((seed >> 12 & 3) == 0) {
      ranks.erase(id);
      execSync(db, deleteRows(tasksTable, id));
    } else {
      ranks[id] = rank;
      model[{rank, id}] = id;
      syncDispatch(db, putTask(id, "p1", rank));
    }
    std::string wanted, seen, fresh;
    for (const auto& [key, modelId] : model) wanted += modelId + " ";
    for (const Task& task : view) seen += task.id + " ";
    for (const Task& task : select(db, projectTasks("p1"))) fresh += task.id + " ";
    check(seen == wanted && fresh == wanted);
  }
}
// [/model]

// [leaks]
void nothingIsLeftBehind() {
  const Stats before = makeDB().stats();
  {
    SubscribableDB db = makeDB();
    syncDispatch(db, putTask("a", "p1", 1));
    auto live = cachedSelector(db, projectTasks("p1"));
    Subscription subscription = live.subscribe([] {});
    check(db.stats().subscriptions == 1 && db.stats().rows > before.rows);
  }
  const Stats after = makeDB().stats();
  check(after.rows == before.rows && after.treeNodes == before.treeNodes);
  check(after.coroutineFrames == before.coroutineFrames);
}
// [/leaks]

}  // namespace

int main() {
  tasksComeInTheOrderOfTheirRank();
  otherProjectsAreLeftAlone();
  theListReadsOneRange();
  unusedResultsAreDropped();
  theLiveListEqualsAModel(1);
  nothingIsLeftBehind();
}
