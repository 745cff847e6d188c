// DiskVfs: a Disk for SQLite, with faults. Registered under a name of its own while it lives (SqlOptions::vfs).
//
// Connections may have the same file open: they share locks and shared memory.
//
// Thread safety: each connection may belong to another thread; calls are done one at a time. The settings are for the
// time before there are any.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include <sqlite3.h>

#include "crash/disk.hpp"
#include "crash/disk_locks.hpp"

namespace hyperdb::test {

enum class DiskCall {
  open,
  read,
  write,
  truncate,
  sync,
  remove,
  access,
  fileSize,
  lock,
  unlock,
  mapMemory,
  lockMemory
};

enum class FaultKind {
  refused,   ///< any call fails and has done nothing
  halfDone,  ///< writes fail when half of it is done; truncations, syncs and removals fail although they are done
  noMemory,  ///< any call fails for lack of memory
  diskFull,  ///< writes write what there is room for: half
  isBusy,    ///< another process has every lock
  shortRead  ///< reads give the first half, then zeros, and say so: as if the file ended there
};

/// Which call fails. Calls that the kind can't concern do not count.
struct DiskFault {
  FaultKind kind = FaultKind::refused;
  long after = -1;         ///< so many succeed before; negative: all
  bool isLasting = false;  ///< all fail from there on; else one
  long callsCount = 0;
  long failuresCount = 0;
};

class DiskVfs {
 public:
  explicit DiskVfs(Disk& disk);
  DiskVfs(const DiskVfs&) = delete;
  DiskVfs& operator=(const DiskVfs&) = delete;
  /// REQUIRES: no connection uses it.
  ~DiskVfs();

  const std::string& name() const noexcept { return name_; }

  /// Which call is to fail from now on; the calls are counted anew. Any thread.
  void setFault(const DiskFault& fault);
  /// The same, and what has come of it. Any thread.
  DiskFault fault() const;
  /// No call fails any more. Any thread.
  void endFault();
  /// What a program sees that is started now. Any thread.
  DiskImage image() const;
  /// How many changes the disk's recorder has. Any thread.
  std::size_t changesCount() const;

  /// How much fits on the disk.
  std::size_t bytesMax = ~std::size_t{0};
  /// Whether SQLite is told that a write may ruin bytes beside it (Disk::imageAfterLoss).
  bool ruinsSectors = false;
  /// After how many pages connections move the log into the file; 0: as SQLite likes.
  int checkpointPages = 0;
  /// Whether sleeping takes time, which other threads need; else it is over at once.
  bool sleepsForReal = false;

  // For the functions that SQLite calls. They hold the mutex.

  std::mutex& mutex() const noexcept { return mutex_; }
  Disk& disk() noexcept { return disk_; }
  /// What the call is to return at once; SQLITE_OK: it goes on.
  int failBefore(DiskCall call);
  /// Whether the call that `failBefore` has let pass is to fail when it is done, or half of it.
  bool failsHalfDone() const noexcept { return isHalfDone_; }

  struct SharedState {
    FileLocks locks;
    std::unique_ptr<SharedMemory> memory;
    int memoryUsersCount = 0;
  };
  SharedState& shared(const std::string& name) { return shared_[name]; }
  TestRandom& random() noexcept { return random_; }

 private:
  mutable std::mutex mutex_;
  Disk& disk_;
  DiskFault fault_;
  std::string name_;
  sqlite3_vfs vfs_{};
  std::map<std::string, SharedState> shared_;
  TestRandom random_{1};
  bool isHalfDone_ = false;
};

}  // namespace hyperdb::test
