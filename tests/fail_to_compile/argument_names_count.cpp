// Not one name for each parameter.
// expect: hyperdb: a command has exactly one name for each parameter of its handler
#include "_commands.hpp"

using namespace hyperdb;

#ifdef HYPERDB_WITHOUT_THE_ERROR
const auto add = action("add", {"id", "rank"}, [](std::string, int) -> Action<> { co_return; });
#else
const auto add = action("add", {"id"}, [](std::string, int) -> Action<> { co_return; });  // offending line
#endif
