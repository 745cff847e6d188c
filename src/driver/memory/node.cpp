#include "driver/memory/node.hpp"

#include <algorithm>
#include <new>
#include <stdexcept>
#include <utility>

namespace hyperdb::detail::memory {
namespace {

std::atomic<std::int64_t> liveNodes{0};

/// Calls `each(position)` for every bit.
template <class Each>
void forEachBit(std::uint64_t bits, Each each) noexcept {
  for (; bits != 0; bits &= bits - 1) each(static_cast<unsigned>(__builtin_ctzll(bits)));
}

/// The first of `count` sorted heads that is not smaller, without unpredictable branches.
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
      capacity_(static_cast<std::uint16_t>(capacity)) {
}

Node* Node::allocate(unsigned level, unsigned capacity, std::size_t bytesCapacity) {
  if (bytesCapacity > UINT32_MAX) throw std::length_error("hyperdb: the keys of a tree node are too long");
  const std::size_t arrays = (level == 0 ? 8U : 16U) + sizeof(void*) + sizeof(std::uint32_t);
  void* block = ::operator new(sizeof(Node) + arrays * capacity + bytesCapacity);
  liveNodes.fetch_add(1, std::memory_order_relaxed);
  return new (block) Node(level, capacity, bytesCapacity);
}

void Node::freeShell(const Node* node) noexcept {
  liveNodes.fetch_sub(1, std::memory_order_relaxed);
  ::operator delete(const_cast<Node*>(node));
}

std::int64_t Node::liveCount() noexcept { return liveNodes.load(std::memory_order_relaxed); }

void Node::retainValues() const noexcept { retainValues(firstBits(count_)); }

// References lie all over the memory: both ask for all the lines first, then count.

void Node::retainValues(std::uint64_t which) const noexcept {
  forEachBit(which, [this](unsigned i) { __builtin_prefetch(values()[i], 1); });
  if (isLeaf()) {
    forEachBit(which, [this](unsigned i) { rows()[i]->retain(); });
  } else {
    forEachBit(which, [this](unsigned i) { children()[i]->retain(); });
  }
}

void Node::releaseValues(std::uint64_t which) const noexcept {
  forEachBit(which, [this](unsigned i) { __builtin_prefetch(values()[i], 1); });
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

void Node::settle() noexcept {
  if (source_ == nullptr) return;
  Node* source = std::exchange(source_, nullptr);
  if (source->isExclusive()) {
    source->releaseValues(firstBits(source->count_) & ~lent_);
    freeShell(source);
  } else {
    retainValues(firstBits(count_) & ~own_);
    source->release();
  }
}

void Node::settleAll() noexcept {
  if (isFresh_ == 0) return;
  isFresh_ = 0;
  settle();
  if (!isLeaf()) forEachBit(own_, [this](unsigned i) { children()[i]->settleAll(); });
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
