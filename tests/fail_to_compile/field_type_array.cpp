// A std::array is no struct with members of its own names.
// expect: hyperdb: this field's type can't be stored; use a storable type or specialise hyperdb::Codec for it
// expect: hours
#include <array>

#include "_task.hpp"

using namespace hyperdb;

struct Event {
  std::string id;
  std::array<int, 3> hours;
};

#ifdef HYPERDB_WITHOUT_THE_ERROR
const auto table = defineTable<Task>("tasks");
#else
const auto table = defineTable<Event>("events");  // offending line
#endif
