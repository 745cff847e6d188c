// The code of docs/selectors.md.
#include <hyperdb/hyperdb.hpp>

#include "check.hpp"

using namespace hyperdb;

namespace {

struct Project {
  std::string id;
  std::string title;
};
struct Task {
  std::string id;
  std::string projectId;
  std::string title;
  int minutes = 0;
};

inline constexpr auto byProject = btree<&Task::projectId, &Task::title>("byProject");
inline constexpr auto byTitle = btree<&Project::title>("byTitle");
inline const auto tasksTable = defineTable<Task>("tasks").index(byProject);
inline const auto projectsTable = defineTable<Project>("projects").index(byTitle);

// [define]
inline const auto projectTasks =
    selector("projectTasks", {"projectId"}, [](std::string projectId) -> Selector<Rows<Task>> {
      co_return co_await selectFrom(tasksTable, byProject).where(eq<&Task::projectId>(projectId));
    });

inline const auto projectById =
    selector("projectById", {"id"}, [](std::string id) -> Selector<RowPtr<Project>> {
      co_return co_await selectFrom(projectsTable, byId).where(eq<&Project::id>(id)).first();
    });
// [/define]

// [compose]
inline const auto projectMinutes =
    selector("projectMinutes", {"projectId"}, [](std::string projectId) -> Selector<int> {
      Rows<Task> tasks = co_await projectTasks(projectId);
      int minutes = 0;
      for (const Task& task : tasks) minutes += task.minutes;
      co_return minutes;
    });

struct ProjectSummary {
  std::string title;
  int minutes = 0;
  friend bool operator==(const ProjectSummary&, const ProjectSummary&) = default;
};

inline const auto summaries =
    selector("summaries", {}, []() -> Selector<std::vector<ProjectSummary>> {
      std::vector<ProjectSummary> list;
      Rows<Project> projects = co_await selectFrom(projectsTable, byTitle);
      for (const Project& project : projects) {
        int minutes = co_await projectMinutes(project.id);
        list.push_back({project.title, minutes});
      }
      co_return list;
    });
// [/compose]

// [arguments]
struct Page {
  std::string projectId;
  int size = 10;
  std::optional<std::string> after{};  // the title of the last row of the page before
};

inline const auto tasksPage =
    selector("tasksPage", {"page"}, [](Page page) -> Selector<Rows<Task>> {
      co_return co_await selectFrom(tasksTable, byProject)
          .where(eq<&Task::projectId>(page.projectId), gt<&Task::title>(page.after.value_or("")))
          .limit(page.size);
    });
// [/arguments]

void results(const DB& db) {
  // [run]
  Rows<Task> tasks = select(db, projectTasks("p1"));
  check(tasks.size() == 2);
  check(tasks[0].title == "Draw" && tasks.back().title == "Paint");

  RowPtr<Project> project = select(db, projectById("p1"));
  check(project && project->title == "House");
  check(!select(db, projectById("nowhere")));

  check(select(db, projectMinutes("p1")) == 50);
  check(select(db, summaries()) == std::vector<ProjectSummary>{{"Garden", 5}, {"House", 50}});
  check(select(db, tasksPage({.projectId = "p1", .size = 1, .after = "Draw"})).front().title ==
        "Paint");
  // [/run]

  // [keep]
  RowPtr<Task> kept = tasks.ptr(0);
  execSync(db, deleteRows(tasksTable, "t1"));
  check(tasks.size() == 2 && tasks[0].title == "Draw");  // what was read stays as it was
  check(kept->title == "Draw");
  check(select(db, projectTasks("p1")).size() == 1);
  // [/keep]
}

void queriesAlone(const DB& db) {
  // [raw]
  Rows<Project> projects = execSync(db, selectFrom(projectsTable, byTitle).order(desc));
  check(projects.front().title == "House");
  // [/raw]
}

}  // namespace

int main() {
  DB db(BptreeInmemDriver{});
  execSync(db.loadTables({tasksTable, projectsTable}));
  execSync(
      db, insert(projectsTable, {{.id = "p1", .title = "House"}, {.id = "p2", .title = "Garden"}}));
  execSync(db, insert(tasksTable, {{.id = "t1", .projectId = "p1", .title = "Draw", .minutes = 20},
                                   {.id = "t2", .projectId = "p1", .title = "Paint", .minutes = 30},
                                   {.id = "t3", .projectId = "p2", .title = "Dig", .minutes = 5}}));
  results(db);
  queriesAlone(db);
}
