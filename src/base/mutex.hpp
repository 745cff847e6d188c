// Mutex and MutexLock: std::mutex and std::unique_lock, with attributes by which Clang checks at compile time that what
// a mutex guards is used under its lock (-Wthread-safety). Other compilers ignore them, and Clang does not look into
// constructors and destructors.
#pragma once

#include <mutex>

#ifdef __clang__
#define HYPERDB_THREAD_SAFETY(attribute) __attribute__((attribute))
#else
#define HYPERDB_THREAD_SAFETY(attribute)
#endif

/// On a member: it is read and written with the mutex locked.
#define HYPERDB_GUARDED_BY(mutex) HYPERDB_THREAD_SAFETY(guarded_by(mutex))
/// On a function, or behind the parameters of a lambda: its caller has locked the mutex.
#define HYPERDB_REQUIRES(mutex) HYPERDB_THREAD_SAFETY(requires_capability(mutex))

namespace hyperdb::detail {

class HYPERDB_THREAD_SAFETY(capability("mutex")) Mutex {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

 private:
  friend class MutexLock;
  std::mutex mutex_;
};

/// Locks the mutex for as long as it lives, but for the time between `unlock` and `lock`.
class HYPERDB_THREAD_SAFETY(scoped_lockable) MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) HYPERDB_THREAD_SAFETY(acquire_capability(mutex)) : lock_(mutex.mutex_) {}
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;
  ~MutexLock() HYPERDB_THREAD_SAFETY(release_capability()) {}

  void lock() HYPERDB_THREAD_SAFETY(acquire_capability()) { lock_.lock(); }
  void unlock() HYPERDB_THREAD_SAFETY(release_capability()) { lock_.unlock(); }
  /// Returns what a std::condition_variable waits with. A predicate of the wait is a lambda with HYPERDB_REQUIRES.
  std::unique_lock<std::mutex>& standardLock() noexcept { return lock_; }

 private:
  std::unique_lock<std::mutex> lock_;
};

}  // namespace hyperdb::detail
