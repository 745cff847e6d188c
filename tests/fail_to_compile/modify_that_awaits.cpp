// A function that is a coroutine.
// expect: hyperdb: modify takes a function that returns nothing, and awaits nothing
#include "_task.hpp"

#include <hyperdb/modify.hpp>

using namespace hyperdb;

#ifdef HYPERDB_WITHOUT_THE_ERROR
Action<bool> command() {
  return modify(tasksTable, "t1", [](Task& task) { task.rank = 1; });
}
#else
Action<bool> command() {
  return modify(tasksTable, "t1", [](Task&) -> Action<> { co_return; });  // offending line
}
#endif
