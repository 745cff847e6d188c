// A handler that captures: it is run again later, when what it captured may be gone.
// expect: hyperdb: a handler can't capture; pass what it needs as arguments (it is run again later)
#include "_commands.hpp"

using namespace hyperdb;

#ifdef HYPERDB_WITHOUT_THE_ERROR
auto make(int limit) {
  static_cast<void>(limit);
  return selector("some", {}, []() -> Selector<int> { co_return 1; });
}
#else
auto make(int limit) {
  return selector("some", {}, [limit]() -> Selector<int> { co_return limit; });  // offending line
}
#endif
