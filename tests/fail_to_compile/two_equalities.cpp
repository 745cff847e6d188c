// Two equalities on one column.
// expect: hyperdb: two eq on one column; use in for several values
#include "_task.hpp"

using namespace hyperdb;

#ifdef HYPERDB_WITHOUT_THE_ERROR
const auto query = selectFrom(tasksTable, byRank).where(in<&Task::rank>({1, 2}));
#else
const auto query = selectFrom(tasksTable, byRank).where(eq<&Task::rank>(1), eq<&Task::rank>(2));  // offending line
#endif
