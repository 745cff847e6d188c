// The code of docs/threads.md.
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

inline const auto allTasks = selector("allTasks", {}, []() -> Selector<Rows<Task>> {
  co_return co_await selectFrom(tasksTable, byTitle);
});

inline const auto addTask =
    action("addTask", {"id", "title"}, [](std::string id, std::string title) -> Action<> {
      Task task{.id = id, .title = title};
      co_await insert(tasksTable, task);
    });

void oneHome() {
  RunLoop loop;
  SubscribableDB db{DB{BptreeInmemDriver{}, {.executor = &loop}}};
  runUntilReady(loop, execAsync(db.loadTables({tasksTable})));
  runUntilReady(loop, asyncDispatch(db, addTask("t1", "Ship")));
  AsyncSelector<Rows<Task>> tasks = asyncSelector(db, allTasks());
  Subscription subscription = tasks.subscribe([] {});
  runUntilReady(loop, tasks.whenFresh());

  // [threads]
  std::thread worker([db] {
    asyncDispatch(db, addTask("t2", "Rest")).then(db.executor(), [](Completion<void>) {
    });  // posted to the loop
  });
  worker.join();
  check(tasks.data()->size() == 1);
  loop.runReady();
  check(tasks.data()->size() == 2);

  std::shared_ptr<const Rows<Task>> rows = tasks.data();
  std::thread reader(
      [rows] { check(rows->front().title == "Rest"); });  // results may be read by any thread
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

}  // namespace

int main() {
  oneHome();
  snapshots();
}
