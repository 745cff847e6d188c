#include "tasks.hpp"

#include "projects.hpp"

using namespace hyperdb;

// [definitions]
const SelectorDef<Rows<Task>, std::string> projectTasks =
    selector("projectTasks", {"projectId"}, [](std::string projectId) -> Selector<Rows<Task>> {
      co_return co_await selectFrom(tasksTable, byProject).where(eq<&Task::projectId>(projectId));
    });

const ActionDef<void, NewTask> addTask = action("addTask", {"task"}, [](NewTask task) -> Action<> {
  co_await countTasks(task.projectId, 1);
  Task row{
      .id = task.id, .projectId = task.projectId, .title = task.title, .createdAtMs = task.nowMs};
  co_await insert(tasksTable, row);
});
// [/definitions]

const ActionDef<void, std::string> closeTask =
    action("closeTask", {"id"}, [](std::string id) -> Action<> {
      RowPtr<Task> task = co_await selectFrom(tasksTable, byId).where(eq<&Task::id>(id)).first();
      if (!task) co_return;
      co_await countTasks(task->projectId, -1);
      co_await deleteRows(tasksTable, id);
    });
