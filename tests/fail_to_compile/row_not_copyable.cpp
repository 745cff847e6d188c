// A row that can't be copied.
// expect: hyperdb: a row can be default-constructed, copied and moved
#include "_task.hpp"

#include <memory>

using namespace hyperdb;

struct Owner {
  std::string id;
  std::unique_ptr<int> owned;
};

#ifdef HYPERDB_WITHOUT_THE_ERROR
const auto table = defineTable<Task>("tasks");
#else
const auto table = defineTable<Owner>("owners");  // offending line
#endif
