// A hash index without a condition.
// expect: hyperdb: a hash index is read with an eq on each of its columns
#include "_task.hpp"

using namespace hyperdb;

#ifdef HYPERDB_WITHOUT_THE_ERROR
const auto query = selectFrom(tasksTable, byRank).where(eq<&Task::rank>(1)).first();
#else
const auto query = selectFrom(tasksTable, byRank).first();  // offending line
#endif
