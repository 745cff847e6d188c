// A hash index of two columns.
// expect: hyperdb: a hash index has exactly one column; use btree for several
#include "_task.hpp"

using namespace hyperdb;

#ifdef HYPERDB_WITHOUT_THE_ERROR
constexpr auto index = hash<&Task::rank>("byRank");
#else
constexpr auto index = hash<&Task::rank, &Task::id>("byBoth");  // offending line
#endif
