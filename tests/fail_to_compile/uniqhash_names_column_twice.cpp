// A unique index that names a column twice.
// expect: hyperdb: an index can't have a column twice
#include "_task.hpp"

using namespace hyperdb;

#ifdef HYPERDB_WITHOUT_THE_ERROR
constexpr auto index = uniqhash<&Task::projectId, &Task::rank>("byBoth");
#else
constexpr auto index = uniqhash<&Task::rank, &Task::rank>("byBoth");  // offending line
#endif
