// A condition of another struct in a query whose conditions are added at run time.
// expect: hyperdb: a condition is on a member of another struct than the rows
#include "_task.hpp"

using namespace hyperdb;

#ifdef HYPERDB_WITHOUT_THE_ERROR
const auto query = AnyQuery<Task>(selectFrom(tasksTable, byRank)).where(eq<&Task::rank>(1));
#else
const auto query = AnyQuery<Task>(selectFrom(tasksTable, byRank)).where(eq<&Project::name>("a"));  // offending line
#endif
