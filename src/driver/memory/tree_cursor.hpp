// TreeCursor: walks over the rows of some ranks of a tree, upwards.
#pragma once

#include <cstddef>
#include <string>

#include "driver/memory/node.hpp"

namespace hyperdb::detail::memory {

/// Does not keep the tree alive. Thread safety: none; the tree may be shared.
class TreeCursor {
 public:
  /// Stands at the row of rank `first`. REQUIRES: first + count <= the tree's size; `root` may be null if count is 0.
  TreeCursor(const Node* root, std::size_t first, std::size_t count) noexcept;

  bool atEnd() const noexcept { return remaining_ == 0; }
  std::size_t remaining() const noexcept { return remaining_; }
  /// REQUIRES: not at the end. The rows that follow in the same leaf stand behind it.
  const RowRef& row() const noexcept { return nodes_[0]->rows()[positions_[0]]; }
  /// How many rows, this one included, are left in this leaf.
  std::size_t leafRemaining() const noexcept {
    const std::size_t inLeaf = nodes_[0]->count() - positions_[0];
    return inLeaf < remaining_ ? inLeaf : remaining_;
  }
  void appendKey(std::string& out) const { nodes_[0]->appendKey(positions_[0], out); }
  /// O(1) inside a leaf, else O(log n). REQUIRES: steps <= remaining.
  void advance(std::size_t steps) noexcept;

  /// How many rows from here on are surely the same in both, because both stand at the same place of a shared node.
  /// O(levels that are shared).
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
