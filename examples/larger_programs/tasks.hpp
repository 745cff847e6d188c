// The module of tasks.
#pragma once

#include "schema.hpp"

// [tasks]
/// The parameters of addTask, by name at each call.
struct NewTask {
  std::string id;
  std::string projectId;
  std::string title;
  double nowMs = 0;
};

extern const hyperdb::SelectorDef<hyperdb::Rows<Task>, std::string> projectTasks;
extern const hyperdb::ActionDef<void, NewTask> addTask;
extern const hyperdb::ActionDef<void, std::string> closeTask;
// [/tasks]
