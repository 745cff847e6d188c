// TreeCursor: iterates upwards over the rows of a range of ranks of a tree.
#pragma once

#include <cstddef>
#include <string>

#include "driver/memory/node.hpp"

namespace hyperdb::detail::memory {

/// Does not keep the tree alive. Thread safety: none; the tree may be shared.
class TreeCursor {
 public:
  /// Starts at the row of rank `first`. REQUIRES: first + count <= the tree's size; `root` may be null if count is 0.
  TreeCursor(const Node* root, std::size_t first, std::size_t count) noexcept;

  bool atEnd() const noexcept { return remaining_ == 0; }
  std::size_t remaining() const noexcept { return remaining_; }
  /// Returns the current row; the following rows of the same leaf are adjacent to it. REQUIRES: not at the end.
  const RowRef& row() const noexcept { return nodes_[0]->rows()[positions_[0]]; }
  /// Returns how many rows, this one included, are left in this leaf.
  std::size_t leafRemaining() const noexcept {
    const std::size_t inLeaf = nodes_[0]->count() - positions_[0];
    return inLeaf < remaining_ ? inLeaf : remaining_;
  }
  void appendKey(std::string& out) const { nodes_[0]->appendKey(positions_[0], out); }
  /// Moves on. O(1) inside a leaf, otherwise O(log n). REQUIRES: steps <= remaining.
  void advance(std::size_t steps) noexcept;

  /// Returns how many rows from here on are certainly the same in both, because both are at the same place of a
  /// shared node. O(shared levels).
  static std::size_t sharedRows(const TreeCursor& a, const TreeCursor& b) noexcept;

 private:
  void descend(unsigned level, std::size_t offset) noexcept;

  // By level: the node, which child (or row) of it, the rows of the node before that child, the rows of the node.
  const Node* nodes_[levelsMax];
  unsigned positions_[levelsMax];
  std::size_t rowsBefore_[levelsMax];
  std::size_t sizes_[levelsMax];
  unsigned rootLevel_ = 0;
  std::size_t remaining_;
};

}  // namespace hyperdb::detail::memory
