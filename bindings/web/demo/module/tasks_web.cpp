// What the page of the task application may use.
#include <hyperdb/web.hpp>

#include "tasks.hpp"

void hyperdb::defineWebModule(WebModule& module) {
  module.expose(tasks::projectsTable, tasks::tasksTable);
  module.expose(tasks::allProjects, tasks::projectTasks, tasks::taskById, tasks::projectCounts);
  module.expose(tasks::createProject, tasks::createTask, tasks::renameTask, tasks::toggleTask, tasks::moveTask,
                tasks::deleteTask, tasks::restoreTask, tasks::addSamples);
}
