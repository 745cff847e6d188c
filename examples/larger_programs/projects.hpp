// The module of projects. Its commands call those of tasks, which call these.
#pragma once

#include "schema.hpp"

// [projects]
extern const hyperdb::SelectorDef<hyperdb::RowPtr<Project>, std::string> projectById;
extern const hyperdb::ActionDef<void, std::string, std::string> addProject;
extern const hyperdb::ActionDef<void, std::string, int> countTasks;
extern const hyperdb::ActionDef<void, std::string> removeProject;
// [/projects]
