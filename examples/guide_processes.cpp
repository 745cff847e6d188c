// The code of docs/processes.md. Two databases in one program stand for two processes.
#include <string>

#include <hyperdb/hyperdb.hpp>

#include "check.hpp"
#include "temp_folder.hpp"

using namespace hyperdb;

namespace {

struct Task {
  std::string id;
  std::string projectId;
  std::string title;
};

inline constexpr auto byProject = btree<&Task::projectId>("byProject");
inline const auto tasksTable = defineTable<Task>("tasks").index(byProject);

inline const auto projectTasks =
    selector("projectTasks", {"projectId"}, [](std::string projectId) -> Selector<Rows<Task>> {
      co_return co_await selectFrom(tasksTable, byProject).where(eq<&Task::projectId>(projectId));
    });

inline const auto addTask =
    action("addTask", {"id", "projectId"}, [](std::string id, std::string projectId) -> Action<> {
      Task task{.id = id, .projectId = projectId, .title = "Task " + id};
      co_await insert(tasksTable, task);
    });

// [open]
SubscribableDB openShared(const std::string& path, RunLoop& loop) {
  SqlOptions options;
  options.sharedFile.enabled = true;  // in every process that has the file open
  options.sharedFile.pollIntervalMs = 20;
  SubscribableDB db{DB{SqlDriver{path, options}, {.executor = &loop}}};
  execSync(db.loadTables({tasksTable}));
  return db;
}
// [/open]

void poll(const std::string& path) {
  RunLoop writersLoop;
  // [poll]
  RunLoop loop;
  SubscribableDB reader = openShared(path, loop);
  int calls = 0;
  auto live = cachedSelector(reader, projectTasks("p1"));
  Subscription subscription = live.subscribe([&calls] { ++calls; });
  auto others = cachedSelector(reader, projectTasks("p2"));
  Subscription othersSubscription = others.subscribe([] {});

  SubscribableDB writer = openShared(path, writersLoop);  // another process
  syncDispatch(writer, addTask("t1", "p1"));

  loop.runUntil(
      [&calls] { return calls == 1; });  // the reader's loop looks at the file every 20 ms
  check(live.snapshot().front().id == "t1");
  check(others.runsCount() == 1);  // no row of p2 was written: no re-run
  // [/poll]
}

void look(const std::string& path) {
  RunLoop loop;
  RunLoop writersLoop;
  SubscribableDB reader = openShared(path, loop);
  SubscribableDB writer = openShared(path, writersLoop);
  // [trait]
  int ours = 0;
  int theirs = 0;
  Subscription subscription = reader.subscribe([&](const CommitEvent& commit) {
    ++(findTrait(commit.traits, externalCommitTrait.type) != nullptr ? theirs : ours);
  });
  syncDispatch(writer, addTask("t2", "p1"));
  syncDispatch(reader, addTask("t3",
                               "p1"));  // a commit looks too: preceding commits are announced first
  check(theirs == 1 && ours == 1);
  // [/trait]

  // [look]
  syncDispatch(writer, addTask("t4", "p1"));
  reader.driverAs<SqlDriver>().pollForCommits();  // for example when a message arrives
  check(theirs == 2);
  // [/look]
}

}  // namespace

int main() {
  const TempFolder folder;
  poll(folder.file("shared.sqlite"));
  look(folder.file("shared2.sqlite"));
}
