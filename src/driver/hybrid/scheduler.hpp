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

/// What is posted is dropped when the driver is gone, and keeps it alive while it runs. Home thread.
class Scheduler {
 public:
  /// `timer`: the user's, for delays; null: real time.
  explicit Scheduler(Timer* timer) : forwarding_(std::make_shared<ForwardingExecutor>()), timer_(timer) {}
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  /// Names the driver, before anything is posted.
  void setOwner(std::weak_ptr<void> owner) noexcept { owner_ = std::move(owner); }
  /// Connects to the database's executor.
  void attach(Executor& outer);
  void detach() noexcept { outer_ = nullptr; }
  bool isAttached() const noexcept { return outer_ != nullptr; }

  /// The executor of the primary. It goes on when the database's is gone.
  ForwardingExecutor& inner() const noexcept { return *forwarding_; }
  /// Where the completions of the driver come.
  Executor& outer() const noexcept { return outer_ != nullptr ? *outer_ : static_cast<Executor&>(*forwarding_); }

  void post(std::function<void()> function) const;
  /// Whether delays get their time from a timer of the user's.
  bool hasOwnTimer() const noexcept { return timer_ != nullptr; }
  /// Sets the flag when the time has come, and calls the function when the executor then comes to it.
  void postAfter(std::int64_t delayMs, std::shared_ptr<std::atomic<bool>> isDue, std::function<void()> function);

 private:
  std::shared_ptr<ForwardingExecutor> forwarding_;  // outlives the primary, which has a reference to it
  Executor* outer_ = nullptr;
  std::weak_ptr<void> owner_;
  Timer* timer_;
  std::optional<SystemTimer> systemTimer_;  // made when it is needed first
};

}  // namespace hyperdb::detail::hybrid
