// A callback of a cached selector that takes something else than the result.
// expect: hyperdb: a callback takes nothing, the result, or const Changes<Row>& if that is Rows<Row>
#include "_commands.hpp"

using namespace hyperdb;

#ifdef HYPERDB_WITHOUT_THE_ERROR
Subscription watch(const SubscribableDB& db) {
  return cachedSelector(db, tasksCount()).subscribe([](int) {});
}
#else
Subscription watch(const SubscribableDB& db) {
  return cachedSelector(db, tasksCount()).subscribe([](std::string) {});  // offending line
}
#endif
