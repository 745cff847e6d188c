#include "driver/memory/tree_cursor.hpp"

#include <algorithm>
#include <cassert>

namespace hyperdb::detail::memory {

TreeCursor::TreeCursor(const Node* root, std::size_t first, std::size_t count) noexcept : remaining_(count) {
  if (count == 0) return;
  rootLevel_ = root->level();
  nodes_[rootLevel_] = root;
  sizes_[rootLevel_] = root->rowsCount();
  assert(first + count <= sizes_[rootLevel_]);
  positions_[rootLevel_] = 0;
  rowsBefore_[rootLevel_] = 0;
  descend(rootLevel_, first);
}

/// Moves to the row `offset` of the node at this level. REQUIRES: that is not before the cursor's child on that
/// level.
void TreeCursor::descend(unsigned level, std::size_t offset) noexcept {
  for (; level > 0; --level) {
    const Node* node = nodes_[level];
    unsigned child = positions_[level];
    offset -= rowsBefore_[level];
    while (offset >= node->counts()[child]) {
      rowsBefore_[level] += node->counts()[child];
      offset -= node->counts()[child++];
    }
    positions_[level] = child;
    nodes_[level - 1] = node->children()[child];
    sizes_[level - 1] = node->counts()[child];
    positions_[level - 1] = 0;
    rowsBefore_[level - 1] = 0;
  }
  positions_[0] = static_cast<unsigned>(offset);
}

void TreeCursor::advance(std::size_t steps) noexcept {
  assert(steps <= remaining_);
  remaining_ -= steps;
  if (remaining_ == 0) return;
  std::size_t offset = positions_[0] + steps;
  unsigned level = 0;
  while (offset >= sizes_[level]) {
    ++level;
    assert(level <= rootLevel_);
    offset += rowsBefore_[level];
  }
  descend(level, offset);
}

std::size_t TreeCursor::sharedRows(const TreeCursor& a, const TreeCursor& b) noexcept {
  if (a.nodes_[0] != b.nodes_[0] || a.positions_[0] != b.positions_[0]) return 0;
  const unsigned levels = std::min(a.rootLevel_, b.rootLevel_);
  std::size_t offset = a.positions_[0];
  std::size_t left = a.sizes_[0] - offset;
  for (unsigned level = 1; level <= levels; ++level) {
    if (a.nodes_[level] != b.nodes_[level] || a.positions_[level] != b.positions_[level]) break;
    offset += a.rowsBefore_[level];
    left = a.sizes_[level] - offset;
  }
  return std::min({left, a.remaining_, b.remaining_});
}

}  // namespace hyperdb::detail::memory
