// Coroutine frames from free lists: most frames live for one command and have one of few sizes.
#include <atomic>
#include <cstddef>
#include <cstdint>

#include <hyperdb/detail/coroutine.hpp>

#include "base/block_cache.hpp"

namespace hyperdb {
namespace {

std::atomic<std::int64_t> liveFrames{0};

}  // namespace

std::int64_t liveFramesCount() noexcept { return liveFrames.load(std::memory_order_relaxed); }

namespace detail {

void* allocateFrame(std::size_t size) {
  void* frame = allocateBlock(size);
  liveFrames.fetch_add(1, std::memory_order_relaxed);
  return frame;
}

void freeFrame(void* frame, std::size_t size) noexcept {
  liveFrames.fetch_sub(1, std::memory_order_relaxed);
  freeBlock(frame, size);
}

}  // namespace detail
}  // namespace hyperdb
