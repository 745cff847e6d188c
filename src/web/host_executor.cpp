#include "web/host_executor.hpp"

#include <cstddef>
#include <utility>

#include "web/host.hpp"

namespace hyperdb::detail {

void HostExecutor::post(std::function<void()> function) {
  posted_.push_back(std::move(function));
  if (!std::exchange(isAwake_, true)) hyperdbWebWake();
}

void HostExecutor::run() {
  isAwake_ = false;
  for (std::size_t count = posted_.size(); count > 0; --count) {
    const std::function<void()> next = std::move(posted_.front());
    posted_.pop_front();
    if (count > 1 && !std::exchange(isAwake_, true)) hyperdbWebWake();  // the rest runs also when this one throws
    next();
  }
  if (posted_.empty()) isAwake_ = false;
}

}  // namespace hyperdb::detail
