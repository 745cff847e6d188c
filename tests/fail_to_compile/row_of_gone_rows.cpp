// A row is referred to that goes with the result at the end of the line.
// expect: temporary
// warning: dangling
#include "_commands.hpp"

using namespace hyperdb;

const auto first = selector("first", {}, []() -> Selector<int> {
#ifdef HYPERDB_WITHOUT_THE_ERROR
  const Task task = (co_await allTasks()).front();
#else
  const Task& task = (co_await allTasks()).front();  // offending line
#endif
  co_return task.rank;
});
