// NodeEditor: changes of one node in place. NodeAssembler: new nodes from entries of others.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "driver/memory/node.hpp"

namespace hyperdb::detail::memory {

/// A value with the key in front of it, on its way into a node. An inner node's first key is ignored.
struct KeyedValue {
  std::string_view key;
  void* value;               ///< a row or a child; the entry's reference to it moves along
  std::uint64_t rowsBelow;   ///< for a child
};

/// REQUIRES of all that change: the node is exclusive.
class NodeEditor {
 public:
  /// A copy with room for `headroom` more entries, that borrows the values of `node`. Throws std::bad_alloc.
  static Node* copy(Node& node, unsigned headroom);
  /// Whether an entry with this key can be put in without allocating.
  static bool fits(const Node& node, std::string_view key) noexcept;
  /// Puts an entry at `position` (> 0 in an inner node), with the caller's reference. REQUIRES: fits; an inner node is
  /// settled.
  static void insert(Node& node, unsigned position, const KeyedValue& entry) noexcept;
  /// Takes the value at `position` and its key out. The caller gets a reference. REQUIRES: an inner node is settled.
  static void* erase(Node& node, unsigned position) noexcept;
  /// Puts the copy of a child in its place.
  static void putCopy(Node& node, unsigned position, Node* copy) noexcept;
  /// Puts a new child in the place of one whose reference the caller has taken. REQUIRES: settled.
  static void putChild(Node& node, unsigned position, Node* child, std::uint64_t rowsBelow) noexcept;
  /// Puts another row in, with the caller's reference, and hands the one that was there out.
  static const RowHeader* replace(Node& leaf, unsigned position, const RowHeader* row) noexcept;

 private:
  friend class NodeAssembler;
  static void ownBorrowed(Node& leaf, unsigned position) noexcept;
  static void fill(Node& node, unsigned count, std::size_t prefixSize) noexcept;
};

/// Collects up to two nodes' worth of entries, in order, and makes nodes of them. It moves values without counting
/// references: the nodes made are shells until their makers free the shells that the values came from.
class NodeAssembler {
 public:
  /// Adds the values [from, to) of a node; `firstKey` stands in front of an inner node's first child.
  void add(const Node& node, unsigned from, unsigned to, std::string_view firstKey = {});
  void add(const KeyedValue& entry);

  unsigned count() const noexcept { return count_; }
  std::string_view key(unsigned entry) const noexcept {
    return std::string_view(keys_).substr(keyEnds_[entry], keyEnds_[entry + 1] - keyEnds_[entry]);
  }
  void* value(unsigned entry) const noexcept { return values_[entry]; }
  void clear() noexcept;

  /// A node of the entries [from, to). Throws std::bad_alloc.
  Node* make(unsigned level, unsigned from, unsigned to, unsigned headroom) const;

 private:
  static constexpr unsigned entriesMax = 2 * nodeValuesMax + 2;

  std::string keys_;
  std::array<std::size_t, entriesMax + 1> keyEnds_{};
  std::array<void*, entriesMax> values_;
  std::array<std::uint64_t, entriesMax> rowsBelow_;
  unsigned count_ = 0;
};

/// The shortest separator: above `below`, not above `above`. REQUIRES: below < above.
inline std::string_view separatorBetween(std::string_view below, std::string_view above) noexcept {
  return above.substr(0, commonPrefixSize(below, above) + 1);
}

}  // namespace hyperdb::detail::memory
