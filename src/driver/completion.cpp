#include <hyperdb/completion.hpp>

#include <hyperdb/error.hpp>

namespace hyperdb::detail {

namespace {

/// What is posted does not own the result: when the waiter drops it, it goes at once, and with it a transaction that
/// it may be.
auto deliveryOf(std::weak_ptr<CompletionStateBase> state) {
  return [weak = std::move(state)] {
    if (const auto self = weak.lock()) self->deliverNow();
  };
}

}  // namespace

void CompletionStateBase::setContinuation(Continuation& continuation) {
  lock();
  continuation_ = &continuation;
  const bool isDue = ready_.load(std::memory_order_relaxed);
  unlock();
  if (isDue) executor_->post(deliveryOf(weak_from_this()));
}

void CompletionStateBase::clearContinuation() noexcept {
  lock();
  continuation_ = nullptr;
  unlock();
}

void CompletionStateBase::markReady() {
  lock();
  ready_.store(true, std::memory_order_release);
  const bool isAwaited = continuation_ != nullptr;
  std::function<void()> handler = std::move(cancelHandler_);  // its captures go outside the lock
  cancelHandler_ = nullptr;
  unlock();
  if (isAwaited) executor_->post(deliveryOf(weak_from_this()));
}

void CompletionStateBase::deliver() noexcept {
  lock();
  Continuation* continuation = std::exchange(continuation_, nullptr);
  unlock();
  if (continuation != nullptr) continuation->run();
}

void CompletionStateBase::requestCancel() {
  std::function<void()> handler;
  lock();
  cancelRequested_.store(true, std::memory_order_release);
  handler = std::move(cancelHandler_);
  cancelHandler_ = nullptr;
  unlock();
  if (handler) handler();
}

void CompletionStateBase::setCancelHandler(std::function<void()> handler) {
  lock();
  const bool isDue = cancelRequested_.load(std::memory_order_relaxed);
  if (!isDue && !ready_.load(std::memory_order_relaxed)) cancelHandler_.swap(handler);  // needs no memory: it is locked
  unlock();
  if (isDue) handler();
}

void throwLoopStopped() { throw Error(ErrorCode::cancelled, "the run loop was stopped before the result was there"); }

void throwNotSynchronous() { throw Error(ErrorCode::notSynchronous, "the result is not there yet"); }

}  // namespace hyperdb::detail
