#include "runtime/notifier.hpp"

#include <cstdio>

namespace hyperdb::detail {

void Notifier::deliver() noexcept {
  if (delivering_) return;
  delivering_ = true;
  while (!queue_.empty()) {
    std::function<void()> callback = std::move(queue_.front());
    queue_.pop_front();
    try {
      callback();
    } catch (...) {
      report(std::current_exception());
    }
  }
  delivering_ = false;
}

void Notifier::report(const std::exception_ptr& error) noexcept {
  if (onError_) {
    try {
      onError_(error);
      return;
    } catch (...) {
      // A handler that throws is not asked again about its own error.
    }
  }
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& exception) {
    std::fprintf(stderr, "hyperdb: a callback threw: %s\n", exception.what());
  } catch (...) {
    std::fputs("hyperdb: a callback threw something that is not a std::exception\n", stderr);
  }
}

}  // namespace hyperdb::detail
