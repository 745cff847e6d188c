// Points in time for waits whose length is an option.
#pragma once

#include <chrono>
#include <cstdint>

#include "async/saturating_time.hpp"

namespace hyperdb::detail {

/// The time `delayMs` from now, or the last that there is. A negative delay is none.
inline std::chrono::steady_clock::time_point steadyTimeAfter(std::int64_t delayMs) noexcept {
  using std::chrono::nanoseconds;
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  const std::int64_t nowNs = std::chrono::duration_cast<nanoseconds>(now).count();
  const std::int64_t delayNs = saturatingMultiply(delayMs > 0 ? delayMs : 0, nanosecondsPerMs);
  return std::chrono::steady_clock::time_point(nanoseconds(saturatingAdd(nowNs, delayNs)));
}

}  // namespace hyperdb::detail
