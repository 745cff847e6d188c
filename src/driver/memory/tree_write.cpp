#include <cassert>
#include <exception>

#include "driver/memory/node_editor.hpp"
#include "driver/memory/tree.hpp"

namespace hyperdb::detail::memory {
namespace {

/// How much a node grows when it is full but not at its maximum: little, because every row pays for slack.
constexpr unsigned growthEntries = 4;

bool isSparse(const Node& node) noexcept { return node.count() < valuesMax(node.level()) / 4; }

/// The nodes that replace a full one. Shells until they are linked.
struct Replacement {
  Node* left = nullptr;
  Node* right = nullptr;  ///< null when one node was enough
};

/// The nodes made and replaced by one insert. Either the new ones are linked in, or they are freed.
class PendingNodes {
 public:
  PendingNodes() = default;
  PendingNodes(const PendingNodes&) = delete;
  PendingNodes& operator=(const PendingNodes&) = delete;
  ~PendingNodes() {
    for (unsigned i = 0; i < madeCount_; ++i) Node::freeShell(made_[i]);
  }
  Node* make(const NodeAssembler& assembler, unsigned level, unsigned from, unsigned to, unsigned headroom) {
    return made_[madeCount_++] = assembler.make(level, from, to, headroom);
  }
  void replaces(Node* node) noexcept { replaced_[replacedCount_++] = node; }
  /// Ends the replacement: the new nodes are in the tree, and the references of the replaced ones have moved there.
  void linked() noexcept {
    madeCount_ = 0;
    for (unsigned i = 0; i < replacedCount_; ++i) Node::freeShell(replaced_[i]);
    replacedCount_ = 0;
  }

