// A database and a few commands for the programs that must not compile.
#pragma once

#include <hyperdb/cached_selector.hpp>
#include <hyperdb/definition.hpp>
#include <hyperdb/execute.hpp>

#include "_task.hpp"

inline const auto allTasks = hyperdb::selector("allTasks", {}, []() -> hyperdb::Selector<hyperdb::Rows<Task>> {
  co_return co_await hyperdb::selectFrom(tasksTable, byProjectOrder);
});
inline const auto tasksCount = hyperdb::selector("tasksCount", {}, []() -> hyperdb::Selector<int> {
  hyperdb::Rows<Task> rows = co_await allTasks();
  co_return static_cast<int>(rows.size());
});
inline const auto addTask = hyperdb::action("addTask", {"id"}, [](std::string id) -> hyperdb::Action<> {
  Task task;
  task.id = id;
  co_await hyperdb::insert(tasksTable, task);
});
