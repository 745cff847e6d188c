// A function that would change a copy of the row.
// expect: hyperdb: modify takes a function of the row by reference: [&](Row& row) { row.x = 1; }
#include "_task.hpp"

#include <hyperdb/modify.hpp>

using namespace hyperdb;

#ifdef HYPERDB_WITHOUT_THE_ERROR
Action<bool> command() {
  return modify(tasksTable, "t1", [](Task& task) { task.rank = 1; });
}
#else
Action<bool> command() {
  return modify(tasksTable, "t1", [](Task task) { task.rank = 1; });  // offending line
}
#endif
