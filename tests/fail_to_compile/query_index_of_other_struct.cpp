// A query through another table's index.
// expect: hyperdb: a column of this index is a member of another struct than the table's rows
#include "_task.hpp"

using namespace hyperdb;

#ifdef HYPERDB_WITHOUT_THE_ERROR
const auto query = selectFrom(tasksTable, byProjectOrder);
#else
const auto query = selectFrom(tasksTable, byName);  // offending line
#endif
