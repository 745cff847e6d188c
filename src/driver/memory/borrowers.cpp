#include "driver/memory/borrowers.hpp"

#include <algorithm>
#include <exception>

namespace hyperdb::detail::memory {
namespace {

/// With this many visits for each added node, every node is visited soon: the number of waiting nodes stays a small
/// multiple of what is written while a reader holds a state.
constexpr std::size_t visitsPerAdded = 3;

}  // namespace

bool Borrowers::add(Node& node) noexcept try {
  waiting_.push_back(&node);
  node.retain();
  node.setWaiting(true);
  ++addedCount_;
  return true;
} catch (const std::exception&) {
  return false;
}

void Borrowers::visit() noexcept {
  const std::size_t visits = std::min(waiting_.size(), visitsPerAdded * addedCount_ + visitsPerAdded);
  for (std::size_t i = 0; i < visits; ++i) visitNext();
  while (waiting_.size() > waitingMax) {
    if (next_ >= waiting_.size()) next_ = 0;
    waiting_[next_]->settle();
    release(next_);
  }
  addedCount_ = 0;
}

void Borrowers::visitAll() noexcept {
  for (std::size_t before = waiting_.size() + 1; waiting_.size() < before;) {
    before = waiting_.size();
    for (std::size_t i = 0; i < before; ++i) visitNext();
  }
}

void Borrowers::visitNext() noexcept {
  if (next_ >= waiting_.size()) next_ = 0;
  if (next_ == waiting_.size()) return;
  if (waiting_[next_]->isExclusive() || waiting_[next_]->takeOver()) {
    release(next_);
  } else {
    ++next_;
  }
}

void Borrowers::clear() noexcept {
  while (!waiting_.empty()) release(waiting_.size() - 1);
}

void Borrowers::release(std::size_t position) noexcept {
  Node* node = waiting_[position];
  waiting_[position] = waiting_.back();
  waiting_.pop_back();
  node->setWaiting(false);
  node->release();
}

}  // namespace hyperdb::detail::memory
