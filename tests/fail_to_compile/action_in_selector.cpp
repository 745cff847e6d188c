// An action in a selector.
// expect: hyperdb: a selector can't run an action; make it an action
#include "_commands.hpp"

using namespace hyperdb;

#ifdef HYPERDB_WITHOUT_THE_ERROR
Selector<int> count() {
  co_await allTasks();
  co_return 1;
}
#else
Selector<int> count() {
  co_await addTask("t1");  // offending line
  co_return 1;
}
#endif
