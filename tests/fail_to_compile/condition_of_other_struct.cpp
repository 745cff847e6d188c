// A condition on a member of another struct, although the name is right.
// expect: hyperdb: a condition is on a member of another struct than the rows
#include "_task.hpp"

using namespace hyperdb;

#ifdef HYPERDB_WITHOUT_THE_ERROR
const auto query = selectFrom(tasksTable, byId).where(eq<&Task::id>("t1"));
#else
const auto query = selectFrom(tasksTable, byId).where(eq<&Project::id>("t1"));  // offending line
#endif
