#include <hyperdb/completion.hpp>

#include <cstdio>

#include <hyperdb/error.hpp>

namespace hyperdb::detail {

CompletionStateBase::~CompletionStateBase() {
  if (continuation_ != nullptr) continuation_->drop();
}

bool CompletionStateBase::isAwaited() noexcept {
  // A completion that was exchanged for a continuation had registered the continuation before.
  std::atomic_thread_fence(std::memory_order_acquire);
  lock();
  const bool isAwaited = continuation_ != nullptr;
  unlock();
  return isAwaited;
}

namespace {

/// Returns the function to post. It does not own the result: when the waiter drops the result, it is destroyed at
/// once, and with it the transaction that it may hold.
auto deliveryOf(std::weak_ptr<CompletionStateBase> state) {
  return [weak = std::move(state)] {
    if (const auto self = weak.lock()) self->deliverNow();
  };
}

}  // namespace

void CompletionStateBase::setContinuation(Continuation& continuation) { registerContinuation(continuation, false); }

void CompletionStateBase::setOwnedContinuation(Continuation& continuation) { registerContinuation(continuation, true); }

void CompletionStateBase::registerContinuation(Continuation& continuation, bool isOwned) {
  lock();
  continuation_ = &continuation;
  isContinuationOwned_ = isOwned;
  const bool isDue = ready_.load(std::memory_order_relaxed);
  unlock();
  if (isDue) postDelivery(isOwned);
}

void CompletionStateBase::postDelivery(bool isOwned) {
  if (isOwned) {
    executor_->post([self = shared_from_this()] { self->deliverNow(); });
  } else {
    executor_->post(deliveryOf(weak_from_this()));
  }
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
  const bool isOwned = isContinuationOwned_;
  std::function<void()> handler = std::move(cancelHandler_);  // its captures are destroyed outside the lock
  cancelHandler_ = nullptr;
  unlock();
  if (isAwaited) postDelivery(isOwned);
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

void reportToStandardError(const std::exception_ptr& error) noexcept {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& exception) {
    std::fprintf(stderr, "hyperdb: a callback threw: %s\n", exception.what());
  } catch (...) {
    std::fputs("hyperdb: a callback threw something that is not a std::exception\n", stderr);
  }
}

void throwLoopStopped() { throw Error(ErrorCode::cancelled, "the run loop was stopped before the result was there"); }

void throwNotSynchronous() { throw Error(ErrorCode::notSynchronous, "the result is not there yet"); }

}  // namespace hyperdb::detail
