// A C array as a member of a row.
// expect: hyperdb: a row has no C array as a member; use std::vector
#include "_task.hpp"

using namespace hyperdb;

struct Event {
  std::string id;
  int hours[3];
};

#ifdef HYPERDB_WITHOUT_THE_ERROR
const auto table = defineTable<Task>("tasks");
#else
const auto table = defineTable<Event>("events");  // offending line
#endif
