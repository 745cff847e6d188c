// HostExecutor: an executor that the page's event loop drives.
#pragma once

#include <deque>
#include <functional>

#include <hyperdb/executor.hpp>

namespace hyperdb::detail {

class HostExecutor final : public Executor {
 public:
  void post(std::function<void()> function) override;
  bool isHomeThread() const noexcept override { return true; }
  /// Runs what was posted before the call; what that posts runs at the next one.
  void run();

 private:
  std::deque<std::function<void()>> posted_;
  bool isAwake_ = false;  // the page was asked to run
};

}  // namespace hyperdb::detail
