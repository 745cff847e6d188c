// Node: one block of memory of a copy-on-write B+tree: keys, and rows (in a leaf) or children (in an inner node).
//
// Layout of a block: this header, then arrays of `capacity` elements, then bytes.
//
//   heads   uint64      what decides nearly every comparison, see makeHead
//   counts  uint64      inner nodes only: the rows below each child
//   values  pointers    RowRefs or children, each one counted reference
//   tailEnds uint32     where each key's tail ends, relative to the first tail
//   bytes               the prefix that all keys share, then the keys' tails in key order
//
// A leaf has a key for each row. An inner node has a separator in front of each child but the first: key number i is
// <= every key below child i + 1 and > every key below child i.
//
// Borrowing. Counting a reference for everything in a copied node, and discounting it when the old node is freed,
// would be most of the cost of a small transaction. So a copy borrows: it keeps its source and uses the source's
// references. When the transaction has ended and no reader has the source any more, the copy takes them over. While a
// reader has it, the copy continues to borrow and waits among the database's `Borrowers`. A source may itself borrow
// from the node that it was copied from.
//
// Thread safety: a node with more than one reference is immutable; references may be dropped by any thread. Only the
// owner of the only reference, to a node whose ancestors are all so owned, changes it.
#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include <hyperdb/row.hpp>

#include "key/key_bytes.hpp"

namespace hyperdb::detail::memory {

// Copying a node costs work for everything in it, so that small nodes make cheap single-row transactions; large
// ones make flat trees and long runs. 32 lies between the two; other sizes were not compared.
inline constexpr unsigned leafEntriesMax = 32;
inline constexpr unsigned innerChildrenMax = 32;
inline constexpr unsigned nodeValuesMax = leafEntriesMax > innerChildrenMax ? leafEntriesMax : innerChildrenMax;
/// More levels than any tree can have: nodes are on average at least a quarter full.
inline constexpr unsigned levelsMax = 24;

static_assert(nodeValuesMax < 64, "a bit for each value");

constexpr unsigned valuesMax(unsigned level) { return level == 0 ? leafEntriesMax : innerChildrenMax; }

/// The first bytes of a key as an integer that compares as they do. 7 bytes, zero padded, then the size (8 for "more"):
/// of two keys whose padded bytes are equal, the shorter one is a prefix of the longer and stands before it. So equal
/// heads mean equal keys unless the size is `longHead`; then the tails, what follows the 7 bytes, decide.
inline constexpr unsigned headBytes = 7;
inline constexpr std::uint64_t longHead = 8;

inline std::uint64_t makeHead(std::string_view suffix) noexcept {
  std::uint64_t bytes = 0;
  if (suffix.size() >= 8) {
    std::memcpy(&bytes, suffix.data(), 8);
    return (toBigEndian(bytes) & ~std::uint64_t{0xFF}) | longHead;
  }
  for (std::size_t i = 0; i < suffix.size(); ++i) {
    bytes |= std::uint64_t{static_cast<unsigned char>(suffix[i])} << (56 - 8 * i);
  }
  return bytes | suffix.size();
}

inline std::string_view tailOf(std::string_view suffix) noexcept {
  return suffix.size() > headBytes ? suffix.substr(headBytes) : std::string_view{};
}

class Borrowers;

class Node {
 public:
  struct Found {
    unsigned position;  ///< of the first key that is not smaller
    bool exact;         ///< that key is equal
  };

  /// Returns an empty node with one reference. Throws std::bad_alloc.
  static Node* allocate(unsigned level, unsigned capacity, std::size_t bytesCapacity);
  /// Frees the block, but drops none of the references in it: they were moved elsewhere. REQUIRES: the only
  /// reference.
  static void freeShell(const Node* node) noexcept;
  static std::int64_t liveCount() noexcept;

  void retain() const noexcept { references_.fetch_add(1, std::memory_order_relaxed); }
  void release() const noexcept {
    if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) destroy();
  }
  /// Returns whether the caller's reference is the only one.
  bool isExclusive() const noexcept { return references_.load(std::memory_order_acquire) == 1; }
  /// Adds a reference to everything in this node.
  void retainValues() const noexcept;
  /// Returns whether the reference to the value at `position` is this node's own, not borrowed.
  bool owns(unsigned position) const noexcept { return source_ == nullptr || (own_ >> position & 1) != 0; }
  // The next four belong to the thread that writes; readers don't notice.

  /// Takes the references of the source over if no other node or reader has it, and those of the source's source.
  /// Returns whether nothing is borrowed any more.
  bool takeOver() noexcept;
  /// Makes all references this node's own: takes them over, or otherwise counts them.
  void settle() noexcept;
  /// Takes over what is borrowed, for all nodes from here down that were made since the last call. Nodes that can't
  /// take over wait among the borrowers, or are settled if there are none.
  void settleAll(Borrowers* borrowers) noexcept;
  /// Returns whether the source borrows as well.
  bool isInChain() const noexcept { return source_ != nullptr && source_->source_ != nullptr; }
  /// Marks whether the node is among the borrowers, which have a reference to it.
  void setWaiting(bool isWaiting) noexcept { isWaiting_ = isWaiting ? 1 : 0; }

