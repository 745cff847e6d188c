#include "driver/hybrid/driver_status.hpp"

#include <utility>

#include <hyperdb/error.hpp>

#include "driver/hybrid/flusher.hpp"
#include "value/error_pointer.hpp"

namespace hyperdb::detail::hybrid {

namespace {
constexpr std::string_view outOfMemoryCause = "the write-behind cache has crashed, without memory to report the cause";
}

DriverStatus::DriverStatus(Flusher& flusher, const EventReporter& events) : flusher_(flusher), events_(events) {
  crashCause_.reserve(outOfMemoryCause.size());
  outOfMemoryCrash_ = std::make_exception_ptr(Error(ErrorCode::driverFailure, std::string(outOfMemoryCause)));
}

void DriverStatus::checkUsable() const {
  if (crash_) std::rethrow_exception(crash_);
  if (isClosed_) throw Error(ErrorCode::closed, "the write-behind cache is closed");
}

void DriverStatus::crash(std::string_view what, const std::exception_ptr& cause) noexcept {
  if (crash_) return;
  try {
    std::string text = "the write-behind cache has crashed, with " + std::to_string(flusher_.pendingCount()) +
                       " commits that are in memory only: ";
    text.append(what).append(": ").append(describeError(cause));
    crashCause_ = std::move(text);
    throw Error(ErrorCode::driverFailure, crashCause_);
  } catch (const Error&) {
    crash_ = std::current_exception();
  } catch (...) {
    if (crashCause_.empty()) crashCause_ = outOfMemoryCause;  // within its reserved capacity
    crash_ = outOfMemoryCrash_;
  }
  events_.report([this] {
    return HybridEvent{.kind = HybridEventKind::crashed, .commitsCount = flusher_.pendingCount(), .error = crashCause_};
  });
  flusher_.failWaiters(crash_);
}

}  // namespace hyperdb::detail::hybrid
