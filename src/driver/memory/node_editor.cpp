#include "driver/memory/node_editor.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace hyperdb::detail::memory {
namespace {

/// Moves `count` elements to overlapping places; references move with their bytes.
template <class T>
void moveElements(T* to, const T* from, std::size_t count) noexcept {
  std::memmove(static_cast<void*>(to), static_cast<const void*>(from), count * sizeof(T));
}

template <class T>
void openGap(T* array, unsigned position, unsigned count) noexcept {
  moveElements(array + position + 1, array + position, count - position);
}

template <class T>
void closeGap(T* array, unsigned position, unsigned count) noexcept {
  moveElements(array + position, array + position + 1, count - position - 1);
}

unsigned roomFor(unsigned level, unsigned count, unsigned headroom) noexcept {
  return std::max(count, std::min(count + headroom, valuesMax(level)));
}

/// Returns spare bytes for `headroom` more tails, judged by the existing ones, so that one very long key costs
/// nothing extra.
std::size_t spareBytes(std::size_t tailsSize, unsigned count, unsigned headroom) noexcept {
  const std::size_t average = count == 0 ? 0 : (tailsSize + count - 1) / count;
  return headroom * std::min<std::size_t>(average + 2, 64);
}

/// Returns the bits with a 1 inserted at `position`.
std::uint64_t withBit(std::uint64_t bits, unsigned position) noexcept {
  const std::uint64_t below = (std::uint64_t{1} << position) - 1;
  return (bits & below) | (bits & ~below) << 1 | std::uint64_t{1} << position;
}

std::uint64_t withoutBit(std::uint64_t bits, unsigned position) noexcept {
  const std::uint64_t below = (std::uint64_t{1} << position) - 1;
  return (bits & below) | (bits >> 1 & ~below);
}

}  // namespace

void NodeEditor::fill(Node& node, unsigned count, std::size_t prefixSize) noexcept {
  node.count_ = static_cast<std::uint16_t>(count);
  node.own_ = Node::firstBits(count);
  node.prefixSize_ = static_cast<std::uint32_t>(prefixSize);
}

Node* NodeEditor::copy(Node& node, unsigned headroom) {
  const unsigned count = node.count();
  const std::size_t used = node.bytesUsed();
  const std::size_t spare = headroom == 0 ? 0 : spareBytes(used - node.prefixSize_, count, headroom);
  Node* result = Node::allocate(node.level(), roomFor(node.level(), count, headroom), used + spare);
  fill(*result, count, node.prefixSize_);
  // Every version that a reader keeps would lengthen the chain of lenders.
  if (!node.takeOver() && node.isInChain()) node.settle();
  node.retain();
  result->source_ = &node;
  result->own_ = 0;
  result->lent_ = Node::firstBits(count);
  const unsigned keys = node.keysCount();
  moveElements(result->heads(), node.heads(), keys);
  moveElements(result->values(), node.values(), count);
  moveElements(result->tailEnds(), node.tailEnds(), keys);
  moveElements(result->bytes(), node.bytes(), used);
  if (!node.isLeaf()) moveElements(result->counts(), node.counts(), count);
  return result;
}

bool NodeEditor::fits(const Node& node, std::string_view key) noexcept {
  if (node.count() == node.capacity()) return false;
  if (key.substr(0, node.prefixSize_) != node.prefix()) return false;
  return node.bytesUsed() + tailOf(key.substr(node.prefixSize_)).size() <= node.bytesCapacity();
}

void NodeEditor::insert(Node& node, unsigned position, const KeyedValue& entry) noexcept {
  assert(fits(node, entry.key) && position <= node.count());
  assert(node.isLeaf() || (position > 0 && node.source_ == nullptr));
  const unsigned keys = node.keysCount();
  const unsigned keyPosition = node.isLeaf() ? position : position - 1;
  const std::string_view suffix = entry.key.substr(node.prefixSize_);
  const std::string_view tail = tailOf(suffix);
  const std::uint32_t tailBegin = node.tailBegin(keyPosition);
  const std::size_t used = node.bytesUsed();

  char* tailPlace = node.bytes() + node.prefixSize_ + tailBegin;
  if (!tail.empty()) {
    moveElements(tailPlace + tail.size(), tailPlace, used - node.prefixSize_ - tailBegin);
    std::memcpy(tailPlace, tail.data(), tail.size());
  }
  openGap(node.heads(), keyPosition, keys);
  openGap(node.tailEnds(), keyPosition, keys);
  node.heads()[keyPosition] = makeHead(suffix);
  node.tailEnds()[keyPosition] = tailBegin;
  for (unsigned i = keyPosition; i <= keys; ++i) node.tailEnds()[i] += static_cast<std::uint32_t>(tail.size());

  openGap(node.values(), position, node.count());
  node.values()[position] = entry.value;
  node.own_ = withBit(node.own_, position);
  if (!node.isLeaf()) {
    openGap(node.counts(), position, node.count());
    node.counts()[position] = entry.rowsBelow;
  }
  ++node.count_;
}

/// Gives the leaf a reference of its own to a row that it borrows.
void NodeEditor::ownBorrowed(Node& leaf, unsigned position) noexcept {
  if (leaf.owns(position)) return;
  const RowHeader* row = leaf.rows()[position].get();
  row->retain();
  leaf.own_ |= std::uint64_t{1} << position;
  unsigned lender = 0;
  while (leaf.source_->rows()[lender].get() != row || (leaf.lent_ >> lender & 1) == 0) ++lender;
  leaf.lent_ &= ~(std::uint64_t{1} << lender);
}

