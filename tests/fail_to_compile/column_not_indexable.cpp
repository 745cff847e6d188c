// A column that can't be indexed.
// expect: hyperdb: this column can't be indexed
#include "_task.hpp"

using namespace hyperdb;

#ifdef HYPERDB_WITHOUT_THE_ERROR
constexpr auto index = btree<&Task::rank>("byRank");
#else
constexpr auto index = btree<&Task::tags>("byTags");  // offending line
#endif
