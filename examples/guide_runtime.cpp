// The code of docs/runtime.md.
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

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

inline const auto allTasks = selector("allTasks", {},
    []() -> Selector<Rows<Task>> { co_return co_await selectFrom(tasksTable, byTitle); });

inline const auto addTask = action("addTask", {"id", "title"},
    [](std::string id, std::string title) -> Action<> {
      Task task{.id = id, .title = title};
      co_await insert(tasksTable, task);
    });

void synchronous() {
  // [sync]
  DB db(BptreeInmemDriver{});
  execSync(db.loadTables({tasksTable}));

  syncDispatch(db, addTask("t1", "Ship"));
  check(select(db, allTasks()).size() == 1);
  execSync(db, insert(tasksTable, Task{.id = "t2", .title = "Rest"}));  // a raw command, in a transaction of its own
  check(db.revision() == 2);
  // [/sync]
}

void asynchronous() {
  // [async]
  RunLoop loop;
  SubscribableDB db{DB{BptreeInmemDriver{}, {.executor = &loop}}};
  runUntilReady(loop, execAsync(db.loadTables({tasksTable})));

  Completion<void> added = asyncDispatch(db, addTask("t1", "Ship"));
  runUntilReady(loop, std::move(added));

  bool called = false;
  selectAsync(db, allTasks()).then(loop, [&called](Completion<Rows<Task>> finished) {
    called = finished.get().size() == 1;  // `get` throws what the selector threw
  });
  check(!called);                         // never from inside `then`
  loop.runReady();
  check(called);
  // [/async]

  // [asyncSelector]
  AsyncSelector<Rows<Task>> tasks = asyncSelector(db, allTasks());
  Subscription subscription = tasks.subscribe([] { /* data, status or error changed */ });
  runUntilReady(loop, tasks.whenFresh());
  check(tasks.status() == SelectorStatus::ready && !tasks.isFetching());
  check(tasks.data()->size() == 1);
  // [/asyncSelector]

  // [threads]
  std::thread worker([db] {
    asyncDispatch(db, addTask("t2", "Rest")).then(db.executor(), [](Completion<void>) {});  // posted to the loop
  });
  worker.join();
  check(tasks.data()->size() == 1);
  loop.runReady();
  check(tasks.data()->size() == 2);

  std::shared_ptr<const Rows<Task>> rows = tasks.data();
  std::thread reader([rows] { check(rows->front().title == "Rest"); });  // results may be read by any thread
  reader.join();
  // [/threads]
}

void snapshots() {
  // [snapshot]
  DB db(BptreeInmemDriver{});
  execSync(db.loadTables({tasksTable}));
  syncDispatch(db, addTask("t1", "Ship"));

  std::thread reader([snapshot = db.snapshot()] {  // O(1)
    Rows<Task> rows = snapshot.read(selectFrom(tasksTable, byTitle));
    check(rows.size() == 1);
  });
  syncDispatch(db, addTask("t2", "Rest"));  // the writer goes on
  reader.join();
  // [/snapshot]
}

void subscribers() {
  // [commits]
  SubscribableDB db{DB{BptreeInmemDriver{}}};
  execSync(db.loadTables({tasksTable}));
  Subscription subscription = db.subscribe([](const CommitEvent& commit) {
    for (const Op& op : commit.ops) {
      std::printf("%lld %s %s\n", static_cast<long long>(commit.revision), op.table->name().c_str(),
                  std::string(op.rowId()).c_str());
    }
    if (findTrait(commit.traits, "sync") == nullptr) { /* a change of our own: send it to the others */ }
  });
  syncDispatch(db, addTask("t1", "Ship"));                            // prints: 1 tasks t1
  syncDispatch(db.withTraits({{"sync"}}), addTask("t2", "From afar"));  // prints: 2 tasks t2
  // [/commits]
}

void tracing() {
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

void closing() {
  // [close]
  SubscribableDB db{DB{BptreeInmemDriver{}}};
  execSync(db.loadTables({tasksTable}));
  auto tasks = cachedSelector(db, allTasks());
  Subscription subscription = tasks.subscribe([] {});
  Stats stats = db.stats();
  check(stats.entries == 1 && stats.subscriptions == 1);

  db.close();
  check(db.stats().entries == 0);
  try {
    tasks.snapshot();
    check(false);
  } catch (const Error& error) {
    check(error.code() == ErrorCode::closed);
  }
  // [/close]
}

}  // namespace

int main() {
  synchronous();
  asynchronous();
  snapshots();
  subscribers();
  tracing();
  closing();
}
