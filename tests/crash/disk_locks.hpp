// The locks and the shared memory that connections to one file of a Disk have with each other.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <vector>

#include <sqlite3.h>

namespace hyperdb::test {

/// SQLite's five lock levels of a file.
class FileLocks {
 public:
  /// From `level` to `wanted` for the connection `owner`. SQLITE_BUSY: others are in the way.
  int lock(const void* owner, int& level, int wanted) {
    if (wanted <= level) return SQLITE_OK;
    if (level == SQLITE_LOCK_NONE) {
      if (pending_ != nullptr) return SQLITE_BUSY;
      ++sharedCount_;
      level = SQLITE_LOCK_SHARED;
    }
    if (wanted >= SQLITE_LOCK_RESERVED && level < SQLITE_LOCK_RESERVED) {
      if (reserved_ != nullptr && reserved_ != owner) return SQLITE_BUSY;
      if (wanted == SQLITE_LOCK_RESERVED) {
        reserved_ = owner;
        level = SQLITE_LOCK_RESERVED;
      }
    }
    if (wanted != SQLITE_LOCK_EXCLUSIVE) return SQLITE_OK;
    if (pending_ != nullptr && pending_ != owner) return SQLITE_BUSY;
    pending_ = owner;
    level = SQLITE_LOCK_PENDING;
    if (sharedCount_ > 1) return SQLITE_BUSY;
    level = SQLITE_LOCK_EXCLUSIVE;
    return SQLITE_OK;
  }
  void unlock(const void* owner, int& level, int wanted) {
    if (wanted >= level) return;
    if (reserved_ == owner) reserved_ = nullptr;
    if (pending_ == owner) pending_ = nullptr;
    if (wanted == SQLITE_LOCK_NONE) --sharedCount_;
    level = wanted;
  }
  bool isReserved() const noexcept { return reserved_ != nullptr || pending_ != nullptr; }

 private:
  int sharedCount_ = 0;
  const void* reserved_ = nullptr;
  const void* pending_ = nullptr;
};

/// The index of a write-ahead log, which SQLite would map into memory.
class SharedMemory {
 public:
  /// Null if there is no such region, and none is to be made.
  void* region(std::size_t number, std::size_t size, bool makes) {
    if (number >= regions_.size()) {
      if (!makes) return nullptr;
      while (regions_.size() <= number) regions_.push_back(std::make_unique<char[]>(size));
    }
    return regions_[number].get();
  }
  int lock(const void* owner, int first, int count, bool isExclusive) {
    for (int i = first; i < first + count; ++i) {
      const Slot& slot = slots_[static_cast<std::size_t>(i)];
      if (slot.exclusive != nullptr && slot.exclusive != owner) return SQLITE_BUSY;
      if (isExclusive && !slot.shared.empty()) return SQLITE_BUSY;
    }
    for (int i = first; i < first + count; ++i) {
      Slot& slot = slots_[static_cast<std::size_t>(i)];
      if (isExclusive) {
        slot.exclusive = owner;
      } else {
        slot.shared.push_back(owner);
      }
    }
    return SQLITE_OK;
  }
  void unlock(const void* owner, int first, int count) {
    for (int i = first; i < first + count; ++i) {
      Slot& slot = slots_[static_cast<std::size_t>(i)];
      if (slot.exclusive == owner) slot.exclusive = nullptr;
      std::erase(slot.shared, owner);
    }
  }
  void unlockAll(const void* owner) { unlock(owner, 0, SQLITE_SHM_NLOCK); }

 private:
  struct Slot {
    std::vector<const void*> shared;
    const void* exclusive = nullptr;
  };
  std::vector<std::unique_ptr<char[]>> regions_;
  std::array<Slot, SQLITE_SHM_NLOCK> slots_;
};

}  // namespace hyperdb::test
