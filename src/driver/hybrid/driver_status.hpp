// DriverStatus: whether the driver is usable. It can crash, once, and be closed.
#pragma once

#include <exception>
#include <string>
#include <string_view>

#include "driver/hybrid/event_reporter.hpp"

namespace hyperdb::detail::hybrid {

class Flusher;

/// Why the driver crashes when it has lost track of the primary.
inline constexpr std::string_view unfollowedText = "an external change of the primary could not be merged";

/// Home thread.
class DriverStatus {
 public:
  DriverStatus(Flusher& flusher, const EventReporter& events);
  DriverStatus(const DriverStatus&) = delete;
  DriverStatus& operator=(const DriverStatus&) = delete;

  /// Throws the error of the crash; Error(closed).
  void checkUsable() const;
  bool isUsable() const noexcept { return !isClosed_ && crash_ == nullptr; }
  bool isCrashed() const noexcept { return crash_ != nullptr; }
  const std::exception_ptr& crashError() const noexcept { return crash_; }
  const std::string& crashCause() const noexcept { return crashCause_; }
  /// Crashes the driver, unless it has crashed before. Everything that waits for a flush fails.
  void crash(std::string_view what, const std::exception_ptr& cause) noexcept;
  void close() noexcept { isClosed_ = true; }

 private:
  Flusher& flusher_;
  const EventReporter& events_;
  std::exception_ptr crash_;
  std::string crashCause_;
  std::exception_ptr outOfMemoryCrash_;  ///< made in advance, while there is memory
  bool isClosed_ = false;
};

}  // namespace hyperdb::detail::hybrid
