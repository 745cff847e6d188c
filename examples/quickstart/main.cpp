// The quick start: a table, a selector, an action, and a result that stays live.
#include <cstdio>

// [tables]
#include <hyperdb/hyperdb.hpp>
using namespace hyperdb;

enum class State { todo, done };  // stored as "todo" and "done"

struct Task {  // a plain struct: no macro, no base class, no registration
  std::string id;
  std::string projectId;
  std::string title;
  State state = State::todo;
  std::string orderToken;
  std::optional<std::string> note{};
};

// 1. Tables are descriptions. Any number of databases can share one.
inline constexpr auto byProjectOrder = btree<&Task::projectId, &Task::orderToken>("byProjectOrder");
inline const auto tasksTable = defineTable<Task>("tasks").index(byProjectOrder);
// [/tables]

// [commands]
// 2. Commands are coroutines that describe work. Selectors read, actions also write.
inline const auto projectTasks =
    selector("projectTasks", {"projectId"}, [](std::string projectId) -> Selector<Rows<Task>> {
      co_return co_await selectFrom(tasksTable, byProjectOrder)
          .where(eq<&Task::projectId>(projectId))
          .order(asc);
    });

inline const auto createTask =
    action("createTask", {"id", "projectId", "title"},
           [](std::string id, std::string projectId, std::string title) -> Action<> {
             Task task{.id = id, .projectId = projectId, .title = title, .orderToken = id};
             co_await insert(tasksTable, task);
           });

inline const auto finishTask = action("finishTask", {"id"}, [](std::string id) -> Action<bool> {
  RowPtr<Task> found = co_await selectFrom(tasksTable, byId).where(eq<&Task::id>(id)).first();
  if (!found) co_return false;
  Task task = *found;
  task.state = State::done;
  co_await upsert(tasksTable, task);
  co_return true;
});
// [/commands]

// [runtime]
// 3. The runtime ties tables to a driver, the only thing that changes between environments.
int main() {
  SubscribableDB db{DB{BptreeInmemDriver{}}};
  execSync(db.loadTables({tasksTable}));

  auto live = cachedSelector(db, projectTasks("p1"));
  auto subscription = live.subscribe([&] {
    for (const Task& task : live.snapshot())
      std::printf("%s %s\n", task.state == State::done ? "[x]" : "[ ]", task.title.c_str());
  });

  syncDispatch(db, createTask("t1", "p1", "Ship it"));         // prints: [ ] Ship it
  syncDispatch(db, createTask("t2", "p2", "Somewhere else"));  // prints nothing
  syncDispatch(db, finishTask("t1"));                          // prints: [x] Ship it
}
// [/runtime]
