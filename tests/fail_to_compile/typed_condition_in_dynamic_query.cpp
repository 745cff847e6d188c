// A typed condition in a query by the index's name.
// expect: hyperdb: an index that is named at run time takes eq("column", value)
#include "_task.hpp"

using namespace hyperdb;

#ifdef HYPERDB_WITHOUT_THE_ERROR
const auto query = selectFrom(tasksTable, "byRank").where(eq("rank", 1));
#else
const auto query = selectFrom(tasksTable, "byRank").where(eq<&Task::rank>(1));  // offending line
#endif
