// Two wheres in one query.
// expect: hyperdb: the query has a where already; join conditions with allOf or anyOf
#include "_task.hpp"

using namespace hyperdb;

#ifdef HYPERDB_WITHOUT_THE_ERROR
const auto query = selectFrom(tasksTable, byRank).where(eq<&Task::rank>(1));
#else
const auto query =
    selectFrom(tasksTable, byRank).where(eq<&Task::rank>(1)).where(eq<&Task::rank>(1));  // offending line
#endif
