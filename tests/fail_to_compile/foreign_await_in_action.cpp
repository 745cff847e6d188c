// Something that is no command, awaited in an action.
// expect: hyperdb: an action awaits queries, writes, selectors and other actions only
#include "_commands.hpp"

using namespace hyperdb;

#ifdef HYPERDB_WITHOUT_THE_ERROR
Action<> act() { co_await noop(); }
#else
Action<> act() { co_await std::suspend_always{}; }  // offending line
#endif
