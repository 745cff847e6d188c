// An absent column can't be asked for.
// expect: hyperdb: a row whose optional column is absent is in no index of it, so no condition finds it
#include "_task.hpp"

using namespace hyperdb;

struct Visit {
  std::string id;
  std::optional<int> day;
};

#ifdef HYPERDB_WITHOUT_THE_ERROR
const auto condition = eq<&Visit::day>(0);
#else
const auto condition = eq<&Visit::day>(std::nullopt);  // offending line
#endif
