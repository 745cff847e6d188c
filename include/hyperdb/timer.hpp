// Timer: calls a function after a delay. Code that waits before a retry uses one; tests pass a timer that they
// advance by hand.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

namespace hyperdb {

/// A source of delayed calls. Must outlive its users.
class Timer {
 public:
  virtual ~Timer() = default;
  /// Calls the function once, `delayMs` from now or a little later, on a thread of the timer's choice, never from
  /// inside `after`. The function must be quick and must not throw: longer work it posts to an executor. Any thread.
  virtual void after(std::int64_t delayMs, std::function<void()> function) = 0;
};

/// Real time. Calls are made on a thread of its own, which the first `after` starts; in WebAssembly without threads
/// from the event loop.
class SystemTimer final : public Timer {
 public:
  SystemTimer();
  /// Drops calls that are not due, and waits for a running one. Must not be destroyed from inside a call.
  ~SystemTimer() override;
  SystemTimer(const SystemTimer&) = delete;
  SystemTimer& operator=(const SystemTimer&) = delete;

  void after(std::int64_t delayMs, std::function<void()> function) override;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

/// A timer whose time moves only in `advanceMs`. Not synchronised: for one thread.
class ManualTimer final : public Timer {
 public:
  ManualTimer();
  ~ManualTimer() override;  ///< drops calls that are not due
  ManualTimer(const ManualTimer&) = delete;
  ManualTimer& operator=(const ManualTimer&) = delete;

  void after(std::int64_t delayMs, std::function<void()> function) override;
  /// Advances the time and makes the calls that become due, in the order of their times, including calls added
  /// meanwhile.
  void advanceMs(std::int64_t milliseconds);
  /// Returns the number of waiting calls.
  std::size_t pendingCount() const noexcept;
  /// Returns the milliseconds until the first of them is due; -1 if there is none.
  std::int64_t nextDueMs() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hyperdb
