// TreeBuilder: builds a tree from rows in key order, without searching.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "driver/memory/node_editor.hpp"
#include "driver/memory/tree.hpp"
#include "key/key_batch.hpp"

namespace hyperdb::detail::memory {

/// Fills nodes evenly and nearly full. Throws std::bad_alloc; rows added so far are dropped then. Thread safety:
/// none.
class TreeBuilder {
 public:
  /// `rowsCount` rows will be added.
  explicit TreeBuilder(std::size_t rowsCount);
  TreeBuilder(const TreeBuilder&) = delete;
  TreeBuilder& operator=(const TreeBuilder&) = delete;
  ~TreeBuilder();

  /// Adds a row. REQUIRES: key is greater than the previous one.
  void add(std::string_view key, RowRef row);
  /// Returns the tree. REQUIRES: all rows were added. Once.
  Tree finish();

 private:
  struct Finished {
    Node* node;
    std::uint64_t rowsBelow;
    std::string separator;
  };

  void finishLeaf();
  std::vector<Finished> finishLevel(unsigned level, std::vector<Finished>& below);

  std::size_t rowsCount_;
  std::size_t leavesCount_;
  std::size_t added_ = 0;
  std::unique_ptr<NodeAssembler> pending_;  ///< rows not yet in a leaf
  std::string separator_;                   ///< in front of the pending leaf
  std::vector<Finished> nodes_;             ///< finished nodes of the highest level
};

/// Returns the tree with the rows of a sorted batch added: item i puts rows[batch.row(i)] at batch.key(i). O(tree +
/// batch). REQUIRES: none of the keys is in the tree.
Tree mergeRows(const Tree& tree, const KeyBatch& batch, std::span<const RowRef> rows, DriverCounters& work);

}  // namespace hyperdb::detail::memory
