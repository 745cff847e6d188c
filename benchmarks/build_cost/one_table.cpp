// The smallest program of use: one table of six columns, one index, one selector, one action.
#include <hyperdb/hyperdb.hpp>
using namespace hyperdb;

struct Task {
  std::string id;
  std::string projectId;
  std::string title;
  std::string orderToken;
  double estimate = 0;
  bool done = false;
};

inline constexpr auto byProjectOrder = btree<&Task::projectId, &Task::orderToken>("byProjectOrder");
inline const auto tasksTable = defineTable<Task>("tasks").index(byProjectOrder);

inline const auto projectTasks =
    selector("projectTasks", {"projectId"}, [](std::string projectId) -> Selector<Rows<Task>> {
      co_return co_await selectFrom(tasksTable, byProjectOrder).where(eq<&Task::projectId>(projectId));
    });

inline const auto createTask = action("createTask", {"id", "projectId", "title"},
                                      [](std::string id, std::string projectId, std::string title) -> Action<> {
                                        Task task{.id = id, .projectId = projectId, .title = title, .orderToken = id};
                                        co_await insert(tasksTable, task);
                                      });

int main() {
  SubscribableDB db{DB{BptreeInmemDriver{}}};
  execSync(db.loadTables({tasksTable}));
  syncDispatch(db, createTask("t1", "p1", "Ship it"));
  syncDispatch(db, createTask("t2", "p2", "Somewhere else"));
  const Rows<Task> tasks = select(db, projectTasks("p1"));
  return tasks.size() == 1 && tasks[0].title == "Ship it" ? 0 : 1;
}
