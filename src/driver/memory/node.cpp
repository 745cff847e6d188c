#include "driver/memory/node.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <new>
#include <stdexcept>
#include <utility>

#include "base/block_cache.hpp"
#include "driver/memory/borrowers.hpp"
#include "driver/tree_nodes_count.hpp"

namespace hyperdb::detail::memory {
namespace {

std::size_t blockSize(unsigned level, unsigned capacity, std::size_t bytesCapacity) noexcept {
  const std::size_t arrays = (level == 0 ? 8U : 16U) + sizeof(void*) + sizeof(std::uint32_t);
  return sizeof(Node) + arrays * capacity + bytesCapacity;
}

/// Calls `each(position)` for every bit.
template <class Each>
void forEachBit(std::uint64_t bits, Each each) noexcept {
  for (; bits != 0; bits &= bits - 1) each(static_cast<unsigned>(std::countr_zero(bits)));
}

/// Returns the bits of `value` at the places in `mask`, side by side from the lowest place up.
std::uint64_t extractBits(std::uint64_t value, std::uint64_t mask) noexcept {
  std::uint64_t result = 0;
  for (unsigned i = 0; mask != 0; mask &= mask - 1, ++i) result |= (value >> std::countr_zero(mask) & 1) << i;
  return result;
}

/// Deposits the lowest bits of `value` at the places in `mask`: the inverse of extractBits.
std::uint64_t depositBits(std::uint64_t value, std::uint64_t mask) noexcept {
  std::uint64_t result = 0;
  for (; mask != 0; mask &= mask - 1, value >>= 1) result |= (value & 1) << std::countr_zero(mask);
  return result;
}

/// Returns the first of `count` sorted heads that is not smaller, without unpredictable branches.
unsigned lowerBound(const std::uint64_t* heads, unsigned count, std::uint64_t head) noexcept {
  const std::uint64_t* base = heads;
  while (count > 1) {
    const unsigned half = count / 2;
    base += base[half - 1] < head ? half : 0;
    count -= half;
  }
  return static_cast<unsigned>(base - heads) + (count == 1 && *base < head ? 1U : 0U);
}

}  // namespace

Node::Node(unsigned level, unsigned capacity, std::size_t bytesCapacity) noexcept
    : bytesCapacity_(static_cast<std::uint32_t>(bytesCapacity)),
      level_(static_cast<std::uint16_t>(level)),
      capacity_(static_cast<std::uint16_t>(capacity)) {}

Node* Node::allocate(unsigned level, unsigned capacity, std::size_t bytesCapacity) {
  if (bytesCapacity > UINT32_MAX) throw std::length_error("hyperdb: the keys of a tree node are too long");
  void* block = allocateBlock(blockSize(level, capacity, bytesCapacity));
  treeNodesCount.fetch_add(1, std::memory_order_relaxed);
  return new (block) Node(level, capacity, bytesCapacity);
}

void Node::freeShell(const Node* node) noexcept {
  treeNodesCount.fetch_sub(1, std::memory_order_relaxed);
  freeBlock(const_cast<Node*>(node), blockSize(node->level(), node->capacity(), node->bytesCapacity()));
}

std::int64_t Node::liveCount() noexcept { return treeNodesCount.load(std::memory_order_relaxed); }

void Node::retainValues() const noexcept { retainValues(firstBits(count_)); }

// References are scattered over memory: both functions prefetch all the lines first, then count.

void Node::retainValues(std::uint64_t which) const noexcept {
  forEachBit(which, [this](unsigned i) { prefetchForWrite(values()[i]); });
  if (isLeaf()) {
    forEachBit(which, [this](unsigned i) { rows()[i]->retain(); });
  } else {
    forEachBit(which, [this](unsigned i) { children()[i]->retain(); });
  }
}

void Node::releaseValues(std::uint64_t which) const noexcept {
  forEachBit(which, [this](unsigned i) { prefetchForWrite(values()[i]); });
  if (isLeaf()) {
    forEachBit(which, [this](unsigned i) { rows()[i]->release(); });
  } else {
    forEachBit(which, [this](unsigned i) { children()[i]->release(); });
  }
}

void Node::destroy() const noexcept {
  releaseValues(source_ == nullptr ? firstBits(count_) : own_);
  if (source_ != nullptr) source_->release();
  freeShell(this);
}

bool Node::takeOver() noexcept {
  while (source_ != nullptr) {
    Node& source = *source_;
    // One reference is this node's; one may be that of the borrowers, which only wait.
    if (source.references_.load(std::memory_order_acquire) != 1U + source.isWaiting_) return false;
    absorb(source);
  }
  return true;
}

/// Moves everything from the source, which no other node or reader needs, into this node that borrows from it.
void Node::absorb(Node& source) noexcept {
  const std::uint64_t all = firstBits(source.count_);
  const std::uint64_t sourceOwn = source.source_ == nullptr ? all : source.own_;
  source.releaseValues(sourceOwn & ~lent_);
  source_ = std::exchange(source.source_, nullptr);
  if (source_ != nullptr) {
    // The source's source is the lender now. Borrowed values keep their order from copy to copy, so the n-th of them
    // is the n-th that was lent.
    const std::uint64_t borrowed = firstBits(count_) & ~own_;
    own_ |= depositBits(extractBits(sourceOwn, lent_), borrowed);
    lent_ = depositBits(extractBits(lent_, all & ~sourceOwn), source.lent_);
    assert(std::popcount(lent_) + std::popcount(own_) == count_);
  }
  source.count_ = 0;
  if (source.isWaiting_ == 0) {
    freeShell(&source);
  } else {
    source.release();
  }
}

void Node::settle() noexcept {
  if (takeOver()) return;
  retainValues(firstBits(count_) & ~own_);
  std::exchange(source_, nullptr)->release();
}

void Node::settleAll(Borrowers* borrowers) noexcept {
  if (isFresh_ == 0) return;
  isFresh_ = 0;
  if (!takeOver() && (borrowers == nullptr || !borrowers->add(*this))) settle();
  if (!isLeaf()) forEachBit(own_, [this, borrowers](unsigned i) { children()[i]->settleAll(borrowers); });
}

std::size_t Node::rowsCount() const noexcept {
  if (isLeaf()) return count_;
  std::size_t result = 0;
  for (unsigned i = 0; i < count_; ++i) result += counts()[i];
  return result;
}

std::size_t Node::keySize(unsigned key) const noexcept {
  const std::uint64_t size = heads()[key] & 0xFF;
  return prefixSize_ + (size == longHead ? headBytes + tail(key).size() : size);
}

void Node::appendKey(unsigned key, std::string& out) const {
  out.append(bytes(), prefixSize_);
  const std::uint64_t head = toBigEndian(heads()[key]);
  char first[8];
  std::memcpy(first, &head, 8);
  out.append(first, std::min<std::size_t>(heads()[key] & 0xFF, headBytes));
  out.append(tail(key));
}

Node::Found Node::search(std::string_view key) const noexcept {
  const unsigned keys = keysCount();
  const std::size_t common = std::min<std::size_t>(prefixSize_, key.size());
  const int order = common == 0 ? 0 : std::memcmp(key.data(), bytes(), common);
  if (order > 0) return {keys, false};
  if (order < 0 || key.size() < prefixSize_) return {0, false};
  key.remove_prefix(prefixSize_);

  const std::uint64_t head = makeHead(key);
  unsigned low = lowerBound(heads(), keys, head);
  if (low == keys || heads()[low] != head) return {low, false};
  if ((head & 0xFF) != longHead) return {low, true};
  unsigned high = low + 1;
  while (high < keys && heads()[high] == head) ++high;
  const std::string_view rest = key.substr(headBytes);
  while (low < high) {
    const unsigned middle = (low + high) / 2;
    const int compared = tail(middle).compare(rest);
    if (compared == 0) return {middle, true};
    if (compared < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return {low, false};
}

}  // namespace hyperdb::detail::memory