  bool isLeaf() const noexcept { return level_ == 0; }
  unsigned level() const noexcept { return level_; }
  unsigned count() const noexcept { return count_; }
  unsigned capacity() const noexcept { return capacity_; }
  unsigned keysCount() const noexcept { return level_ == 0 || count_ == 0 ? count_ : count_ - 1U; }
  std::size_t bytesCapacity() const noexcept { return bytesCapacity_; }
  std::size_t bytesUsed() const noexcept { return prefixSize_ + tailsSize(); }
  /// Returns the number of rows in this node and below. O(count).
  std::size_t rowsCount() const noexcept;

  std::uint64_t* heads() noexcept { return reinterpret_cast<std::uint64_t*>(this + 1); }
  const std::uint64_t* heads() const noexcept { return reinterpret_cast<const std::uint64_t*>(this + 1); }
  std::uint64_t* counts() noexcept { return heads() + capacity_; }
  const std::uint64_t* counts() const noexcept { return heads() + capacity_; }
  /// Returns the values as raw pointers, for moving them: rows or children.
  void** values() noexcept { return reinterpret_cast<void**>(heads() + (level_ == 0 ? 1U : 2U) * capacity_); }
  void* const* values() const noexcept { return const_cast<Node*>(this)->values(); }
  RowRef* rows() noexcept { return reinterpret_cast<RowRef*>(values()); }
  const RowRef* rows() const noexcept { return reinterpret_cast<const RowRef*>(values()); }
  Node** children() noexcept { return reinterpret_cast<Node**>(values()); }
  Node* const* children() const noexcept { return reinterpret_cast<Node* const*>(values()); }
  std::uint32_t* tailEnds() noexcept { return reinterpret_cast<std::uint32_t*>(values() + capacity_); }
  const std::uint32_t* tailEnds() const noexcept { return const_cast<Node*>(this)->tailEnds(); }
  char* bytes() noexcept { return reinterpret_cast<char*>(tailEnds() + capacity_); }
  const char* bytes() const noexcept { return const_cast<Node*>(this)->bytes(); }

  std::string_view prefix() const noexcept { return {bytes(), prefixSize_}; }
  std::string_view tail(unsigned key) const noexcept {
    const std::uint32_t begin = tailBegin(key);
    return {bytes() + prefixSize_ + begin, tailEnds()[key] - begin};
  }
  void appendKey(unsigned key, std::string& out) const;
  std::size_t keySize(unsigned key) const noexcept;

  /// Prefetches the cache lines that a search in this node reads, all at once: one after the other each would be a
  /// stall.
  void prefetchForSearch() const noexcept {
    const char* block = reinterpret_cast<const char*>(this);
    for (std::size_t offset = 0; offset < sizeof(Node) + nodeValuesMax * 8; offset += 64) {
      prefetch(block + offset);
    }
  }
  Found search(std::string_view key) const noexcept;
  /// Returns the position of the child below which the key belongs.
  unsigned childFor(std::string_view key) const noexcept {
    const Found found = search(key);
    return found.position + (found.exact ? 1U : 0U);
  }
  /// Returns the position of the child that holds the row of that rank; `rank` becomes the rank in that child.
  unsigned childAtRank(std::size_t& rank) const noexcept {
    unsigned child = 0;
    while (rank >= counts()[child]) rank -= counts()[child++];
    return child;
  }

 private:
  friend class NodeEditor;
  Node(unsigned level, unsigned capacity, std::size_t bytesCapacity) noexcept;

  std::uint32_t tailBegin(unsigned key) const noexcept { return key == 0 ? 0 : tailEnds()[key - 1]; }
  std::size_t tailsSize() const noexcept { return keysCount() == 0 ? 0 : tailEnds()[keysCount() - 1]; }
  void destroy() const noexcept;
  void absorb(Node& source) noexcept;
  void retainValues(std::uint64_t which) const noexcept;
  void releaseValues(std::uint64_t which) const noexcept;
  static constexpr std::uint64_t firstBits(unsigned count) noexcept { return (std::uint64_t{1} << count) - 1; }

  mutable std::atomic<std::uint32_t> references_{1};
  std::uint32_t prefixSize_ = 0;
  std::uint32_t bytesCapacity_;
  std::uint16_t level_;
  std::uint16_t count_ = 0;
  std::uint16_t capacity_;
  std::uint8_t isFresh_ = 1;    ///< settleAll has not visited this node
  std::uint8_t isWaiting_ = 0;  ///< one of the references is that of the borrowers
  std::uint64_t own_ = 0;       ///< values added after the copy was made: a bit for each position
  std::uint64_t lent_ = 0;      ///< values of the source that this node borrows, by position there
  Node* source_ = nullptr;      ///< the lender, a counted reference; null when nothing is borrowed
};
static_assert(sizeof(Node) % 8 == 0, "heads follow the header");

}  // namespace hyperdb::detail::memory
