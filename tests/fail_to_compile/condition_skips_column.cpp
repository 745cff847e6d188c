// A condition on the second column only.
// expect: hyperdb: a condition on a column needs eq on every column before it in the index
#include "_task.hpp"

using namespace hyperdb;

#ifdef HYPERDB_WITHOUT_THE_ERROR
const auto query = selectFrom(tasksTable, byProjectOrder).where(eq<&Task::projectId>("p1"), gt<&Task::orderToken>("a"));
#else
const auto query = selectFrom(tasksTable, byProjectOrder).where(gt<&Task::orderToken>("a"));  // offending line
#endif
