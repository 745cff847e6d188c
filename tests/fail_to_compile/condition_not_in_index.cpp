// A condition on a column that the index does not have.
// expect: hyperdb: a condition is on a column that the index does not have
#include "_task.hpp"

using namespace hyperdb;

#ifdef HYPERDB_WITHOUT_THE_ERROR
const auto query = selectFrom(tasksTable, byProjectOrder).where(eq<&Task::projectId>("p1"));
#else
const auto query = selectFrom(tasksTable, byProjectOrder).where(eq<&Task::rank>(1));  // offending line
#endif
