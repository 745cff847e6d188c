#include "tasks.hpp"

#include <utility>
#include <vector>

namespace tasks {

using namespace hyperdb;  // NOLINT: the file is one page of queries

const Table<Project> projectsTable = defineTable<Project>("projects").index(projectsByRank);
const Table<Task> tasksTable = defineTable<Task>("tasks").index(tasksByRank);

const SelectorDef<Rows<Project>> allProjects = selector("allProjects", {}, []() -> Selector<Rows<Project>> {
  co_return co_await selectFrom(projectsTable, projectsByRank);
});

const SelectorDef<Rows<Task>, std::string, State> projectTasks =
    selector("projectTasks", {"projectId", "state"}, [](std::string projectId, State state) -> Selector<Rows<Task>> {
      co_return co_await selectFrom(tasksTable, tasksByRank)
          .where(eq<&Task::projectId>(projectId), eq<&Task::state>(state));
    });

const SelectorDef<RowPtr<Task>, std::string> taskById = selector(
    "taskById", {"id"}, [](std::string id) -> Selector<RowPtr<Task>> { co_return co_await getById(tasksTable, id); });

const SelectorDef<Counts, std::string> projectCounts =
    selector("projectCounts", {"projectId"}, [](std::string projectId) -> Selector<Counts> {
      const auto ofProject =
          selectFrom(tasksTable, tasksByRank).where(eq<&Task::projectId>(projectId), eq<&Task::state>(State::open));
      const auto open = co_await ofProject.count();
      const auto done = co_await selectFrom(tasksTable, tasksByRank)
                            .where(eq<&Task::projectId>(projectId), eq<&Task::state>(State::done))
                            .count();
      co_return Counts{static_cast<double>(open), static_cast<double>(done)};
    });

const ActionDef<void, std::string, std::string> createProject =
    action("createProject", {"id", "title"}, [](std::string id, std::string title) -> Action<> {
      const RowPtr<Project> last = co_await selectFrom(projectsTable, projectsByRank).order(desc).first();
      const Project project{std::move(id), std::move(title), last ? last->rank + 1 : 1};
      co_await insert(projectsTable, project);
    });

const ActionDef<void, std::string, std::string, std::string> createTask = action(
    "createTask", {"id", "projectId", "title"},
    [](std::string id, std::string projectId, std::string title) -> Action<> {
      const RowPtr<Task> last = co_await selectFrom(tasksTable, tasksByRank)
                                    .where(eq<&Task::projectId>(projectId), eq<&Task::state>(State::open))
                                    .order(desc)
                                    .first();
      const Task task{std::move(id), std::move(projectId), std::move(title), State::open, last ? last->rank + 1 : 1};
      co_await insert(tasksTable, task);
    });

const ActionDef<void, std::string, std::string> renameTask =
    action("renameTask", {"id", "title"}, [](std::string id, std::string title) -> Action<> {
      co_await modify(tasksTable, id, [&](Task& task) { task.title = title; });
    });

const ActionDef<bool, std::string> toggleTask = action("toggleTask", {"id"}, [](std::string id) -> Action<bool> {
  bool isDone = false;
  co_await modify(tasksTable, id, [&](Task& task) {
    isDone = task.state == State::open;
    task.state = isDone ? State::done : State::open;
  });
  co_return isDone;
});

const ActionDef<void, std::string, double> moveTask =
    action("moveTask", {"id", "rank"}, [](std::string id, double rank) -> Action<> {
      co_await modify(tasksTable, id, [&](Task& task) { task.rank = rank; });
    });

const ActionDef<void, std::string> deleteTask =
    action("deleteTask", {"id"}, [](std::string id) -> Action<> { co_await deleteRows(tasksTable, {id}); });

const ActionDef<void, Task> restoreTask =
    action("restoreTask", {"task"}, [](Task task) -> Action<> { co_await insert(tasksTable, task); });

const ActionDef<void, std::string, double, double> addSamples = action(
    "addSamples", {"projectId", "first", "count"}, [](std::string projectId, double first, double count) -> Action<> {
      std::vector<Task> all;
      for (double i = first; i < first + count; ++i) {
        const std::string number = std::to_string(static_cast<long>(i));
        all.push_back({projectId + "-" + number, projectId, "Task " + number, State::open, i});
      }
      co_await upsert(tasksTable, all);
    });

}  // namespace tasks
