// A row that is no plain struct.
// expect: hyperdb: a row is a plain struct (no base class, nothing private), or described
#include "_task.hpp"

using namespace hyperdb;

struct Special : Task {
  int more = 0;
};

#ifdef HYPERDB_WITHOUT_THE_ERROR
const auto table = defineTable<Task>("tasks");
#else
const auto table = defineTable<Special>("special");  // offending line
#endif
