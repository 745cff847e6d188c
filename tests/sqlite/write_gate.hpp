// A VFS whose write lock waits at a gate, so that a test can act while a transaction begins.
#pragma once

#include <sqlite3.h>

#include <condition_variable>
#include <mutex>

namespace hyperdb::test {

/// The default VFS under the name "gated". Databases opened with it stop before they take a WAL file's write lock while
/// the gate is closed. One at a time; outlives the databases that use it. Thread safety: any thread.
class WriteGate {
 public:
  WriteGate() {
    real() = sqlite3_vfs_find(nullptr);
    current() = this;
    vfs_ = *real();
    vfs_.zName = "gated";
    vfs_.xOpen = open;
    sqlite3_vfs_register(&vfs_, 0);
  }
  WriteGate(const WriteGate&) = delete;
  WriteGate& operator=(const WriteGate&) = delete;
  ~WriteGate() {
    letThrough();
    sqlite3_vfs_unregister(&vfs_);
    current() = nullptr;
  }

  void close() {
    const std::lock_guard lock(mutex_);
    isClosed_ = true;
    hasArrived_ = false;
  }
  /// Returns when a thread stands before the closed gate.
  void waitForArrival() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return hasArrived_; });
  }
  void letThrough() {
    const std::lock_guard lock(mutex_);
    isClosed_ = false;
    ++openingsCount_;
    changed_.notify_all();
  }

 private:
  static sqlite3_vfs*& real() {
    static sqlite3_vfs* vfs = nullptr;
    return vfs;
  }
  static WriteGate*& current() {
    static WriteGate* gate = nullptr;
    return gate;
  }
  struct Methods {
    const sqlite3_io_methods* real;
    sqlite3_io_methods gated;
  };
  /// The first call says which the real ones are: those of every file are the same. Any thread.
  static Methods& methods(const sqlite3_io_methods* real = nullptr) {
    static Methods all = [real] {
      Methods made{real, *real};
      made.gated.xShmLock = lockShared;
      return made;
    }();
    return all;
  }

  void pass() {
    std::unique_lock lock(mutex_);
    if (!isClosed_) return;
    hasArrived_ = true;
    changed_.notify_all();
    changed_.wait(lock, [this, before = openingsCount_] { return openingsCount_ != before; });
  }

  static int lockShared(sqlite3_file* file, int offset, int count, int flags) {
    constexpr int writeLock = 0;
    const bool isTaken = (flags & SQLITE_SHM_LOCK) != 0 && (flags & SQLITE_SHM_EXCLUSIVE) != 0;
    if (offset == writeLock && count == 1 && isTaken && current() != nullptr) current()->pass();
    return methods().real->xShmLock(file, offset, count, flags);
  }

  static int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* outFlags) {
    const int code = real()->xOpen(real(), name, file, flags, outFlags);
    if (code != SQLITE_OK || (flags & SQLITE_OPEN_MAIN_DB) == 0) return code;
    file->pMethods = &methods(file->pMethods).gated;
    return code;
  }

  sqlite3_vfs vfs_{};
  std::mutex mutex_;
  std::condition_variable changed_;
  bool isClosed_ = false;
  bool hasArrived_ = false;
  int openingsCount_ = 0;
};

}  // namespace hyperdb::test
