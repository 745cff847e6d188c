// DiskVfs: a Disk for SQLite, with faults. Registered under a name of its own while it lives (SqlOptions::vfs).
//
// Thread safety: none. Connections of one thread may have the same file open: they share locks and shared memory.
#pragma once

#include <map>
#include <memory>
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
  isBusy,    ///< somebody else has every lock
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
  Disk& disk() noexcept { return disk_; }

  DiskFault fault;
  /// How much fits on the disk.
  std::size_t bytesMax = ~std::size_t{0};
  /// Whether SQLite is told that a write may ruin bytes beside it (Disk::imageAfterLoss).
  bool ruinsSectors = false;
  /// After how many pages connections move the log into the file; 0: as SQLite likes.
  int checkpointPages = 0;

  // For the functions that SQLite calls.

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
  Disk& disk_;
  std::string name_;
  sqlite3_vfs vfs_{};
  std::map<std::string, SharedState> shared_;
  TestRandom random_{1};
  bool isHalfDone_ = false;
};

}  // namespace hyperdb::test
