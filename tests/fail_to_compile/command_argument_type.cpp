// An argument of a type that can't be stored: it could not be part of a cache key.
// expect: hyperdb: a handler's parameters are of storable types (they make cache keys and traces)
#include "_commands.hpp"

using namespace hyperdb;

#ifdef HYPERDB_WITHOUT_THE_ERROR
const auto some = selector("some", {"n"}, [](int n) -> Selector<int> { co_return n; });
#else
const auto some = selector("some", {"n"}, [](int* n) -> Selector<int> { co_return *n; });  // offending line
#endif
