// RangeIndex: finds the dependents that recorded a range containing a given key. One per table and index.
//
// An AVL tree of the distinct ranges, ordered by their lower bounds, in which every node has the range of its subtree
// that ends last (an interval tree: Cormen, Leiserson, Rivest, Stein, "Introduction to Algorithms", section 17.3). A
// node also has the range that ends last among itself and its left subtree, so that a descent to the right need not
// read the left child to see that nothing there reaches the key.
//
// Thread safety: none; belongs to one database and is used on its executor.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include <hyperdb/detail/builtin.hpp>
#include <hyperdb/engine/key.hpp>

namespace hyperdb::detail {

/// Base of objects that depend on ranges. The index only returns it.
struct RangeDependent {};

/// A range without storage of its own. Valid as long as the registration that it came from.
/// Most ranges are prefixes, whose upper bound differs from the lower one in the last byte only, so what both bounds
/// have in common is kept once: the upper bound is the first `sharedSize` bytes of the lower one and then `upperTail`.
struct KeyRangeView {
  std::string_view lower;
  std::string_view upperTail;
  std::size_t sharedSize = 0;
  bool unbounded = false;

  /// Returns whether the key is before the upper bound.
  bool endsBehind(std::string_view key) const noexcept {
    if (unbounded) return true;
    const int order = key.substr(0, sharedSize).compare(lower.substr(0, sharedSize));
    return order != 0 ? order < 0 : key.substr(sharedSize) < upperTail;
  }
  KeyBytes upper() const { return KeyBytes(lower.substr(0, sharedSize)).append(upperTail); }
  KeyRange toRange() const { return {KeyBytes(lower), unbounded ? KeyBytes() : upper(), unbounded}; }
};

class RangeIndex {
  struct Node;
  static constexpr std::size_t cacheLineSize = 64;
  static constexpr std::size_t bytesOffset = cacheLineSize + 3 * sizeof(void*) + 3 * sizeof(std::uint32_t) + 1;

 public:
  /// One registration of one dependent for one range: returned by `add`, ended by `remove`.
  struct Registration {
    Registration* previous = nullptr;
    Registration* next = nullptr;
    Node* node = nullptr;
    RangeDependent* dependent = nullptr;  ///< null: the entry is a node's own and not in use
  };
  using Handle = Registration*;

  RangeIndex() noexcept = default;
  RangeIndex(const RangeIndex&) = delete;
  RangeIndex& operator=(const RangeIndex&) = delete;
  ~RangeIndex();

  /// Registers the dependent, which must live until it is removed. The same pair may be added again and then has two
  /// registrations. An empty range is allowed and never found. Either succeeds or changes nothing (bad_alloc, which
  /// also stands for bounds of 4 GiB).
  /// O(log n) for n distinct ranges; one allocation for a new range, one for a further dependent of a known range.
  Handle add(const KeyRange& range, RangeDependent& dependent);

  /// Ends a registration; the handle is invalid afterwards. REQUIRES: not called from inside `stab`. O(1) if the
  /// range has other dependents, otherwise O(log n), comparing only the ends of ranges.
  void remove(Handle handle) noexcept;

  /// Calls `visit(RangeDependent&, const KeyRangeView&)` for each registration whose range contains the key, in no
  /// particular order. O(log n) if none does, O(log n) more for each range that does (less when they are neighbours).
  /// Does not allocate.
  template <class Visit>
  void stab(std::string_view key, Visit&& visit) const;

  bool empty() const noexcept { return root_ == nullptr; }
  std::size_t rangesCount() const noexcept { return rangesCount_; }
  std::size_t registrationsCount() const noexcept { return registrationsCount_; }
  /// Returns the number of ranges whose bounds all `stab`s so far compared with their keys.
  std::uint64_t rangesCompared() const noexcept { return rangesCompared_; }

  /// Returns whether order, balance and the nodes' summaries are right. O(n log n); for tests.
  bool isConsistent() const;

 private:
  // One allocation: the node and behind it the bytes of both bounds. A descent through a large tree is bound by cache
  // misses, so what it reads is together at the start of a cache line, usual keys included.
  struct alignas(cacheLineSize) Node {
    Node* parent = nullptr;
    const Node* endsLast = nullptr;  // in the whole subtree
    Registration* registrations = nullptr;
    Registration ownRegistration;  // so that the usual single dependent needs no allocation
    int height = 1;

