// FileIdentity: whether a path still leads to the file that was opened there.
//
// A program that continues with a file that was deleted, renamed or replaced writes where no other program looks.
// SQLite does not notice this in WAL mode, and never for the -wal and -shm beside the file.
//
// Thread safety: call `record` before everything else; the other functions from any thread.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>
#include <string>

#include "base/mutex.hpp"

namespace hyperdb::detail::sqlite {

/// Returns the absolute path of a file as the VFS reports it, with links resolved. Throws Error(invalidArgument) when
/// the path has a zero byte or is too long, or when SQLite would take it for a URI.
std::string resolvePath(const std::string& path, const std::string& vfs);

class FileIdentity {
 public:
  /// Records the files of an absolute path. `hasWal`: the file is in WAL mode, so that -wal and -shm are parts of it.
  /// A VFS may have no files in the system's file system: then this is not called, and `findFault` finds nothing.
  void record(const std::string& path, bool hasWal);

  /// Checks whether the files are still in place. Returns what is wrong, in words; empty: nothing. One `stat` if no
  /// file was created, deleted or renamed in the folder since the last call, otherwise one more for each file.
  std::string findFault();
  /// Returns whether the last check has found a fault.
  bool isLost() const noexcept { return isLost_.load(std::memory_order_relaxed); }

 private:
  struct Id {
    std::uint64_t device = 0;
    std::uint64_t number = 0;  ///< of the inode
    friend bool operator==(const Id&, const Id&) = default;
  };
  struct Folder {
    Id id;
    std::int64_t changedNs = 0;  ///< when an entry was created, deleted or renamed; since 1970
    friend bool operator==(const Folder&, const Folder&) = default;
  };
  enum class Find : unsigned char { found, missing, unknown };
  struct File {
    std::string path;
    std::optional<Id> id{};  ///< nothing for a file that is not watched
  };

  static Find find(const std::string& path, Folder& found);
  std::string findFaultOf(const File& file) const;

  std::string folder_;
  std::array<File, 3> files_;  ///< the file, -wal, -shm
  Mutex mutex_;
  std::optional<Folder> known_ HYPERDB_GUARDED_BY(mutex_);  ///< the folder when all files were last in place
  std::atomic<bool> isLost_{false};
};

}  // namespace hyperdb::detail::sqlite
