// Results stay live over a SubscribableDB only.
// expect: hyperdb: a DB keeps no live results; make a SubscribableDB of it
#include "_commands.hpp"

using namespace hyperdb;

#ifdef HYPERDB_WITHOUT_THE_ERROR
int count(const SubscribableDB& db) { return cachedSelector(db, tasksCount()).snapshot(); }
#else
int count(const DB& db) { return cachedSelector(db, tasksCount()).snapshot(); }  // offending line
#endif
