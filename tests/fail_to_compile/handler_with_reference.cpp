// A handler that takes a parameter by reference.
// expect: hyperdb: a handler takes its parameters by value (they must outlive every suspension)
#include "_commands.hpp"

using namespace hyperdb;

#ifdef HYPERDB_WITHOUT_THE_ERROR
const auto some =
    selector("some", {"id"}, [](std::string id) -> Selector<int> { co_return static_cast<int>(id.size()); });
#else
const auto some = selector("some", {"id"}, [](const std::string& id) -> Selector<int> {  // offending line
  co_return static_cast<int>(id.size());
});
#endif
