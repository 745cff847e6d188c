#include "projects.hpp"

#include "tasks.hpp"

using namespace hyperdb;

const SelectorDef<RowPtr<Project>, std::string> projectById =
    selector("projectById", {"id"}, [](std::string id) -> Selector<RowPtr<Project>> {
      co_return co_await selectFrom(projectsTable, byId).where(eq<&Project::id>(id)).first();
    });

const ActionDef<void, std::string, std::string> addProject =
    action("addProject", {"id", "title"}, [](std::string id, std::string title) -> Action<> {
      Project project{.id = id, .title = title};
      co_await insert(projectsTable, project);
    });

const ActionDef<void, std::string, int> countTasks =
    action("countTasks", {"id", "difference"}, [](std::string id, int difference) -> Action<> {
      RowPtr<Project> found = co_await projectById(id);
      if (!found) throw std::invalid_argument("no project " + id);
      Project project = *found;
      project.openTasks += difference;
      co_await upsert(projectsTable, project);
    });

// [circle]
const ActionDef<void, std::string> removeProject =
    action("removeProject", {"id"}, [](std::string id) -> Action<> {
      Rows<Task> tasks = co_await projectTasks(id);  // of the other module, which calls this one
      for (const Task& task : tasks) co_await closeTask(task.id);
      co_await deleteRows(projectsTable, id);
    });
// [/circle]
