// A query that is not awaited reads nothing.
// expect: ignoring
// warning: unused
#include "_commands.hpp"

using namespace hyperdb;

const auto look = action("look", {}, []() -> Action<> {
#ifdef HYPERDB_WITHOUT_THE_ERROR
  co_await selectFrom(tasksTable, byProjectOrder).limit(1).first();
#else
  selectFrom(tasksTable, byProjectOrder).limit(1).first();  // offending line
#endif
});
