#include "runtime/notifier.hpp"

#include <cassert>

#include <hyperdb/completion.hpp>

namespace hyperdb::detail {

void NotificationQueue::push(std::shared_ptr<Notification> notification) noexcept {
  assert(!notification->isQueued_);
  notification->isQueued_ = true;
  Notification* const added = notification.get();
  (last_ == nullptr ? first_ : last_->next_) = std::move(notification);
  last_ = added;
}

std::shared_ptr<Notification> NotificationQueue::pop() noexcept {
  std::shared_ptr<Notification> popped = std::move(first_);
  first_ = std::move(popped->next_);
  if (first_ == nullptr) last_ = nullptr;
  popped->isQueued_ = false;
  return popped;
}

void NotificationQueue::append(NotificationQueue other) noexcept {
  if (other.empty()) return;
  (last_ == nullptr ? first_ : last_->next_) = std::move(other.first_);
  last_ = std::exchange(other.last_, nullptr);
}

void Notifier::deliver() noexcept {
  if (delivering_) return;
  delivering_ = true;
  while (!queue_.empty() && !isHeld()) {
    const std::shared_ptr<Notification> notification = queue_.pop();
    try {
      notification->call();
    } catch (...) {
      report(std::current_exception());
    }
  }
  if (queue_.empty()) areHoldsOverridden_ = false;
  delivering_ = false;
}

void Notifier::report(const std::exception_ptr& error) noexcept {
  if (const std::shared_ptr<const ErrorHandler> handler = onError_) {
    try {
      (*handler)(error);
      return;
    } catch (...) {
      // A handler that throws does not get its own error.
    }
  }
  reportToStandardError(error);
}

}  // namespace hyperdb::detail