    alignas(cacheLineSize) Node* left = nullptr;
    Node* right = nullptr;
    const Node* endsLastLeft = nullptr;  // among the node and its left subtree
    std::uint32_t lowerSize = 0;
    std::uint32_t sharedSize = 0;
    std::uint32_t tailSize = 0;
    bool unbounded = false;

    const char* bytes() const noexcept { return reinterpret_cast<const char*>(this) + bytesOffset; }
    std::string_view lower() const noexcept { return {bytes(), lowerSize}; }
    KeyRangeView view() const noexcept { return {lower(), {bytes() + lowerSize, tailSize}, sharedSize, unbounded}; }
    bool endsBehind(std::string_view key) const noexcept { return view().endsBehind(key); }
  };
  /// An AVL tree with as many nodes as an address space can hold is not higher.
  static constexpr std::size_t heightMax = 92;

  static Node* makeNode(const KeyRange& range);
  static void freeNode(Node* node) noexcept;
  static const Node* laterEnd(const Node* a, const Node* b) noexcept;
  static const Node* endsLastLeftOf(const Node& node) noexcept;
  static const Node* endsLastOf(const Node& node) noexcept;
  static void prefetch(const Node* node) noexcept {
    if (node) detail::prefetch(&node->left);
  }
  static int heightOf(const Node* node) noexcept { return node ? node->height : 0; }
  static int compare(const KeyRange& range, const Node& node) noexcept;
  static void update(Node& node) noexcept;

  Handle addRegistration(Node& node, RangeDependent& dependent);
  static void link(Registration& registration, Node& node, RangeDependent& dependent) noexcept;
  void replaceChild(Node* parent, Node* child, Node* by) noexcept;
  Node* rotate(Node* node, Node* Node::* down, Node* Node::* up) noexcept;
  Node* rebalance(Node* node) noexcept;
  void rebalanceUpwards(Node* node) noexcept;
  void unlinkNode(Node* node) noexcept;
  static bool isConsistent(const Node* node, const Node* parent, const Node*& previous);

  template <class Visit>
  static void visitNode(const Node& node, Visit& visit) {
    const KeyRangeView range = node.view();
    for (const Registration* each = node.registrations; each; each = each->next) visit(*each->dependent, range);
  }
  template <class Visit>
  void visitSubtree(const Node* root, std::string_view key, Visit& visit) const;

  Node* root_ = nullptr;
  std::size_t rangesCount_ = 0;
  std::size_t registrationsCount_ = 0;
  mutable std::uint64_t rangesCompared_ = 0;
};

template <class Visit>
void RangeIndex::stab(std::string_view key, Visit&& visit) const {
  const Node* node = root_;
  while (node) {
    ++rangesCompared_;
    prefetch(node->left);
    prefetch(node->right);
    if (key < node->lower()) {
      node = node->left;
      continue;
    }
    const Node* endsLast = node->endsLastLeft;
    if (endsLast != node) ++rangesCompared_;
    if (endsLast->endsBehind(key)) {
      if (endsLast == node || node->endsBehind(key)) visitNode(*node, visit);
      visitSubtree(node->left, key, visit);
    }
    node = node->right;
  }
}

/// Visits the registrations of a subtree. REQUIRES: every range of the subtree starts at or before the key.
template <class Visit>
void RangeIndex::visitSubtree(const Node* root, std::string_view key, Visit& visit) const {
  const Node* waiting[heightMax];
  std::size_t waitingCount = 0;
  const Node* node = root;
  while (true) {
    if (node) ++rangesCompared_;
    if (!node || !node->endsLast->endsBehind(key)) {
      if (waitingCount == 0) return;
      node = waiting[--waitingCount];
      continue;
    }
    if (node != node->endsLast) ++rangesCompared_;
    if (node->endsBehind(key)) visitNode(*node, visit);
    if (node->right) waiting[waitingCount++] = node->right;
    node = node->left;
  }
}

}  // namespace hyperdb::detail
