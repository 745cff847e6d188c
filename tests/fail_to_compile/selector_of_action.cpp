// An action, defined as a selector.
// expect: hyperdb: a selector's handler returns Selector<T>
#include "_commands.hpp"

using namespace hyperdb;

#ifdef HYPERDB_WITHOUT_THE_ERROR
const auto some = selector("some", {}, []() -> Selector<int> { co_return 1; });
#else
const auto some = selector("some", {}, []() -> Action<int> { co_return 1; });  // offending line
#endif
