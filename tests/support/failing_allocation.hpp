// An operator new that fails when it is told to: what is left when memory runs out in the middle?
//
// For one file of a test program: it replaces the program's operator new. ThreadSanitizer has its own and allows no
// other; there HYPERDB_CAN_FAIL_ALLOCATIONS is 0 and nothing is defined.
#pragma once

#include <cstdlib>
#include <new>

#include "base/block_cache.hpp"

#if __has_feature(thread_sanitizer)
#define HYPERDB_CAN_FAIL_ALLOCATIONS 0
#else
#define HYPERDB_CAN_FAIL_ALLOCATIONS 1

namespace hyperdb::test {

/// Which allocations of this thread fail.
struct AllocationFaults {
  long left = -1;          ///< how many succeed before one fails; negative: all
  bool isOneOnly = false;  ///< whether those after it succeed again
  long failuresCount = 0;  ///< how many have failed
  long count = 0;          ///< how many were asked for

  bool failsNow() noexcept {
    ++count;
    if (left < 0) return false;
    if (left > 0) {
      --left;
      return false;
    }
    ++failuresCount;
    if (isOneOnly) left = -1;
    return true;
  }
};
inline thread_local AllocationFaults allocationFaults;

inline void* allocateOrFail(std::size_t size, std::size_t alignment) {
  if (allocationFaults.failsNow()) throw std::bad_alloc();
  if (size == 0) size = 1;
  void* block = alignment <= alignof(std::max_align_t)
                    ? std::malloc(size)
                    : std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  if (block == nullptr) throw std::bad_alloc();
  return block;
}

/// Runs the operation with one more allocation each time until it succeeds. Returns how often it failed.
template <class Operation>
int failuresOf(Operation operation) {
  for (int failures = 0;; ++failures) {
    detail::freeSpareBlocks();  // nodes and frames from a free list can't fail
    allocationFaults.left = failures;
    try {
      operation();
      allocationFaults.left = -1;
      return failures;
    } catch (const std::bad_alloc&) {
      allocationFaults.left = -1;
    }
  }
}

}  // namespace hyperdb::test

void* operator new(std::size_t size) { return hyperdb::test::allocateOrFail(size, 1); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return hyperdb::test::allocateOrFail(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* block) noexcept { std::free(block); }
void operator delete(void* block, std::size_t) noexcept { std::free(block); }
void operator delete(void* block, std::align_val_t) noexcept { std::free(block); }
void operator delete(void* block, std::size_t, std::align_val_t) noexcept { std::free(block); }

#endif
