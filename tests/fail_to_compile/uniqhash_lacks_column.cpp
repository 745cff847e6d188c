// A condition on one column of a unique index that has two.
// expect: hyperdb: a hash index is read with an eq on each of its columns
#include "_task.hpp"

using namespace hyperdb;

constexpr auto byProjectRank = uniqhash<&Task::projectId, &Task::rank>("byProjectRank");
const auto table = defineTable<Task>("tasks").index(byProjectRank);

#ifdef HYPERDB_WITHOUT_THE_ERROR
const auto query = selectFrom(table, byProjectRank).where(eq<&Task::rank>(1), in<&Task::projectId>({"p1", "p2"}));
#else
const auto query = selectFrom(table, byProjectRank).where(eq<&Task::projectId>("p1"));  // offending line
#endif
