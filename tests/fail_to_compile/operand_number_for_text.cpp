// A literal 0 is a number, not a null pointer to text.
// expect: hyperdb: this column can't be compared with an operand of this type; convert it to the
// expect: type of the member first
#include "_task.hpp"

using namespace hyperdb;

#ifdef HYPERDB_WITHOUT_THE_ERROR
const auto condition = gte<&Task::projectId>("0");
#else
const auto condition = gte<&Task::projectId>(0);  // offending line
#endif
