#include "base/block_cache.hpp"

#include <new>

namespace hyperdb::detail {
namespace {

constexpr std::size_t sizeStep = 64;
constexpr std::size_t classesCount = 33;  // blocks up to 2 KiB
constexpr std::size_t keptPerClassMax = 64;

struct FreeBlock {
  FreeBlock* next;
};

struct FreeList {
  FreeBlock* first = nullptr;
  std::size_t count = 0;
};

struct ThreadCache {
  FreeList lists[classesCount];

  ~ThreadCache();
  void drop() noexcept {
    for (FreeList& list : lists) {
      while (FreeBlock* block = list.first) {
        list.first = block->next;
        ::operator delete(block);
      }
      list.count = 0;
    }
  }
};

// Plain pointers and a flag that outlives the cache: blocks may be freed while a thread ends.
thread_local ThreadCache threadCache;
thread_local bool isThreadCacheDestroyed = false;

ThreadCache::~ThreadCache() {
  isThreadCacheDestroyed = true;
  drop();
}

constexpr std::size_t classOf(std::size_t size) noexcept { return (size + sizeStep - 1) / sizeStep; }

}  // namespace

void* allocateBlock(std::size_t size) {
  const std::size_t sizeClass = classOf(size);
  if (sizeClass >= classesCount) return ::operator new(size);
  if (!isThreadCacheDestroyed) {
    FreeList& list = threadCache.lists[sizeClass];
    if (FreeBlock* block = list.first) {
      list.first = block->next;
      --list.count;
      return block;
    }
  }
  return ::operator new(sizeClass * sizeStep);
}

void freeBlock(void* block, std::size_t size) noexcept {
  const std::size_t sizeClass = classOf(size);
  if (sizeClass < classesCount && !isThreadCacheDestroyed && threadCache.lists[sizeClass].count < keptPerClassMax) {
    FreeList& list = threadCache.lists[sizeClass];
    list.first = ::new (block) FreeBlock{list.first};
    ++list.count;
  } else {
    ::operator delete(block);
  }
}

void freeSpareBlocks() noexcept {
  if (!isThreadCacheDestroyed) threadCache.drop();
}

}  // namespace hyperdb::detail
