// An enum whose values reflection can't scan.
// expect: hyperdb: this field's type can't be stored
#include "_task.hpp"

using namespace hyperdb;

enum Loose { loose, looser };
struct Event {
  std::string id;
  Loose kind = loose;
};

#ifdef HYPERDB_WITHOUT_THE_ERROR
const auto table = defineTable<Task>("tasks");
#else
const auto table = defineTable<Event>("events");  // offending line
#endif
