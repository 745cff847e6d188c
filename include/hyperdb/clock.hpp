// Clock: the source of time for `gcTimeMs`. Injected, so that tests need not wait.
//
// Thread safety: a database calls its clock on its executor only. A clock shared by several databases is called from
// all of their threads.
#pragma once

#include <cstdint>
#include <limits>

namespace hyperdb {

/// A source of time. Must outlive the databases that use it (DBOptions::clock).
class Clock {
 public:
  virtual ~Clock() = default;
  /// Returns milliseconds since some fixed point; never goes backwards. Called on the database's executor.
  virtual std::int64_t nowMs() const = 0;
};

/// Returns the system's steady clock. It lives as long as the program. Any thread.
Clock& steadyClock();

/// A clock that moves only in `advanceMs`. Not synchronised: advance it on the home thread, and never by less than 0.
class ManualClock final : public Clock {
 public:
  std::int64_t nowMs() const override { return nowMs_; }
  /// Adds to the time; stops at the largest representable time.
  void advanceMs(std::int64_t milliseconds) {
    constexpr std::int64_t max = (std::numeric_limits<std::int64_t>::max)();
    nowMs_ = milliseconds > max - nowMs_ ? max : nowMs_ + milliseconds;
  }

 private:
  std::int64_t nowMs_ = 0;
};

}  // namespace hyperdb
