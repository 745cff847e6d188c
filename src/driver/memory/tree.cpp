#include "driver/memory/tree.hpp"

namespace hyperdb::detail::memory {

const RowRef* Tree::find(std::string_view key, DriverCounters& work) const noexcept {
  if (root_ == nullptr) return nullptr;
  const Node* node = root_;
  work.nodesVisited += node->level() + 1;
  while (!node->isLeaf()) {
    node = node->children()[node->childFor(key)];
    node->prefetchForSearch();
  }
  const Node::Found found = node->search(key);
  return found.exact ? node->rows() + found.position : nullptr;
}

TreePlace Tree::lowerBound(std::string_view key, DriverCounters& work) const noexcept {
  TreePlace place;
  if (root_ == nullptr) return place;
  const Node* node = root_;
  work.nodesVisited += node->level() + 1;
  while (!node->isLeaf()) {
    const unsigned child = node->childFor(key);
    node->children()[child]->prefetchForSearch();
    for (unsigned i = 0; i < child; ++i) place.rank += node->counts()[i];
    node = node->children()[child];
  }
  const Node::Found found = node->search(key);
  place.rank += found.position;
  place.leaf = node;
  place.position = found.position;
  place.exact = found.exact;
  return place;
}

TreePlace Tree::at(std::size_t rank) const noexcept {
  TreePlace place;
  place.rank = rank;
  const Node* node = root_;
  while (!node->isLeaf()) node = node->children()[node->childAtRank(rank)];
  place.leaf = node;
  place.position = static_cast<unsigned>(rank);
  place.exact = true;
  return place;
}

}  // namespace hyperdb::detail::memory
