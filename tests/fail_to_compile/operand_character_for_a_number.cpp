// A character is no number.
// expect: hyperdb: this column can't be compared with an operand of this type; convert it to the
// expect: type of the member first
// expect: Task::rank, char
#include "_task.hpp"

using namespace hyperdb;

#ifdef HYPERDB_WITHOUT_THE_ERROR
const auto condition = eq<&Task::rank>(7);
#else
const auto condition = eq<&Task::rank>('7');  // offending line
#endif
