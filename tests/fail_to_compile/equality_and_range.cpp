// An equality and a range on one column.
// expect: hyperdb: eq and a range on one column; keep one of them
#include "_task.hpp"

using namespace hyperdb;

#ifdef HYPERDB_WITHOUT_THE_ERROR
const auto query = selectFrom(tasksTable, byProjectOrder).where(gt<&Task::projectId>("p1"), lt<&Task::projectId>("p2"));
#else
const auto query = selectFrom(tasksTable, byProjectOrder)
                       .where(eq<&Task::projectId>("p1"), lt<&Task::projectId>("p2"));  // offending line
#endif
