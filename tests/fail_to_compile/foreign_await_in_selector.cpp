// Something that is no command, awaited in a selector.
// expect: hyperdb: a selector awaits queries and other selectors only
#include "_commands.hpp"

using namespace hyperdb;

#ifdef HYPERDB_WITHOUT_THE_ERROR
Selector<int> count() {
  co_await noop();
  co_return 1;
}
#else
Selector<int> count() {
  co_await std::suspend_always{};  // offending line
  co_return 1;
}
#endif
