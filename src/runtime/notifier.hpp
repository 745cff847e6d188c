// Notifier: calls back, one at a time, in the order in which things happened.
#pragma once

#include <deque>
#include <exception>
#include <functional>

namespace hyperdb::detail {

/// Callbacks never nest: what is queued while one runs is called after it. Home thread.
class Notifier {
 public:
  void queue(std::function<void()> callback) { queue_.push_back(std::move(callback)); }
  /// Calls everything that is queued, and what that queues; does nothing when called from inside a callback.
  void deliver() noexcept;
  void clear() noexcept { queue_.clear(); }

  void setErrorHandler(std::function<void(std::exception_ptr)> handler) { onError_ = std::move(handler); }
  /// Reports what a callback threw.
  void report(const std::exception_ptr& error) noexcept;

 private:
  std::deque<std::function<void()>> queue_;
  std::function<void(std::exception_ptr)> onError_;
  bool delivering_ = false;
};

}  // namespace hyperdb::detail
