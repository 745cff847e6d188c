// A reference as a member of a row.
// expect: hyperdb: a row can be default-constructed, copied and moved, so no member is a reference
#include "_task.hpp"

using namespace hyperdb;

struct Event {
  std::string id;
  int& hour;
};

#ifdef HYPERDB_WITHOUT_THE_ERROR
const auto table = defineTable<Task>("tasks");
#else
const auto table = defineTable<Event>("events");  // offending line
#endif
