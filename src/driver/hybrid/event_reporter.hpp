// EventReporter: reports the driver's events to the user's listener.
#pragma once

#include <cstdint>

#include <hyperdb/hybrid_db.hpp>

#include "base/steady_time.hpp"

namespace hyperdb::detail::hybrid {

/// Home thread.
class EventReporter {
 public:
  /// The options must outlive this.
  explicit EventReporter(const HybridOptions& options) noexcept : options_(options) {}

  /// Calls the listener, if there is one, with the event that `make` returns. If making the event or the listener
  /// throws, the event is lost: that must not disturb the driver.
  template <class Make>
  void report(Make make) const noexcept {
    if (options_.onEvent == nullptr) return;
    try {
      options_.onEvent(make());
    } catch (...) {
    }
  }
  /// Returns the start time of an event with a duration; 0 if there is no listener.
  std::int64_t startNs() const noexcept { return options_.onEvent != nullptr ? steadyNowNs() : 0; }

 private:
  const HybridOptions& options_;
};

}  // namespace hyperdb::detail::hybrid
