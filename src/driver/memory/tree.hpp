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

#include <hyperdb/engine/driver.hpp>

#include "driver/memory/node.hpp"

namespace hyperdb::detail::memory {

/// The place of a key, existing or not: the number of rows before it, and its position in a leaf.
struct TreePlace {
  std::size_t rank = 0;
  const Node* leaf = nullptr;  ///< null in an empty tree
  unsigned position = 0;       ///< in the leaf; may be its count
  bool exact = false;
};

class Tree {
 public:
  Tree() noexcept = default;
  /// Takes ownership of a reference.
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

  /// Returns the number of rows. O(number of the root's children).
  std::size_t size() const noexcept { return root_ == nullptr ? 0 : root_->rowsCount(); }
  bool empty() const noexcept { return root_ == nullptr; }
  const Node* root() const noexcept { return root_; }

  // Reads, O(log n). `work` counts visited nodes.

  /// Returns the row at the key, or null. The pointer lives until the tree changes.
  const RowRef* find(std::string_view key, DriverCounters& work) const noexcept;
  /// Returns the place of the first row whose key is not smaller.
  TreePlace lowerBound(std::string_view key, DriverCounters& work) const noexcept;
  /// Returns the place of the row of this rank. REQUIRES: rank < size.
  TreePlace at(std::size_t rank) const noexcept;

  // Writes, O(log n). Nodes that only this tree has are changed in place, shared ones are copied. After
  // std::bad_alloc the tree is unchanged.

  /// Inserts a row. `nextKey`: the next key to be inserted, if that is known and greater; it decides how nodes are
  /// split. REQUIRES: the key is not in the tree.
  void insert(std::string_view key, RowRef row, DriverCounters& work, std::string_view nextKey = {});
  /// Puts another row at the key and returns the previous one. REQUIRES: the key is in the tree.
  RowRef replace(std::string_view key, RowRef row, DriverCounters& work);
  /// Replaces `expected` by another row. Returns false, with the tree unchanged, if `expected` is not at the key.
  bool replaceIf(std::string_view key, const RowHeader& expected, RowRef row, DriverCounters& work);
  /// Removes the row at the key and returns it. REQUIRES: the key is in the tree.
  RowRef erase(std::string_view key, DriverCounters& work);
  /// Lets copied nodes take over what they borrow; see node.hpp. Nodes whose source a reader needs wait among the
  /// borrowers, or count their references if there are none. To be called when the changes are complete and the tree
  /// that this one was forked from has been dropped if no reader needs it. O(nodes copied since the last call).
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
