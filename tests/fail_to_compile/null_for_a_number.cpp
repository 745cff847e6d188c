// Null for a column that never is.
// expect: hyperdb: this column is never null
#include "_task.hpp"

using namespace hyperdb;

#ifdef HYPERDB_WITHOUT_THE_ERROR
const auto condition = eq<&Task::rank>(0);
#else
const auto condition = eq<&Task::projectId>(nullptr);  // offending line
#endif
