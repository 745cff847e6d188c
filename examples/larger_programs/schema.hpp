// The tables of the program: declared here, defined in schema.cpp.
#pragma once

#include <cstdint>
#include <string>

#include <hyperdb/hyperdb.hpp>

// [schema]
struct Project {
  std::string id;
  std::string title;
  int openTasks = 0;
};
struct Task {
  std::string id;
  std::string projectId;
  std::string title;
  double createdAtMs = 0;
};

inline constexpr auto byProject = hyperdb::btree<&Task::projectId>("byProject");
extern const hyperdb::Table<Project> projectsTable;
extern const hyperdb::Table<Task> tasksTable;
// [/schema]
