// A member of the engine that threads share, used without the lock of its mutex. Clang only.
// expect: reading variable 'value_' requires holding mutex 'mutex_'
// expect: calling function 'bump' requires holding mutex 'mutex_' exclusively
// warning: thread-safety
#include "base/mutex.hpp"

using namespace hyperdb::detail;

class Counter {
 public:
  int value() const {
#ifdef HYPERDB_WITHOUT_THE_ERROR
    const MutexLock lock(mutex_);
#endif
    return value_;  // offending line
  }
  void add() {
#ifdef HYPERDB_WITHOUT_THE_ERROR
    const MutexLock lock(mutex_);
#endif
    bump();
  }

 private:
  void bump() HYPERDB_REQUIRES(mutex_) { ++value_; }

  mutable Mutex mutex_;
  int value_ HYPERDB_GUARDED_BY(mutex_) = 0;
};
