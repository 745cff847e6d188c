// Borrowers: the committed nodes of a database that still borrow, because a reader had their source.
#pragma once

#include <cstddef>
#include <vector>

#include "driver/memory/node.hpp"

namespace hyperdb::detail::memory {

/// Counting the references that a transaction borrows makes small transactions several times slower as long as others
/// keep snapshots or results of the state before. Most of these live for a few commits only: who waits until they
/// are gone can take the references over.
///
/// There is a reference to each waiting node, so that nobody else changes or frees it. What waits keeps its source
/// alive: at most `waitingMax` nodes, and the rows that they alone have.
/// Thread safety: none, belongs to the thread that writes.
class Borrowers {
 public:
  Borrowers() = default;
  Borrowers(const Borrowers&) = delete;
  Borrowers& operator=(const Borrowers&) = delete;
  ~Borrowers() { clear(); }

  /// Lets a node wait. False, and nothing is done, when memory is short.
  bool add(Node& node) noexcept;
  /// To be called after each commit: lets those go, in turn, that can take over or that nobody else has. Settles some
  /// when more than `waitingMax` wait. Costs O(nodes that were added since the last call).
  void visit() noexcept;
  /// Lets all go that can, also those for whom another one's going opens the way. O(those who wait * their levels).
  void visitAll() noexcept;
  /// Forgets all; they go on borrowing as long as others have them.
  void clear() noexcept;

  std::size_t size() const noexcept { return waiting_.size(); }
  static constexpr std::size_t waitingMax = 4096;

 private:
  void visitNext() noexcept;
  void release(std::size_t position) noexcept;

  std::vector<Node*> waiting_;  ///< in no order
  std::size_t next_ = 0;        ///< who is visited next
  std::size_t addedCount_ = 0;  ///< since the last visit
};

}  // namespace hyperdb::detail::memory
