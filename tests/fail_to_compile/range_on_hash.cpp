// A range on a hash index.
// expect: hyperdb: a hash index answers eq only; use a btree for ranges
#include "_task.hpp"

using namespace hyperdb;

#ifdef HYPERDB_WITHOUT_THE_ERROR
const auto query = selectFrom(tasksTable, byRank).where(eq<&Task::rank>(1));
#else
const auto query = selectFrom(tasksTable, byRank).where(gt<&Task::rank>(1));  // offending line
#endif
