// Timer: calls back after a while. What waits before it tries again gets its time from one; tests give it one that they
// move on by hand.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

namespace hyperdb {

/// A source of delayed calls. Must outlive what uses it.
class Timer {
 public:
  virtual ~Timer() = default;
  /// Calls the function once, `delayMs` from now or a little later, on whichever thread the timer likes, never from
  /// inside `after`. The function must be quick and must not throw: what has more to do posts it to its executor.
  /// Any thread.
  virtual void after(std::int64_t delayMs, std::function<void()> function) = 0;
};

/// Real time. Calls come on a thread of its own, which the first `after` starts; in WebAssembly without threads they
/// come from the event loop.
class SystemTimer final : public Timer {
 public:
  SystemTimer();
  /// Drops what is not due, and waits for a call that runs. Not to be destroyed from inside one.
  ~SystemTimer() override;
  SystemTimer(const SystemTimer&) = delete;
  SystemTimer& operator=(const SystemTimer&) = delete;

  void after(std::int64_t delayMs, std::function<void()> function) override;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

/// A timer whose time stands still until it is told to go on. Not synchronised: for one thread.
class ManualTimer final : public Timer {
 public:
  ManualTimer();
  ~ManualTimer() override;  ///< drops what is not due
  ManualTimer(const ManualTimer&) = delete;
  ManualTimer& operator=(const ManualTimer&) = delete;

  void after(std::int64_t delayMs, std::function<void()> function) override;
  /// Lets time pass and calls what becomes due, in the order of its time; what that adds too.
  void advanceMs(std::int64_t milliseconds);
  /// How many calls are waiting.
  std::size_t pendingCount() const noexcept;
  /// How long until the first of them is due; -1 if there is none.
  std::int64_t nextDueMs() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hyperdb
