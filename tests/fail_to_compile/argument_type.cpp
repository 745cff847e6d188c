// A value that can't be stored as a dynamic one.
// expect: hyperdb: this type can't be stored; use a storable type or specialise hyperdb::Codec for it
#include "_task.hpp"

using namespace hyperdb;

#ifdef HYPERDB_WITHOUT_THE_ERROR
const Value value = toValue(Task{});
#else
const Value value = toValue(static_cast<const char*>("text"));  // offending line
#endif
