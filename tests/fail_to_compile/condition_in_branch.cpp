// The rules hold in every branch.
// expect: hyperdb: a condition on a column needs eq on every column before it in the index
#include "_task.hpp"

using namespace hyperdb;

#ifdef HYPERDB_WITHOUT_THE_ERROR
const auto query =
    selectFrom(tasksTable, byProjectOrder).where(anyOf(eq<&Task::projectId>("p1"), eq<&Task::projectId>("p2")));
#else
const auto query = selectFrom(tasksTable, byProjectOrder)
                       .where(anyOf(eq<&Task::projectId>("p1"), eq<&Task::orderToken>("a")));  // offending line
#endif
