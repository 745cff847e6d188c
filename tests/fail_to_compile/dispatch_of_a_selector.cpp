// A selector, dispatched.
// expect: hyperdb: syncDispatch runs a call of an action; for anything else use execSync
#include "_commands.hpp"

using namespace hyperdb;

#ifdef HYPERDB_WITHOUT_THE_ERROR
void run(const DB& db) { execSync(db, tasksCount()); }
#else
void run(const DB& db) { syncDispatch(db, tasksCount()); }  // offending line
#endif
