// Borrowers: the committed nodes of a database that still borrow, because a reader had their source.
#pragma once

#include <cstddef>
#include <vector>

#include "driver/memory/node.hpp"

namespace hyperdb::detail::memory {

/// Counting the references that a transaction borrows makes small transactions several times slower while readers
/// keep snapshots or results of the previous state. Most of these live for a few commits only: a node that waits
/// until they are gone can take the references over.
///
/// This holds a reference to each waiting node, so that no reader changes or frees it. A waiting node keeps its
/// source alive: at most `waitingMax` nodes, and the rows that only they have.
/// Thread safety: none, belongs to the thread that writes.
class Borrowers {
 public:
  Borrowers() = default;
  Borrowers(const Borrowers&) = delete;
  Borrowers& operator=(const Borrowers&) = delete;
  ~Borrowers() { clear(); }

  /// Adds a waiting node. Returns false, with nothing done, when memory is short.
  bool add(Node& node) noexcept;
  /// To be called after each commit: visits waiting nodes in turn and releases those that can take ownership or that
  /// no other tree has. Settles some when more than `waitingMax` wait. O(nodes added since the last call).
  void visit() noexcept;
  /// Settles every waiting node that can take ownership, repeating for nodes that this unblocks. O(waiting nodes *
  /// chain length).
  void visitAll() noexcept;
  /// Releases all; they continue to borrow as long as other trees have them.
  void clear() noexcept;

  std::size_t size() const noexcept { return waiting_.size(); }
  static constexpr std::size_t waitingMax = 4096;

 private:
  void visitNext() noexcept;
  void release(std::size_t position) noexcept;

  std::vector<Node*> waiting_;  ///< in no order
  std::size_t next_ = 0;        ///< the node to visit next
  std::size_t addedCount_ = 0;  ///< since the last visit
};

}  // namespace hyperdb::detail::memory