 private:
  Node* made_[2 * levelsMax];
  Node* replaced_[levelsMax];
  unsigned madeCount_ = 0;
  unsigned replacedCount_ = 0;
};

/// Returns where to cut a node of `count` entries of which number `added` is new: in the middle, but near the end
/// when rows are appended, and behind the new entry when the next one follows it, so that ascending keys leave nodes
/// nearly full.
unsigned splitPosition(unsigned count, unsigned added, bool isFollowed) noexcept {
  if (added + 1 == count) return count - count / 8;
  return isFollowed ? added + 1 : count / 2;
}

Replacement assemble(PendingNodes& pending, const NodeAssembler& entries, unsigned level, unsigned added,
                     bool isFollowed = false) {
  const unsigned count = entries.count();
  Replacement result;
  if (count <= valuesMax(level)) {
    result.left = pending.make(entries, level, 0, count, growthEntries);
  } else {
    const unsigned middle = splitPosition(count, added, isFollowed);
    result.left = pending.make(entries, level, 0, middle, growthEntries);
    result.right = pending.make(entries, level, middle, count, growthEntries);
  }
  return result;
}

}  // namespace

/// The path from a leaf up to the root; all its nodes are exclusive.
struct Tree::Path {
  Node* nodes[levelsMax];
  unsigned positions[levelsMax];
  bool exact = false;  ///< whether the leaf has the key
};

Tree::Path Tree::exclusivePath(std::string_view key, unsigned leafHeadroom, DriverCounters& work) {
  assert(root_ != nullptr && root_->level() < levelsMax);
  Path path;
  Node* parent = nullptr;
  unsigned position = 0;
  for (;;) {
    Node* node = parent == nullptr ? root_ : parent->children()[position];
    if (!node->isExclusive() || (parent != nullptr && !parent->owns(position))) {
      node = NodeEditor::copy(*node, node->isLeaf() ? leafHeadroom : 0);
      if (parent == nullptr) {
        std::exchange(root_, node)->release();
      } else {
        NodeEditor::putCopy(*parent, position, node);
      }
      ++work.nodesCopied;
    }
    ++work.nodesVisited;
    path.nodes[node->level()] = node;
    if (node->isLeaf()) {
      const Node::Found found = node->search(key);
      path.positions[0] = found.position;
      path.exact = found.exact;
      return path;
    }
    position = node->childFor(key);
    path.positions[node->level()] = position;
    parent = node;
  }
}

void Tree::addToCounts(Path& path, unsigned fromLevel, int difference) noexcept {
  for (unsigned level = fromLevel; level <= root_->level(); ++level) {
    path.nodes[level]->counts()[path.positions[level]] += static_cast<std::uint64_t>(std::int64_t{difference});
  }
}

void Tree::insert(std::string_view key, RowRef row, DriverCounters& work, std::string_view nextKey) {
  if (root_ == nullptr) {
    NodeAssembler entries;
    entries.add({key, const_cast<RowHeader*>(row.get()), 1});
    root_ = entries.make(0, 0, 1, growthEntries);
    row.detach();
    ++work.nodesVisited;
    return;
  }
  Path path = exclusivePath(key, 1, work);
  assert(!path.exact);
  Node* leaf = path.nodes[0];
  if (NodeEditor::fits(*leaf, key)) {
    NodeEditor::insert(*leaf, path.positions[0], {key, const_cast<RowHeader*>(row.get()), 1});
    addToCounts(path, 1, 1);
  } else {
    insertFull(path, key, row.get(), nextKey);
  }
  row.detach();
}

/// Makes new nodes from the leaf upwards until one fits into its parent; links them there. Nothing in the tree
/// changes before all of them are made.
void Tree::insertFull(Path& path, std::string_view key, const RowHeader* row, std::string_view nextKey) {
  PendingNodes pending;
  NodeAssembler entries;
  Node* leaf = path.nodes[0];
  unsigned position = path.positions[0];
  leaf->settle();
  entries.add(*leaf, 0, position);
  entries.add({key, const_cast<RowHeader*>(row), 1});
  entries.add(*leaf, position, leaf->count());
  const bool isFollowed = !nextKey.empty() && position + 1 < entries.count() && nextKey < entries.key(position + 1);
  Replacement made = assemble(pending, entries, 0, position, isFollowed);
  pending.replaces(leaf);

  for (unsigned level = 1;; ++level) {
    std::string separator;
    if (made.right != nullptr) {
      const unsigned cut = made.left->count();
      separator = level == 1 ? separatorBetween(entries.key(cut - 1), entries.key(cut)) : entries.key(cut);
    }
    if (level > root_->level()) {  // the root itself is replaced
      Node* root = made.left;
      if (made.right != nullptr) {
        entries.clear();
        entries.add({{}, made.left, made.left->rowsCount()});
        entries.add({separator, made.right, made.right->rowsCount()});
        root = pending.make(entries, level, 0, 2, growthEntries);
      }
      root_ = root;
      pending.linked();
      return;
    }
    Node* parent = path.nodes[level];
    position = path.positions[level];
    const bool replacesOnly = made.right == nullptr;
    parent->settle();
    if (replacesOnly || NodeEditor::fits(*parent, separator)) {
      NodeEditor::putChild(*parent, position, made.left, made.left->rowsCount());
      if (!replacesOnly) NodeEditor::insert(*parent, position + 1, {separator, made.right, made.right->rowsCount()});
      addToCounts(path, level + 1, 1);
      pending.linked();
      return;
    }
    entries.clear();
    entries.add(*parent, 0, position);
    std::string ownKey;
    if (position > 0) parent->appendKey(position - 1, ownKey);
    entries.add({ownKey, made.left, made.left->rowsCount()});
    entries.add({separator, made.right, made.right->rowsCount()});
    entries.add(*parent, position + 1, parent->count());
    made = assemble(pending, entries, level, position + 1);
    pending.replaces(parent);
  }
}

RowRef Tree::replace(std::string_view key, RowRef row, DriverCounters& work) {
  Path path = exclusivePath(key, 0, work);
  assert(path.exact);
  return RowRef::adopt(NodeEditor::replace(*path.nodes[0], path.positions[0], row.detach()));
}

bool Tree::replaceIf(std::string_view key, const RowHeader& expected, RowRef row, DriverCounters& work) {
  if (root_ == nullptr) return false;
  Path path = exclusivePath(key, 0, work);
  if (!path.exact || path.nodes[0]->rows()[path.positions[0]].get() != &expected) return false;
  RowRef::adopt(NodeEditor::replace(*path.nodes[0], path.positions[0], row.detach()));
  return true;
}

RowRef Tree::erase(std::string_view key, DriverCounters& work) {
  Path path = exclusivePath(key, 0, work);
  assert(path.exact);
  Node* leaf = path.nodes[0];
  RowRef row = RowRef::adopt(static_cast<const RowHeader*>(NodeEditor::erase(*leaf, path.positions[0])));
  addToCounts(path, 1, -1);
  shrink(path);
  return row;
}

/// Removes empty nodes, joins sparse ones with a neighbour and removes roots with a single child.
void Tree::shrink(Path& path) noexcept {
  const unsigned rootLevel = root_->level();
  for (unsigned level = 0; level < rootLevel; ++level) {
    Node* node = path.nodes[level];
    Node* parent = path.nodes[level + 1];
    if (node->count() == 0) {
      parent->settle();
      node->settle();
      NodeEditor::erase(*parent, path.positions[level + 1]);
      Node::freeShell(node);
    } else if (!isSparse(*node)) {
      break;
    } else {
      try {
        if (!mergeWithNeighbour(*parent, path.positions[level + 1])) break;
      } catch (const std::exception&) {
        break;  // a sparse node is not an error: joining only saves memory
      }
    }
  }
  while (!root_->isLeaf() && root_->count() == 1) {
    Node* shell = root_;
    shell->settle();
    root_ = shell->children()[0];
    Node::freeShell(shell);
  }
  if (root_->count() == 0) {
    root_->settle();
    Node::freeShell(root_);
    root_ = nullptr;
  }
}

bool Tree::mergeWithNeighbour(Node& parent, unsigned position) {
  const unsigned most = valuesMax(parent.level() - 1) * 3 / 4;
  const unsigned count = parent.children()[position]->count();
  unsigned left = position;
  if (position > 0 && parent.children()[position - 1]->count() + count <= most) {
    left = position - 1;
  } else if (position + 1 >= parent.count() || parent.children()[position + 1]->count() + count > most) {
    return false;
  }
  Node* const pair[2] = {parent.children()[left], parent.children()[left + 1]};
  parent.settle();
  for (Node* node : pair) node->settle();
  std::string separator;
  parent.appendKey(left, separator);
  NodeAssembler entries;
  entries.add(*pair[0], 0, pair[0]->count());
  entries.add(*pair[1], 0, pair[1]->count(), separator);
  Node* merged = entries.make(parent.level() - 1, 0, entries.count(), 0);
  for (Node* node : pair) {
    if (node->isExclusive()) {
      Node::freeShell(node);
    } else {
      node->retainValues();
      node->release();
    }
  }
  NodeEditor::putChild(parent, left, merged, parent.counts()[left] + parent.counts()[left + 1]);
  NodeEditor::erase(parent, left + 1);
  return true;
}

}  // namespace hyperdb::detail::memory
