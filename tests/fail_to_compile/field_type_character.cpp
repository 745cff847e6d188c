// A char is neither a number nor a text.
// expect: hyperdb: this field's type can't be stored; use a storable type or specialise hyperdb::Codec for it
// expect: grade
#include "_task.hpp"

using namespace hyperdb;

struct Event {
  std::string id;
  char grade;
};

#ifdef HYPERDB_WITHOUT_THE_ERROR
const auto table = defineTable<Task>("tasks");
#else
const auto table = defineTable<Event>("events");  // offending line
#endif
