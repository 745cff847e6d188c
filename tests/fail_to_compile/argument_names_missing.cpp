// Parameters without any name.
// expect: hyperdb: a command has exactly one name for each parameter of its handler
#include "_commands.hpp"

using namespace hyperdb;

#ifdef HYPERDB_WITHOUT_THE_ERROR
const auto half = selector("half", {"number"}, [](double number) -> Selector<double> { co_return number / 2; });
#else
const auto half = selector("half", {}, [](double n) -> Selector<double> { co_return n / 2; });  // offending line
#endif
