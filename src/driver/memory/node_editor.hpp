// NodeEditor: changes of one node in place. NodeAssembler: new nodes from entries of existing ones.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "driver/memory/node.hpp"

namespace hyperdb::detail::memory {

/// A value with the key in front of it, on its way into a node. An inner node's first key is ignored.
struct KeyedValue {
  std::string_view key;
  void* value;              ///< a row or a child; the entry's reference to it moves along
  std::uint64_t rowsBelow;  ///< for a child
};

/// REQUIRES of all functions that change: the node is exclusive.
class NodeEditor {
 public:
  /// Returns a copy with room for `headroom` more entries, which borrows the values of `node`. Throws std::bad_alloc.
  static Node* copy(Node& node, unsigned headroom);
  /// Returns whether an entry with this key can be inserted without allocating.
  static bool fits(const Node& node, std::string_view key) noexcept;
  /// Inserts an entry at `position` (> 0 in an inner node), with the caller's reference. REQUIRES: fits; an inner
  /// node is settled.
  static void insert(Node& node, unsigned position, const KeyedValue& entry) noexcept;
  /// Removes the value at `position` and its key. The caller gets the reference. REQUIRES: an inner node is settled.
  static void* erase(Node& node, unsigned position) noexcept;
  /// Replaces a child by its copy.
  static void putCopy(Node& node, unsigned position, Node* copy) noexcept;
  /// Puts a new child in the place of one whose reference the caller has taken. REQUIRES: settled.
  static void putChild(Node& node, unsigned position, Node* child, std::uint64_t rowsBelow) noexcept;
  /// Puts in another row, with the caller's reference, and returns the previous one.
  static const RowHeader* replace(Node& leaf, unsigned position, const RowHeader* row) noexcept;

 private:
  friend class NodeAssembler;
  static void ownBorrowed(Node& leaf, unsigned position) noexcept;
  static void fill(Node& node, unsigned count, std::size_t prefixSize) noexcept;
};

/// Collects up to two nodes' worth of entries, in order, and makes nodes of them. It moves values without counting
/// references: the new nodes are shells until the caller frees the shells that the values came from.
class NodeAssembler {
 public:
  /// Adds the values [from, to) of a node; `firstKey` precedes an inner node's first child.
  void add(const Node& node, unsigned from, unsigned to, std::string_view firstKey = {});
  void add(const KeyedValue& entry);

  unsigned count() const noexcept { return count_; }
  std::string_view key(unsigned entry) const noexcept {
    return std::string_view(keys_).substr(keyEnds_[entry], keyEnds_[entry + 1] - keyEnds_[entry]);
  }
  void* value(unsigned entry) const noexcept { return values_[entry]; }
  void clear() noexcept;

  /// Returns a node of the entries [from, to). Throws std::bad_alloc.
  Node* make(unsigned level, unsigned from, unsigned to, unsigned headroom) const;

 private:
  static constexpr unsigned entriesMax = 2 * nodeValuesMax + 2;

  std::string keys_;
  std::array<std::size_t, entriesMax + 1> keyEnds_{};
  std::array<void*, entriesMax> values_;
  std::array<std::uint64_t, entriesMax> rowsBelow_;
  unsigned count_ = 0;
};

/// Returns the shortest separator: above `below`, not above `above`. REQUIRES: below < above.
inline std::string_view separatorBetween(std::string_view below, std::string_view above) noexcept {
  return above.substr(0, commonPrefixSize(below, above) + 1);
}

}  // namespace hyperdb::detail::memory
