// A field that can't be stored inside a member.
// expect: hyperdb: this field's type can't be stored; use a storable type or specialise hyperdb::Codec for it
#include "_task.hpp"

using namespace hyperdb;

struct Line {
  const char* text;
};
struct Event {
  std::string id;
  std::vector<Line> lines;
};

#ifdef HYPERDB_WITHOUT_THE_ERROR
const auto table = defineTable<Task>("tasks");
#else
const auto table = defineTable<Event>("events");  // offending line
#endif
