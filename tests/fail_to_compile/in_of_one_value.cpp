// A list that is a single text.
// expect: hyperdb: in takes a list: in<&Row::field>({a, b}), or a range; for one value use eq
#include "_task.hpp"

using namespace hyperdb;

#ifdef HYPERDB_WITHOUT_THE_ERROR
const auto query = selectFrom(tasksTable, byProjectOrder).where(in<&Task::projectId>({"p1"}));
#else
const auto query = selectFrom(tasksTable, byProjectOrder).where(in<&Task::projectId>("p1"));  // offending line
#endif
