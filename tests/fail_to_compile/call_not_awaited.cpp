// A call that is not awaited runs nothing.
// expect: ignoring
// warning: unused
#include "_commands.hpp"

using namespace hyperdb;

const auto addTwo = action("addTwo", {}, []() -> Action<> {
#ifdef HYPERDB_WITHOUT_THE_ERROR
  co_await addTask("t1");
#else
  addTask("t1");  // offending line
#endif
});
