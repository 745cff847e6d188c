// Rows are not a std::vector.
// expect: hyperdb: co_return gives another type than the command's (toVector() makes a std::vector of Rows)
#include "_commands.hpp"

using namespace hyperdb;

const auto list = selector("list", {}, []() -> Selector<std::vector<Task>> {
  Rows<Task> rows = co_await allTasks();
#ifdef HYPERDB_WITHOUT_THE_ERROR
  co_return rows.toVector();
#else
  co_return rows;  // offending line
#endif
});
