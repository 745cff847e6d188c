#include "schema.hpp"

// [tables]
const hyperdb::Table<Project> projectsTable = hyperdb::defineTable<Project>("projects");
const hyperdb::Table<Task> tasksTable = hyperdb::defineTable<Task>("tasks").index(byProject);
// [/tables]
