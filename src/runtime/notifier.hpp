// Notifier: makes callbacks, one at a time, in the order of their causes.
#pragma once

#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <utility>

namespace hyperdb::detail {

/// A call that waits for its turn. The queue is linked through these, so that queuing an existing one needs no
/// memory.
class Notification {
 public:
  Notification() noexcept = default;
  Notification(const Notification&) = delete;
  Notification& operator=(const Notification&) = delete;
  virtual ~Notification() = default;

  virtual void call() = 0;
  bool isQueued() const noexcept { return isQueued_; }

 private:
  friend class NotificationQueue;
  std::shared_ptr<Notification> next_;
  bool isQueued_ = false;
};

class NotificationQueue {
 public:
  NotificationQueue() noexcept = default;
  NotificationQueue(NotificationQueue&& other) noexcept
      : first_(std::move(other.first_)), last_(std::exchange(other.last_, nullptr)) {}
  NotificationQueue& operator=(NotificationQueue&& other) noexcept {
    std::swap(first_, other.first_);
    std::swap(last_, other.last_);
    return *this;
  }
  ~NotificationQueue() { clear(); }

  bool empty() const noexcept { return first_ == nullptr; }
  /// Adds a call. REQUIRES: it is in no queue.
  void push(std::shared_ptr<Notification> notification) noexcept;
  /// Removes and returns the first call. REQUIRES: not empty.
  std::shared_ptr<Notification> pop() noexcept;
  /// Moves all of the other queue to the end of this one.
  void append(NotificationQueue other) noexcept;
  void clear() noexcept {
    while (!empty()) pop();
  }

 private:
  std::shared_ptr<Notification> first_;
  Notification* last_ = nullptr;
};

/// Callbacks never nest: a call queued while one runs is made after it. Calls are held while results that callbacks
/// could read are known to be stale. Home thread.
class Notifier {
 public:
  /// Queues a call. REQUIRES: it is in no queue.
  void push(std::shared_ptr<Notification> notification) noexcept { queue_.push(std::move(notification)); }
  void append(NotificationQueue notifications) noexcept { queue_.append(std::move(notifications)); }
  /// Makes all queued calls, and the ones that these queue; does nothing when called from inside a callback, and
  /// stops while calls are held.
  void deliver() noexcept;
  void clear() noexcept { queue_.clear(); }
  /// Holds all calls until `release` was called as often as this.
  void hold() noexcept { ++holdsCount_; }
  /// Ends one hold. Makes no call itself: `deliver` does.
  void release() noexcept { --holdsCount_; }
  /// Lets the next `deliver` make the queued calls although calls are held: they have been held for too long.
  void overrideHolds() noexcept { areHoldsOverridden_ = true; }
  /// Returns whether `deliver` would make a call.
  bool isDue() const noexcept { return !delivering_ && !isHeld() && !queue_.empty(); }
  /// Returns whether a callback is on the stack.
  bool isDelivering() const noexcept { return delivering_; }

  /// Sets the handler; an empty one is none. A handler may set another one while it runs.
  void setErrorHandler(std::function<void(std::exception_ptr)> handler) {
    onError_ = handler ? std::make_shared<const ErrorHandler>(std::move(handler)) : nullptr;
  }
  /// Reports what a callback threw.
  void report(const std::exception_ptr& error) noexcept;

 private:
  using ErrorHandler = std::function<void(std::exception_ptr)>;

  bool isHeld() const noexcept { return holdsCount_ > 0 && !areHoldsOverridden_; }

  NotificationQueue queue_;
  std::shared_ptr<const ErrorHandler> onError_;
  std::size_t holdsCount_ = 0;
  bool areHoldsOverridden_ = false;
  bool delivering_ = false;
};

}  // namespace hyperdb::detail
