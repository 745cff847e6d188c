// Tree: a copy-on-write B+tree from encoded keys to rows.
//
// Invariants: keys strictly ascend; every node but the root has at least one value; an inner node counts the
// rows below each child; when a node becomes less than a quarter full it is joined with a neighbour unless both
// together would fill more than three quarters of a node.
//
// Thread safety: a Tree is a value of one thread. Copies (forks) share nodes and may be read and dropped by
// different threads, but the writers among them belong to one thread.
#pragma once

#include <cstddef>
#include <string_view>
#include <utility>

#include <hyperdb/driver.hpp>

#include "driver/memory/node.hpp"

namespace hyperdb::detail::memory {

/// Where a key stands or would stand: how many rows are before it, and the leaf's view of it.
struct TreePlace {
  std::size_t rank = 0;
  const Node* leaf = nullptr;  ///< null in an empty tree
  unsigned position = 0;       ///< in the leaf; may be its count
  bool exact = false;
};

class Tree {
 public:
  Tree() noexcept = default;
  /// Takes over a reference.
  explicit Tree(Node* root) noexcept : root_(root) {}
  /// Forks: O(1). From then on both copy what they change.
  Tree(const Tree& other) noexcept : root_(other.root_) {
    if (root_ != nullptr) root_->retain();
  }
  Tree(Tree&& other) noexcept : root_(std::exchange(other.root_, nullptr)) {}
  Tree& operator=(Tree other) noexcept {
    std::swap(root_, other.root_);
    return *this;
  }
  ~Tree() {
    if (root_ != nullptr) root_->release();
  }

  /// O(number of the root's children).
  std::size_t size() const noexcept { return root_ == nullptr ? 0 : root_->rowsCount(); }
  bool empty() const noexcept { return root_ == nullptr; }
  const Node* root() const noexcept { return root_; }

  // Reads, O(log n). `work` counts visited nodes.

  /// The row at the key, or null. The pointer lives until the tree changes.
  const RowRef* find(std::string_view key, DriverCounters& work) const noexcept;
  /// The first row whose key is not smaller.
  TreePlace lowerBound(std::string_view key, DriverCounters& work) const noexcept;
  /// The row of this rank. REQUIRES: rank < size.
  TreePlace at(std::size_t rank) const noexcept;

  // Writes, O(log n). Nodes that only this tree has are changed in place, others are copied. When
  // std::bad_alloc is thrown, the tree holds what it held.

  /// `nextKey`: what will be inserted next, if that is known and greater; it decides how nodes are split. REQUIRES: the
  /// key is not in the tree.
  void insert(std::string_view key, RowRef row, DriverCounters& work, std::string_view nextKey = {});
  /// Puts another row at the key and returns the one that was there. REQUIRES: the key is in the tree.
  RowRef replace(std::string_view key, RowRef row, DriverCounters& work);
  /// Puts another row in the place of `expected`. False, and the tree holds what it held, if that is not at the key.
  bool replaceIf(std::string_view key, const RowHeader& expected, RowRef row, DriverCounters& work);
  /// Takes the row at the key out. REQUIRES: the key is in the tree.
  RowRef erase(std::string_view key, DriverCounters& work);
  /// Lets copied nodes take over what they borrow; see node.hpp. Those whose source is needed by others wait among the
  /// borrowers, or count their references if there are none. To be called when the changes are complete and the tree
  /// that this one was forked from has been dropped if nobody needs it. Costs the nodes copied since the last call.
  void settle(Borrowers* borrowers = nullptr) noexcept {
    if (root_ != nullptr) root_->settleAll(borrowers);
  }

 private:
  struct Path;
  Path exclusivePath(std::string_view key, unsigned leafHeadroom, DriverCounters& work);
  void addToCounts(Path& path, unsigned fromLevel, int difference) noexcept;
  void insertFull(Path& path, std::string_view key, const RowHeader* row, std::string_view nextKey);
  void shrink(Path& path) noexcept;
  bool mergeWithNeighbour(Node& parent, unsigned position);

  Node* root_ = nullptr;
};

}  // namespace hyperdb::detail::memory
