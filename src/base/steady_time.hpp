// The steady clock: durations, and points in time for waits whose length is an option.
#pragma once

#include <chrono>
#include <cstdint>

#include "base/saturating_time.hpp"

namespace hyperdb::detail {

/// Returns nanoseconds of the steady clock, for durations.
inline std::int64_t steadyNowNs() noexcept {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

/// Returns the time `delayMs` from now, or the last representable one. A negative delay counts as 0.
inline std::chrono::steady_clock::time_point steadyTimeAfter(std::int64_t delayMs) noexcept {
  const std::int64_t delayNs = saturatingMultiply(delayMs > 0 ? delayMs : 0, nanosecondsPerMs);
  return std::chrono::steady_clock::time_point(std::chrono::nanoseconds(saturatingAdd(steadyNowNs(), delayNs)));
}

}  // namespace hyperdb::detail
