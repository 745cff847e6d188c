// A write in a selector.
// expect: hyperdb: a selector can't write; make it an action
#include "_commands.hpp"

using namespace hyperdb;

#ifdef HYPERDB_WITHOUT_THE_ERROR
Action<int> count() {
#else
Selector<int> count() {
#endif
  co_await deleteRows(tasksTable, "t1");  // offending line
  co_return 1;
}
