// A condition on a column behind a range.
// expect: hyperdb: a condition on a column needs eq on every column before it in the index
#include "_task.hpp"

using namespace hyperdb;

#ifdef HYPERDB_WITHOUT_THE_ERROR
const auto query = selectFrom(tasksTable, byProjectOrder).where(gt<&Task::projectId>("p1"));
#else
const auto query = selectFrom(tasksTable, byProjectOrder)
                       .where(gt<&Task::projectId>("p1"), eq<&Task::orderToken>("a"));  // offending line
#endif
