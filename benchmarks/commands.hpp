// The commands of the workload: the same ones over every driver.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "workload.hpp"

namespace hyperdb::bench {

inline const auto insertAll = action(
    "insertAll", {"rows"}, [](std::vector<Task> rows) -> Action<> { co_await insert(tasksTable, std::move(rows)); });
inline const auto insertOne =
    action("insertOne", {"row"}, [](Task row) -> Action<> { co_await insert(tasksTable, row); });
inline const auto taskTitleSize = selector("taskTitleSize", {"id"}, [](std::string id) -> Selector<std::size_t> {
  RowPtr<Task> found = co_await selectFrom(tasksTable, byId).where(eq<&Task::id>(id)).first();
  co_return found ? found->title.size() : 0;
});
inline const auto projectTasks = selector(
    "projectTasks", {"projectId", "limit"}, [](std::string projectId, std::int32_t limit) -> Selector<Rows<Task>> {
      co_return co_await selectFrom(tasksTable, byProjectOrder).where(eq<&Task::projectId>(projectId)).limit(limit);
    });
/// For `projectTasks`: all rows.
inline constexpr std::int32_t everything = 1 << 30;

inline std::size_t sumTitles(const Rows<Task>& rows) {
  std::size_t sum = 0;
  for (const Task& task : rows) sum += task.title.size();
  return sum;
}

}  // namespace hyperdb::bench
