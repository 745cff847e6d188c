#include "driver/memory/tree_builder.hpp"

#include <cassert>

#include "driver/memory/tree_cursor.hpp"

namespace hyperdb::detail::memory {
namespace {

/// Returns how full bulk loading makes nodes: some room is left, so that following inserts don't split every node.
constexpr unsigned bulkFill(unsigned level) { return valuesMax(level) - valuesMax(level) / 8; }

std::size_t nodesFor(unsigned level, std::size_t valuesCount) {
  return (valuesCount + bulkFill(level) - 1) / bulkFill(level);
}

}  // namespace

TreeBuilder::TreeBuilder(std::size_t rowsCount)
    : rowsCount_(rowsCount), leavesCount_(nodesFor(0, rowsCount)), pending_(std::make_unique<NodeAssembler>()) {
  nodes_.reserve(leavesCount_);
}

TreeBuilder::~TreeBuilder() {
  for (const Finished& finished : nodes_) finished.node->release();
  for (unsigned i = 0; i < pending_->count(); ++i) static_cast<const RowHeader*>(pending_->value(i))->release();
}

void TreeBuilder::add(std::string_view key, RowRef row) {
  assert(added_ < rowsCount_);
  const unsigned pendingCount = pending_->count();
  if (pendingCount > 0) assert(pending_->key(pendingCount - 1) < key);
  const std::size_t leafEnd = rowsCount_ * (nodes_.size() + 1) / leavesCount_;
  if (added_ == leafEnd) {
    std::string separator(separatorBetween(pending_->key(pendingCount - 1), key));
    finishLeaf();
    separator_ = std::move(separator);
  }
  pending_->add({key, const_cast<RowHeader*>(row.get()), 1});
  row.detach();
  ++added_;
}

void TreeBuilder::finishLeaf() {
  Node* leaf = pending_->make(0, 0, pending_->count(), 0);
  const std::uint64_t rows = pending_->count();
  pending_->clear();
  nodes_.push_back({leaf, rows, std::move(separator_)});  // never allocates: reserved
}

std::vector<TreeBuilder::Finished> TreeBuilder::finishLevel(unsigned level, std::vector<Finished>& below) {
  const std::size_t nodesCount = nodesFor(level, below.size());
  std::vector<Finished> result;
  result.reserve(nodesCount);
  NodeAssembler entries;
  std::size_t next = 0;
  try {
    for (std::size_t i = 0; i < nodesCount; ++i) {
      const std::size_t first = next;
      const std::size_t end = below.size() * (i + 1) / nodesCount;
      entries.clear();
      std::uint64_t rows = 0;
      for (; next < end; ++next) {
        entries.add({below[next].separator, below[next].node, below[next].rowsBelow});
        rows += below[next].rowsBelow;
      }
      Node* node = entries.make(level, 0, entries.count(), 0);
      result.push_back({node, rows, std::move(below[first].separator)});
    }
  } catch (...) {
    // `below` still owns all its nodes, so the new ones are only shells.
    for (const Finished& finished : result) Node::freeShell(finished.node);
    throw;
  }
  return result;
}

Tree TreeBuilder::finish() {
  assert(added_ == rowsCount_);
  if (rowsCount_ == 0) return Tree();
  finishLeaf();
  for (unsigned level = 1; nodes_.size() > 1; ++level) nodes_ = finishLevel(level, nodes_);
  Node* root = nodes_[0].node;
  nodes_.clear();
  return Tree(root);
}

Tree mergeRows(const Tree& tree, const KeyBatch& batch, std::span<const RowRef> rows, DriverCounters& work) {
  const std::size_t oldCount = tree.size();
  TreeBuilder builder(oldCount + batch.size());
  TreeCursor old(tree.root(), 0, oldCount);
  std::string oldKey;
  if (!old.atEnd()) old.appendKey(oldKey);
  for (std::size_t i = 0; i < batch.size() || !old.atEnd();) {
    if (!old.atEnd() && (i == batch.size() || oldKey < batch.key(i))) {
      builder.add(oldKey, old.row());
      old.advance(1);
      oldKey.clear();
      if (!old.atEnd()) old.appendKey(oldKey);
    } else {
      builder.add(batch.key(i), rows[batch.row(i)]);
      ++i;
    }
  }
  work.nodesVisited += oldCount / bulkFill(0) + 1;
  work.nodesCopied += oldCount / bulkFill(0);
  return builder.finish();
}

}  // namespace hyperdb::detail::memory
