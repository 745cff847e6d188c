// Blocks of memory from free lists, for what is made and dropped by every command: coroutine frames and tree nodes.
#pragma once

#include <cstddef>

namespace hyperdb::detail {

/// Memory for `size` bytes, aligned as by operator new: from this thread's free list if there is a block of about that
/// size, else from operator new. Throws std::bad_alloc. Any thread.
void* allocateBlock(std::size_t size);
/// Gives back what `allocateBlock(size)` gave. Keeps at most some blocks of each size for later. Any thread, also
/// another one and one that is ending.
void freeBlock(void* block, std::size_t size) noexcept;
/// Gives what this thread keeps back to operator delete: tests that let allocations fail begin with it.
void dropSpareBlocks() noexcept;

}  // namespace hyperdb::detail
