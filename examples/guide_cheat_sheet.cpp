// The code of docs/cheat_sheet.md.
#include <cstdio>
#include <cstdlib>
#include <thread>

#include <hyperdb/hyperdb.hpp>

#include "check.hpp"

using namespace hyperdb;

namespace {

// [tables]
enum class State { todo, done };  // stored by name
struct Task {
  std::string id;  // every row has one
  std::string projectId;
  double rank = 0;
  State state = State::todo;
  std::string token{};
  std::optional<std::string> note{};  // may be absent
};
inline constexpr auto byProjectRank = btree<&Task::projectId, &Task::rank>("byProjectRank");
inline constexpr auto byState = hash<&Task::state>("byState");
inline constexpr auto byToken = uniqhash<&Task::token>("byToken");
inline const auto tasksTable =
    defineTable<Task>("tasks").index(byProjectRank).index(byState).index(byToken);
// [/tables]

// [commands]
inline const auto projectTasks = selector(
    "projectTasks", {"projectId"},
    [](std::string projectId) -> Selector<Rows<Task>> {  // captures nothing; parameters by value
      co_return co_await selectFrom(tasksTable, byProjectRank)
          .where(eq<&Task::projectId>(projectId))
          .order(asc);
    });

inline const auto finishAll = action(
    "finishAll", {"projectId"},
    [](std::string projectId) -> Action<int> {  // one transaction; throws: nothing is left of it
      Rows<Task> tasks =
          co_await projectTasks(projectId);  // name a result before you use parts of it
      std::vector<Task> changed;
      for (Task task : tasks) {
        task.state = State::done;
        changed.push_back(task);
      }
      co_await upsert(tasksTable, changed);
      co_return static_cast<int>(changed.size());
    });
// [/commands]

void queries(const DB& db) {
  // [queries]
  auto tasks = selectFrom(tasksTable, byProjectRank);
  auto all = tasks.where(eq<&Task::projectId>("p1"), gte<&Task::rank>(1),
                         lt<&Task::rank>(9));                                              // AND
  auto some = tasks.where(anyOf(eq<&Task::projectId>("p1"), eq<&Task::projectId>("p2")));  // OR
  auto branches = tasks.where(
      anyOf(allOf(eq<&Task::projectId>("p1"), gt<&Task::rank>(3)), eq<&Task::projectId>("p2")));
  Rows<Task> rows = execSync(db, all.order(desc).limit(10));
  RowPtr<Task> first = execSync(db, some.first());  // may be empty
  Task orElse = execSync(db, branches.firstOr(Task{.id = "none", .projectId = ""}));
  RowPtr<Task> one = execSync(db, getById(tasksTable, "t1"));
  RowsById<Task> several = execSync(db, getByIds(tasksTable, {"t2", "t1"}));  // in this order
  Rows<Task> listed =
      execSync(db, tasks.where(in<&Task::projectId>({"p1", "p2"})));  // one of several
  Rows<Task> page = execSync(db, all.after(*one).limit(10));          // behind a row
  std::size_t count = execSync(db, all.count());
  AnyQuery<Task> any = tasks;  // made step by step
  if (count > 0) any = any.where(eq<&Task::projectId>("p1"));
  Rows<Object> objects =
      execSync(db, selectFrom(tasksTable.dynamic(), "byState").where(eq("state", "todo")));
  // [/queries]
  check(several[0]->id == "t2" && listed.size() == 2 && page.empty() &&
        execSync(db, any).size() == count);
  check(rows.size() == 1 && first && orElse.id == "t2" && one && objects.size() == 2);
}

void all() {
  // [runtime]
  SubscribableDB db{DB{BptreeInmemDriver{}}};
  execSync(db.loadTables({tasksTable}));

  execSync(db, insert(tasksTable, {{.id = "t1", .projectId = "p1", .rank = 2, .token = "a"},
                                   {.id = "t2", .projectId = "p2", .token = "b"}}));

  auto live = cachedSelector(db, projectTasks("p1"));
  Subscription calls = live.subscribe([&] { std::printf("%zu tasks\n", live.snapshot().size()); });
  Subscription values =
      live.subscribe([](const Rows<Task>& now) { std::printf("%zu tasks\n", now.size()); });
  Subscription changes = live.subscribe(
      [](const Changes<Task>& change) { std::printf("%zu updated\n", change.updated().size()); });
  Subscription commits =
      db.subscribe([](const CommitEvent& commit) { std::printf("%zu ops\n", commit.ops.size()); });
  Subscription hook =
      db.afterInsert(tasksTable, [](HookContext&, std::span<const InsertOp<Task>> ops) -> Action<> {
        for (const InsertOp<Task>& op : ops) {
          if (op.row->projectId.empty())
            throw std::invalid_argument("a task is in a project");  // undoes the action
        }
        co_return;
      });
  // [/runtime]
  queries(db);
  // [run]
  int finished = syncDispatch(db, finishAll("p1"));
  Rows<Task> tasks = select(db, projectTasks("p1"));
  Completion<int> later = asyncDispatch(db, finishAll("p2"));  // any thread, any driver
  std::thread reader(
      [snapshot = db.snapshot()] { snapshot.read(selectFrom(tasksTable, byProjectRank)); });
  // [/run]
  reader.join();
  check(finished == 1 && tasks.front().state == State::done && later.isReady());
}

}  // namespace

int main() { all(); }
