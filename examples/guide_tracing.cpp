// The code of docs/tracing.md.
#include <cstdio>
#include <cstdlib>
#include <string>

#include <hyperdb/hyperdb.hpp>

#include "check.hpp"

using namespace hyperdb;

namespace {

struct Task {
  std::string id;
  std::string title;
};

inline constexpr auto byTitle = btree<&Task::title>("byTitle");
inline const auto tasksTable = defineTable<Task>("tasks").index(byTitle);

inline const auto allTasks = selector("allTasks", {}, []() -> Selector<Rows<Task>> {
  co_return co_await selectFrom(tasksTable, byTitle);
});

inline const auto addTask =
    action("addTask", {"id", "title"}, [](std::string id, std::string title) -> Action<> {
      Task task{.id = id, .title = title};
      co_await insert(tasksTable, task);
    });

void store() {
  // [trace]
  TraceStore traces(100);
  DB db(BptreeInmemDriver{}, {.tracer = &traces});
  execSync(db.loadTables({tasksTable}));
  syncDispatch(db, addTask("t1", "Ship"));
  select(db, allTasks());

  const auto last = traces.traces().back();
  check(last->root.name == "allTasks");
  check(last->root.scans[0].index == "byTitle" && last->root.scans[0].rowsCount == 1);
  check(traces.traces().front()->root.mutations[0].type == "insert");
  const std::string json = traces.toJson();  // all of them, for a file or a tool
  // [/trace]
  check(parseJson(json).asArray().size() == 2);
}

void names() {
  SubscribableDB db{DB{BptreeInmemDriver{}}};
  execSync(db.loadTables({tasksTable}));
  // [why]
  TraceStore traces;
  db.setTracer(&traces);
  auto live = cachedSelector(db, allTasks());
  Subscription subscription = live.subscribe([] {});
  syncDispatch(db, addTask("t1", "Ship"));

  std::string log;
  for (const auto& trace : traces.traces()) {
    log += trace->root.name + (trace->why.empty() ? "" : ": " + trace->why) + "\n";
  }
  std::printf("%s", log.c_str());
  // [/why]
  check(traces.size() == 3);
  db.setTracer(nullptr);

  // [untraced]
  static const auto heartbeat = selector("heartbeat", {},
                                         []() -> Selector<std::size_t> {
                                           Rows<Task> rows =
                                               co_await selectFrom(tasksTable, byTitle);
                                           co_return rows.size();
                                         },
                                         {.traced = false});
  // [/untraced]
  db.setTracer(&traces);
  traces.clear();
  check(select(db, heartbeat()) == 1 && traces.size() == 0);
}

// [tracer]
/// Prints each command that took longer than a millisecond.
class SlowCommands final : public Tracer {
 public:
  void onTrace(std::shared_ptr<const Trace> trace) noexcept override {
    ++tracesCount;
    const double milliseconds = static_cast<double>(trace->root.durationNs) / 1e6;
    if (milliseconds > 1) std::printf("%s took %.1f ms\n", trace->root.name.c_str(), milliseconds);
  }
  int tracesCount = 0;
};
// [/tracer]

void ownTracer() {
  SlowCommands slow;
  DB db(BptreeInmemDriver{}, {.tracer = &slow});
  execSync(db.loadTables({tasksTable}));
  syncDispatch(db, addTask("t1", "Ship"));
  check(slow.tracesCount == 1);
}

}  // namespace

int main() {
  store();
  names();
  ownTracer();
}
