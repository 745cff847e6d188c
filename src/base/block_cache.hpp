// Blocks of memory from free lists, for objects that every command makes and frees: coroutine frames and tree nodes.
#pragma once

#include <cstddef>

namespace hyperdb::detail {

/// Returns memory for `size` bytes, aligned as by operator new: from this thread's free list if it has a block of
/// about that size, otherwise from operator new. Throws std::bad_alloc. Any thread.
void* allocateBlock(std::size_t size);
/// Frees a block that `allocateBlock(size)` returned. Keeps at most some blocks of each size for later. Any thread,
/// also another one and one that is ending.
void freeBlock(void* block, std::size_t size) noexcept;
/// Returns this thread's spare blocks to operator delete: tests that let allocations fail begin with it.
void freeSpareBlocks() noexcept;

}  // namespace hyperdb::detail
