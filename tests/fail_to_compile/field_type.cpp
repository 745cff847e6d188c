// A field of a type that can't be stored: the message names struct, field and type.
// expect: hyperdb: this field's type can't be stored; use a storable type or specialise hyperdb::Codec for it
// expect: due
// expect: Clock
#include "_task.hpp"

using namespace hyperdb;

struct Clock {
  explicit Clock(int);
  int ticks;
};
struct Event {
  std::string id;
  Clock* due;
};

#ifdef HYPERDB_WITHOUT_THE_ERROR
const auto table = defineTable<Task>("tasks");
#else
const auto table = defineTable<Event>("events");  // offending line
#endif
