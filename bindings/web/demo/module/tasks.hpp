// The data layer of the task application: projects, and their tasks in an order that the user chooses.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <hyperdb/cached_selector.hpp>
#include <hyperdb/hyperdb.hpp>

namespace tasks {

enum class State : unsigned char { open, done };

struct Project {
  std::string id;
  std::string title;
  double rank = 0;
};

struct Task {
  std::string id;
  std::string projectId;
  std::string title;
  State state = State::open;
  double rank = 0;  ///< its place in the project, ascending
};

inline constexpr auto projectsByRank = hyperdb::btree<&Project::rank>("byRank");
inline constexpr auto tasksByRank = hyperdb::btree<&Task::projectId, &Task::state, &Task::rank>("byRank");

extern const hyperdb::Table<Project> projectsTable;
extern const hyperdb::Table<Task> tasksTable;

struct Counts {
  double open = 0;
  double done = 0;
  friend bool operator==(const Counts&, const Counts&) = default;
};

extern const hyperdb::SelectorDef<hyperdb::Rows<Project>> allProjects;
extern const hyperdb::SelectorDef<hyperdb::Rows<Task>, std::string, State> projectTasks;
extern const hyperdb::SelectorDef<hyperdb::RowPtr<Task>, std::string> taskById;
extern const hyperdb::SelectorDef<Counts, std::string> projectCounts;

extern const hyperdb::ActionDef<void, std::string, std::string> createProject;
extern const hyperdb::ActionDef<void, std::string, std::string, std::string> createTask;
extern const hyperdb::ActionDef<void, std::string, std::string> renameTask;
extern const hyperdb::ActionDef<bool, std::string> toggleTask;
extern const hyperdb::ActionDef<void, std::string, double> moveTask;
extern const hyperdb::ActionDef<void, std::string> deleteTask;
/// Puts a task back that was deleted.
extern const hyperdb::ActionDef<void, Task> restoreTask;
extern const hyperdb::ActionDef<void, std::string, double, double> addSamples;

}  // namespace tasks
