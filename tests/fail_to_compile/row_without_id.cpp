// A row without an id.
// expect: hyperdb: a row (each struct of a union) has a member 'std::string id'
#include "_task.hpp"

using namespace hyperdb;

struct Nameless {
  int id = 0;
};

#ifdef HYPERDB_WITHOUT_THE_ERROR
const auto table = defineTable<Task>("tasks");
#else
const auto table = defineTable<Nameless>("nameless");  // offending line
#endif
