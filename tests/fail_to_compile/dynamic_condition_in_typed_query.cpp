// A condition by name in a typed query.
// expect: hyperdb: a typed query takes typed conditions: eq<&Row::field>(value)
#include "_task.hpp"

using namespace hyperdb;

#ifdef HYPERDB_WITHOUT_THE_ERROR
const auto query = selectFrom(tasksTable, byRank).where(eq<&Task::rank>(1));
#else
const auto query = selectFrom(tasksTable, byRank).where(eq("rank", 1));  // offending line
#endif
