// Scheduler: runs functions later on the home thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include <hyperdb/timer.hpp>

#include "driver/hybrid/forwarding_executor.hpp"

namespace hyperdb::detail::hybrid {

/// Posted functions are dropped when the driver is gone, and keep it alive while they run. Home thread.
class Scheduler {
 public:
  /// `timer`: the user's, for delays; null: real time.
  explicit Scheduler(Timer* timer) : forwarding_(std::make_shared<ForwardingExecutor>()), timer_(timer) {}
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  /// Sets the driver as owner, before anything is posted.
  void setOwner(std::weak_ptr<void> owner) noexcept { owner_ = std::move(owner); }
  /// Connects to the database's executor.
  void attach(Executor& outer);
  void detach() noexcept { outer_ = nullptr; }
  bool isAttached() const noexcept { return outer_ != nullptr; }

  /// Returns the executor of the primary. It works on after the database's executor is gone.
  ForwardingExecutor& inner() const noexcept { return *forwarding_; }
  /// Returns the executor that delivers the driver's completions.
  Executor& outer() const noexcept { return outer_ != nullptr ? *outer_ : static_cast<Executor&>(*forwarding_); }

  void post(std::function<void()> function) const;
  /// Returns whether the user has set the timer.
  bool hasOwnTimer() const noexcept { return timer_ != nullptr; }
  /// Sets the flag when the delay is over, and then posts the function to the executor.
  void postAfter(std::int64_t delayMs, std::shared_ptr<std::atomic<bool>> isDue, std::function<void()> function);

 private:
  std::shared_ptr<ForwardingExecutor> forwarding_;  // outlives the primary, which has a reference to it
  Executor* outer_ = nullptr;
  std::weak_ptr<void> owner_;
  Timer* timer_;
  std::optional<SystemTimer> systemTimer_;  // made when it is needed first
};

}  // namespace hyperdb::detail::hybrid
