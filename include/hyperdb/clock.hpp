// Clock: the time that `gcTimeMs` is measured with. Injected, so that tests need not wait.
#pragma once

#include <cstdint>

namespace hyperdb {

class Clock {
 public:
  virtual ~Clock() = default;
  /// Milliseconds since some fixed point; never goes backwards. Called on the database's executor.
  virtual std::int64_t nowMs() const = 0;
};

/// The system's steady clock. Lives as long as the program.
Clock& steadyClock();

/// A clock that stands still until it is told to go on.
class ManualClock final : public Clock {
 public:
  std::int64_t nowMs() const override { return nowMs_; }
  void advanceMs(std::int64_t milliseconds) { nowMs_ += milliseconds; }

 private:
  std::int64_t nowMs_ = 0;
};

}  // namespace hyperdb
