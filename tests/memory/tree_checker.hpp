// Checks that a tree is what tree.hpp says it is.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "driver/memory/tree.hpp"

namespace hyperdb::test {

using detail::memory::Node;
using detail::memory::Tree;

/// A key and its row.
struct TreeEntry {
  std::string key;
  const RowHeader* row;
  friend bool operator==(const TreeEntry&, const TreeEntry&) = default;
};

class TreeChecker {
 public:
  /// Returns all entries in order; reports what is wrong.
  static std::vector<TreeEntry> check(const Tree& tree) {
    TreeChecker checker;
    if (tree.root() != nullptr) {
      const std::size_t rows = checker.checkNode(*tree.root(), std::nullopt, std::nullopt);
      EXPECT_EQ(rows, tree.size());
      EXPECT_TRUE(tree.root()->isLeaf() || tree.root()->count() > 1) << "a root has more than one child";
    }
    return std::move(checker.entries_);
  }

  static std::size_t nodesCount(const Node* node) {
    if (node == nullptr) return 0;
    std::size_t result = 1;
    if (!node->isLeaf()) {
      for (unsigned i = 0; i < node->count(); ++i) result += nodesCount(node->children()[i]);
    }
    return result;
  }

 private:
  using Bound = std::optional<std::string>;

  std::size_t checkNode(const Node& node, const Bound& lower, const Bound& upper) {
    EXPECT_GT(node.count(), 0U);
    EXPECT_LE(node.count(), node.capacity());
    EXPECT_LE(node.capacity(), detail::memory::valuesMax(node.level()));
    EXPECT_LE(node.bytesUsed(), node.bytesCapacity());
    const std::vector<std::string> keys = checkKeys(node, lower, upper);
    if (node.isLeaf()) {
      for (unsigned i = 0; i < node.count(); ++i) entries_.push_back({keys[i], node.rows()[i].get()});
      return node.count();
    }
    std::size_t rows = 0;
    for (unsigned i = 0; i < node.count(); ++i) {
      const Node& child = *node.children()[i];
      EXPECT_EQ(child.level() + 1, node.level());
      const std::size_t below =
          checkNode(child, i == 0 ? lower : Bound(keys[i - 1]), i + 1 == node.count() ? upper : Bound(keys[i]));
      EXPECT_EQ(below, node.counts()[i]);
      rows += below;
    }
    return rows;
  }

  static std::vector<std::string> checkKeys(const Node& node, const Bound& lower, const Bound& upper) {
    std::vector<std::string> keys;
    for (unsigned i = 0; i < node.keysCount(); ++i) {
      std::string key;
      node.appendKey(i, key);
      EXPECT_EQ(key.size(), node.keySize(i));
      EXPECT_EQ(key.substr(0, node.prefix().size()), node.prefix());
      EXPECT_EQ(node.heads()[i], detail::memory::makeHead(std::string_view(key).substr(node.prefix().size())));
      if (i > 0) {
        EXPECT_LT(keys.back(), key);
        EXPECT_LE(node.heads()[i - 1], node.heads()[i]);
      }
      if (lower) {
        EXPECT_GE(key, *lower);
      }
      if (upper) {
        EXPECT_LT(key, *upper);
      }
      const Node::Found found = node.search(key);
      EXPECT_TRUE(found.exact);
      EXPECT_EQ(found.position, i);
      keys.push_back(std::move(key));
    }
    return keys;
  }

  std::vector<TreeEntry> entries_;
};

}  // namespace hyperdb::test
