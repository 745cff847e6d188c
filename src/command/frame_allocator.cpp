// Coroutine frames from a free list per thread: most frames live for one command and have one of few sizes.
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <new>

#include <hyperdb/coroutine.hpp>

namespace hyperdb {

namespace {

constexpr std::size_t sizeStep = 64;
constexpr std::size_t classesCount = 32;  // frames up to 2 KiB
constexpr std::size_t keptPerClassMax = 64;

struct FreeFrame {
  FreeFrame* next;
};

struct FreeList {
  FreeFrame* first = nullptr;
  std::size_t count = 0;
};

struct ThreadCache {
  FreeList lists[classesCount];
  ~ThreadCache();
};

// Plain pointers and a flag that outlives the cache: frames may be freed while a thread is ending.
thread_local ThreadCache threadCache;
thread_local bool threadCacheGone = false;
std::atomic<std::int64_t> liveFrames{0};

ThreadCache::~ThreadCache() {
  threadCacheGone = true;
  for (FreeList& list : lists) {
    while (FreeFrame* frame = list.first) {
      list.first = frame->next;
      ::operator delete(frame);
    }
  }
}

constexpr std::size_t classOf(std::size_t size) noexcept { return (size + sizeStep - 1) / sizeStep; }

}  // namespace

std::int64_t liveFramesCount() noexcept { return liveFrames.load(std::memory_order_relaxed); }

namespace detail {

void* allocateFrame(std::size_t size) {
  const std::size_t sizeClass = classOf(size);
  void* memory = nullptr;
  if (sizeClass < classesCount && !threadCacheGone && threadCache.lists[sizeClass].first != nullptr) {
    FreeList& list = threadCache.lists[sizeClass];
    memory = list.first;
    list.first = list.first->next;
    --list.count;
  } else {
    memory = ::operator new(sizeClass * sizeStep);
  }
  liveFrames.fetch_add(1, std::memory_order_relaxed);
  return memory;
}

void freeFrame(void* frame, std::size_t size) noexcept {
  liveFrames.fetch_sub(1, std::memory_order_relaxed);
  const std::size_t sizeClass = classOf(size);
  if (sizeClass < classesCount && !threadCacheGone && threadCache.lists[sizeClass].count < keptPerClassMax) {
    FreeList& list = threadCache.lists[sizeClass];
    list.first = ::new (frame) FreeFrame{list.first};
    ++list.count;
  } else {
    ::operator delete(frame);
  }
}

}  // namespace detail
}  // namespace hyperdb
