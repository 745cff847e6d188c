// A result that refers to a row which may be gone when the caller looks at it.
// expect: hyperdb: a result outlives the command that made it
#include "_commands.hpp"

using namespace hyperdb;

#ifdef HYPERDB_WITHOUT_THE_ERROR
using Title = std::string;
#else
using Title = std::string_view;
#endif
const auto firstProject = selector("firstProject", {}, []() -> Selector<Title> {  // offending line
  Rows<Task> rows = co_await allTasks();
  co_return rows.front().projectId;
});