const RowHeader* NodeEditor::replace(Node& leaf, unsigned position, const RowHeader* row) noexcept {
  assert(leaf.isLeaf() && position < leaf.count());
  ownBorrowed(leaf, position);
  return static_cast<const RowHeader*>(std::exchange(leaf.values()[position], const_cast<RowHeader*>(row)));
}

void NodeEditor::putCopy(Node& node, unsigned position, Node* copy) noexcept {
  if (node.owns(position)) node.children()[position]->release();
  node.children()[position] = copy;
  node.own_ |= std::uint64_t{1} << position;
  node.lent_ &= ~(std::uint64_t{1} << position);  // an inner node that borrows has its source's positions
  node.isFresh_ = 1;
}

void NodeEditor::putChild(Node& node, unsigned position, Node* child, std::uint64_t rowsBelow) noexcept {
  assert(node.source_ == nullptr);
  node.children()[position] = child;
  node.counts()[position] = rowsBelow;
  node.own_ |= std::uint64_t{1} << position;
  node.isFresh_ = 1;
}

void* NodeEditor::erase(Node& node, unsigned position) noexcept {
  assert(position < node.count() && (node.isLeaf() || node.source_ == nullptr));
  if (node.isLeaf()) ownBorrowed(node, position);
  void* const value = node.values()[position];
  node.own_ = withoutBit(node.own_, position);
  const unsigned keys = node.keysCount();
  if (keys > 0) {
    const unsigned keyPosition = node.isLeaf() || position == 0 ? position : position - 1;
    const std::uint32_t tailBegin = node.tailBegin(keyPosition);
    const std::uint32_t tailSize = node.tailEnds()[keyPosition] - tailBegin;
    char* tailPlace = node.bytes() + node.prefixSize_ + tailBegin;
    moveElements(tailPlace, tailPlace + tailSize, node.tailsSize() - tailBegin - tailSize);
    closeGap(node.heads(), keyPosition, keys);
    closeGap(node.tailEnds(), keyPosition, keys);
    for (unsigned i = keyPosition; i + 1 < keys; ++i) node.tailEnds()[i] -= tailSize;
  }
  closeGap(node.values(), position, node.count());
  if (!node.isLeaf()) closeGap(node.counts(), position, node.count());
  --node.count_;
  return value;
}

void NodeAssembler::clear() noexcept {
  keys_.clear();
  count_ = 0;
}

void NodeAssembler::add(const KeyedValue& entry) {
  assert(count_ < entriesMax);
  keys_.append(entry.key);
  values_[count_] = entry.value;
  rowsBelow_[count_] = entry.rowsBelow;
  keyEnds_[++count_] = keys_.size();
}

void NodeAssembler::add(const Node& node, unsigned from, unsigned to, std::string_view firstKey) {
  assert(count_ + to - from <= entriesMax);
  if (keys_.empty()) keys_.reserve((node.prefix().size() + 24) * (to - from) + node.bytesUsed());
  for (unsigned i = from; i < to; ++i) {
    if (node.isLeaf()) {
      node.appendKey(i, keys_);
    } else if (i == 0) {
      keys_.append(firstKey);
    } else {
      node.appendKey(i - 1, keys_);
    }
    values_[count_] = node.values()[i];
    rowsBelow_[count_] = node.isLeaf() ? 1 : node.counts()[i];
    keyEnds_[++count_] = keys_.size();
  }
}

Node* NodeAssembler::make(unsigned level, unsigned from, unsigned to, unsigned headroom) const {
  assert(from < to && to <= count_ && to - from <= valuesMax(level));
  const unsigned count = to - from;
  const unsigned firstKey = level == 0 ? from : from + 1;
  const unsigned keys = to - firstKey;
  const std::size_t prefixSize = keys == 0 ? 0 : commonPrefixSize(key(firstKey), key(to - 1));
  std::size_t tailsSize = 0;
  for (unsigned i = firstKey; i < to; ++i) tailsSize += tailOf(key(i).substr(prefixSize)).size();

  const std::size_t spare = headroom == 0 ? 0 : spareBytes(tailsSize, keys, headroom);
  Node* node = Node::allocate(level, roomFor(level, count, headroom), prefixSize + tailsSize + spare);
  NodeEditor::fill(*node, count, prefixSize);
  if (keys > 0) std::memcpy(node->bytes(), key(firstKey).data(), prefixSize);
  std::uint32_t tailEnd = 0;
  for (unsigned i = 0; i < keys; ++i) {
    const std::string_view suffix = key(firstKey + i).substr(prefixSize);
    const std::string_view tail = tailOf(suffix);
    node->heads()[i] = makeHead(suffix);
    if (!tail.empty()) std::memcpy(node->bytes() + prefixSize + tailEnd, tail.data(), tail.size());
    tailEnd += static_cast<std::uint32_t>(tail.size());
    node->tailEnds()[i] = tailEnd;
  }
  std::memcpy(node->values(), &values_[from], count * sizeof(void*));
  if (level > 0) std::memcpy(node->counts(), &rowsBelow_[from], count * sizeof(std::uint64_t));
  return node;
}

}  // namespace hyperdb::detail::memory
