// An index whose columns belong to another struct.
// expect: hyperdb: a column of this index is a member of another struct than the table's rows
#include "_task.hpp"

using namespace hyperdb;

#ifdef HYPERDB_WITHOUT_THE_ERROR
const auto table = defineTable<Project>("projects").index(byName);
#else
const auto table = defineTable<Task>("tasks").index(byName);  // offending line
#endif
