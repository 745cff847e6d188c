// Pointers to rows, inside a container: the rows may be gone when the caller looks at them.
// expect: hyperdb: a result outlives the command that made it
#include "_commands.hpp"

using namespace hyperdb;

#ifdef HYPERDB_WITHOUT_THE_ERROR
using Found = RowPtr<Task>;
Found found(const Rows<Task>& rows) { return rows.ptr(0); }
#else
using Found = const Task*;
Found found(const Rows<Task>& rows) { return &rows.front(); }
#endif
const auto firstTasks = selector("firstTasks", {}, []() -> Selector<std::vector<Found>> {  // offending line
  Rows<Task> rows = co_await allTasks();
  std::vector<Found> list;
  list.push_back(found(rows));
  co_return list;
});
