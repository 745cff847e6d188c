// A selector that gives nothing.
// expect: hyperdb: a selector returns what it read; use Selector<T> with a T
#include "_commands.hpp"

using namespace hyperdb;

#ifdef HYPERDB_WITHOUT_THE_ERROR
Selector<int> nothing() { co_return 1; }
#else
Selector<void> nothing() { co_return; }  // offending line
#endif
