#include "driver/hybrid/forwarding_executor.hpp"

#include <utility>

#include "base/steady_time.hpp"

namespace hyperdb::detail::hybrid {

namespace {

std::function<void()> makeToken(std::weak_ptr<ForwardingExecutor> executor) {
  return [executor = std::move(executor)] {
    if (const auto self = executor.lock()) self->runOne();
  };
}

}  // namespace

void ForwardingExecutor::connect(Executor& outer) {
  const MutexLock lock(mutex_);
  outer_ = &outer;
  for (std::size_t i = 0; i < functions_.size(); ++i) outer.post(makeToken(weak_from_this()));
}

void ForwardingExecutor::disconnect() noexcept {
  // destroyed after the lock is released: they may own objects that post again
  std::deque<std::function<void()>> functions;
  const MutexLock lock(mutex_);
  outer_ = nullptr;
  isDisconnected_ = true;
  functions.swap(functions_);
}

void ForwardingExecutor::post(std::function<void()> function) {
  {
    // The lock is kept while the token is posted, so that `disconnect` knows that no thread uses the outer executor.
    const MutexLock lock(mutex_);
    if (isDisconnected_) return;
    functions_.push_back(std::move(function));
    if (outer_ != nullptr) outer_->post(makeToken(weak_from_this()));
  }
  changed_.notify_all();
}

bool ForwardingExecutor::isHomeThread() const noexcept {
  const MutexLock lock(mutex_);
  return outer_ == nullptr || outer_->isHomeThread();
}

bool ForwardingExecutor::runOne() {
  std::function<void()> function;
  {
    const MutexLock lock(mutex_);
    if (functions_.empty()) return false;
    function = std::move(functions_.front());
    functions_.pop_front();
  }
  function();
  return true;
}

bool ForwardingExecutor::wait([[maybe_unused]] std::int64_t timeoutMs) {
  MutexLock lock(mutex_);
#if !defined(__EMSCRIPTEN__) || defined(__EMSCRIPTEN_PTHREADS__)
  changed_.wait_until(lock.standardLock(), steadyTimeAfter(timeoutMs),
                      [this]() HYPERDB_REQUIRES(mutex_) { return !functions_.empty(); });
#endif
  return !functions_.empty();
}

}  // namespace hyperdb::detail::hybrid
