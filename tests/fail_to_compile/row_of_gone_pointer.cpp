// The same with the row of a temporary pointer.
// expect: temporary
// warning: dangling
#include "_commands.hpp"

using namespace hyperdb;

const auto first = selector("first", {}, []() -> Selector<int> {
#ifdef HYPERDB_WITHOUT_THE_ERROR
  const RowPtr<Task> kept = co_await selectFrom(tasksTable, byProjectOrder).first();
  const Task& task = *kept;
#else
  const Task& task = *(co_await selectFrom(tasksTable, byProjectOrder).first());  // offending line
#endif
  co_return task.rank;
});
