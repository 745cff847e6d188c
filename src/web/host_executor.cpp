#include "web/host_executor.hpp"

#include <cstddef>
#include <iterator>
#include <utility>

#include "web/host.hpp"

namespace hyperdb::detail {

void HostExecutor::post(std::function<void()> function) {
  posted_.push_back(std::move(function));
  if (!std::exchange(isAwake_, true)) hyperdbWebWake();
}

void HostExecutor::run() {
  isAwake_ = false;
  std::vector<std::function<void()>> due;
  due.swap(posted_);
  std::size_t next = 0;
  try {
    while (next < due.size()) due[next++]();
  } catch (...) {
    posted_.insert(posted_.begin(), std::make_move_iterator(due.begin() + static_cast<std::ptrdiff_t>(next)),
                   std::make_move_iterator(due.end()));
    if (!posted_.empty() && !std::exchange(isAwake_, true)) hyperdbWebWake();
    throw;
  }
}

}  // namespace hyperdb::detail
