// Completion<T>: a result that is ready, or that will arrive on the database's executor.
//
// Thread safety: a Completion belongs to one thread at a time, except for `cancel`, which any thread may call while
// the Completion lives. The CompletionSource that fills it may live on another thread.
#pragma once

#include <atomic>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <variant>

#include <hyperdb/executor.hpp>

namespace hyperdb {

/// The result of an operation that returns nothing.
struct Unit {};

namespace detail {

template <class T>
using NonVoid = std::conditional_t<std::is_void_v<T>, Unit, T>;

/// The code to run when a result is ready. Runs once, on the executor.
class Continuation {
 public:
  virtual void run() noexcept = 0;
  /// Called instead of `run` when the result can't be delivered any more: its producer or the executor is gone.
  virtual void drop() noexcept {}

 protected:
  ~Continuation() = default;
};

/// The waiter of a pending result and whether the result is ready: the part that does not depend on its type.
class CompletionStateBase : public std::enable_shared_from_this<CompletionStateBase> {
 public:
  explicit CompletionStateBase(Executor& executor) noexcept : executor_(&executor) {}
  CompletionStateBase(const CompletionStateBase&) = delete;
  CompletionStateBase& operator=(const CompletionStateBase&) = delete;
  virtual ~CompletionStateBase();  ///< drops the continuation

  bool isReady() const noexcept { return ready_.load(std::memory_order_acquire); }
  /// Registers the waiter; posts it at once when the result is ready. REQUIRES: there is no waiter yet.
  void setContinuation(Continuation& continuation);
  /// Registers a waiter that this state owns: the state lives until the waiter has run, and calls its `drop` if it
  /// never can.
  void setOwnedContinuation(Continuation& continuation);
  /// Removes the waiter; it is not run after this.
  void clearContinuation() noexcept;
  /// Returns whether a waiter is registered. Any thread.
  bool isAwaited() noexcept;
  /// Runs the waiter at once, instead of when its turn on the executor comes, if the result is ready. Executor.
  void deliverNow() noexcept {
    if (isReady()) deliver();
  }
  /// Asks the producer to stop; see Completion::cancel.
  void requestCancel();
  void setCancelHandler(std::function<void()> handler);
  bool isCancelRequested() const noexcept { return cancelRequested_.load(std::memory_order_acquire); }

 protected:
  /// Announces the result, once. Any thread.
  void markReady();

 private:
  void registerContinuation(Continuation& continuation, bool isOwned);
  void postDelivery(bool isOwned);
  void deliver() noexcept;
  void lock() noexcept {
    while (locked_.test_and_set(std::memory_order_acquire)) {
    }
  }
  void unlock() noexcept { locked_.clear(std::memory_order_release); }

  Executor* executor_;
  std::atomic_flag locked_;
  std::atomic<bool> ready_{false};
  std::atomic<bool> cancelRequested_{false};
  bool isContinuationOwned_ = false;
  Continuation* continuation_ = nullptr;
  std::function<void()> cancelHandler_;
};

template <class T>
class CompletionState final : public CompletionStateBase {
 public:
  using CompletionStateBase::CompletionStateBase;
  void resolve(T value) {
    result_.template emplace<1>(std::move(value));
    markReady();
  }
  void fail(std::exception_ptr error) {
    result_.template emplace<2>(std::move(error));
    markReady();
  }
  T take() {
    if (auto* error = std::get_if<2>(&result_)) std::rethrow_exception(*error);
    return std::move(*std::get_if<1>(&result_));
  }

 private:
  std::variant<std::monostate, T, std::exception_ptr> result_;
};

/// Writes what a callback threw to standard error: the report of last resort.
void reportToStandardError(const std::exception_ptr& error) noexcept;
[[noreturn]] void throwNotSynchronous();
[[noreturn]] void throwLoopStopped();

}  // namespace detail

/// A result, or an error, that is ready or arrives later. Move-only. Dropping it discards the result only: the
/// operation continues.
template <class T>
class [[nodiscard]] Completion {
 public:
  using Stored = detail::NonVoid<T>;
  using State = detail::CompletionState<Stored>;

  /// Holds a result that is ready.
  Completion(Stored value) : content_(std::in_place_index<0>, std::move(value)) {}  // NOLINT
  /// Holds an error.
  Completion(std::exception_ptr error) : content_(std::in_place_index<1>, std::move(error)) {}  // NOLINT
  explicit Completion(std::shared_ptr<State> state) : content_(std::in_place_index<2>, std::move(state)) {}
  Completion(Completion&&) noexcept = default;
  Completion& operator=(Completion&&) noexcept = default;

  bool isReady() const noexcept {
    const auto* state = std::get_if<2>(&content_);
    return state == nullptr || (*state)->isReady();
  }

  /// Moves the result out. Throws the error if the operation failed, Error(notSynchronous) if the result is not
  /// ready. Once.
  T get() {
    if (auto* error = std::get_if<1>(&content_)) std::rethrow_exception(*error);
    if (auto* value = std::get_if<0>(&content_)) return unwrap(std::move(*value));
    auto& state = *std::get_if<2>(&content_);
    if (!state->isReady()) detail::throwNotSynchronous();
    return unwrap(state->take());
  }

  /// Requests cancellation. The operation fails with Error(cancelled) and rolls its transaction back, unless it has
  /// finished before. Does nothing when the result is ready. Any thread.
  void cancel() {
    if (auto* state = std::get_if<2>(&content_)) (*state)->requestCancel();
  }

  /// Calls `callback(Completion<T>)` with the finished result on the executor, later, never from inside `then`. What
  /// the callback throws, an error of the result for example, becomes a line on standard error. The callback is
  /// destroyed uncalled when the executor is gone before the delivery. One allocation. `executor` must be the one of
  /// the database (or of the CompletionSource) that the result comes from: a pending result is delivered on that one.
  template <class Callback>
  void then(Executor& executor, Callback callback) &&;

  /// Returns the state for code that awaits it; null when the result is ready.
  detail::CompletionStateBase* pendingState() const noexcept {
    const auto* state = std::get_if<2>(&content_);
    return state == nullptr || (*state)->isReady() ? nullptr : state->get();
  }

 private:
  static T unwrap(Stored&& value) {
    if constexpr (std::is_void_v<T>) {
      static_cast<void>(value);
    } else {
      return std::move(value);
    }
  }

  std::variant<Stored, std::exception_ptr, std::shared_ptr<State>> content_;
};

/// The producing end of a Completion. Call `resolve` or `fail` once, from any thread; the waiter runs on the
/// executor.
template <class T>
class CompletionSource {
 public:
  using Stored = detail::NonVoid<T>;

  explicit CompletionSource(Executor& executor) : state_(std::make_shared<detail::CompletionState<Stored>>(executor)) {}

  Completion<T> completion() const { return Completion<T>(state_); }
  void resolve(Stored value = {}) const { state_->resolve(std::move(value)); }
  void fail(std::exception_ptr error) const { state_->fail(std::move(error)); }
  /// Calls the handler when the consumer cancels: once, on the cancelling thread; at once if it has cancelled
  /// already; never after the result is ready.
  void onCancel(std::function<void()> handler) const { state_->setCancelHandler(std::move(handler)); }
  bool isCancelRequested() const noexcept { return state_->isCancelRequested(); }
  /// Returns whether the completion was dropped, so that the result can't reach a consumer any more. REQUIRES:
  /// `completion` was called, and there is no copy of this source.
  bool isDropped() const noexcept { return state_.use_count() == 1 && !state_->isAwaited(); }

 private:
  std::shared_ptr<detail::CompletionState<Stored>> state_;
};

namespace detail {

/// Wakes the loop for a result that arrives from another thread, which the loop would not notice otherwise.
class LoopWaker final : public Continuation {
 public:
  explicit LoopWaker(CompletionStateBase* pending) : pending_(pending) {
    if (pending_ != nullptr) pending_->setContinuation(*this);
  }
  LoopWaker(const LoopWaker&) = delete;
  LoopWaker& operator=(const LoopWaker&) = delete;
  ~LoopWaker() {
    if (pending_ != nullptr) pending_->clearContinuation();
  }
  void run() noexcept override {}

 private:
  CompletionStateBase* pending_;  // lives as long as the completion, which outlives this object
};

}  // namespace detail

/// Runs the loop until the result is ready and returns it (or throws its error). Throws Error(cancelled) when the
/// loop is stopped first. Home thread of the loop, which must be the executor that delivers the result.
template <class T>
T runUntilReady(RunLoop& loop, Completion<T> completion) {
  const detail::LoopWaker waker(completion.pendingState());
  if (!loop.runUntil([&completion] { return completion.isReady(); })) detail::throwLoopStopped();
  return completion.get();
}

namespace detail {

template <class T, class Callback>
void callBack(Callback& callback, Completion<T> completion) noexcept {
  try {
    callback(std::move(completion));
  } catch (...) {
    reportToStandardError(std::current_exception());
  }
}

/// A waiter that is owned by the state of the result and destroyed with it.
template <class T, class Callback>
class ThenContinuation final : public Continuation {
 public:
  using State = typename Completion<T>::State;

  ThenContinuation(State& state, Callback callback) : state_(&state), callback_(std::move(callback)) {}
  void run() noexcept override {
    const std::unique_ptr<ThenContinuation> self(this);
    callBack(callback_, Completion<T>(std::static_pointer_cast<State>(state_->shared_from_this())));
  }
  void drop() noexcept override { delete this; }

 private:
  State* state_;
  Callback callback_;
};

/// A ready result on its way to its callback.
template <class T, class Callback>
struct ReadyThen {
  ReadyThen(Completion<T> finished, Callback function)
      : completion(std::move(finished)), callback(std::move(function)) {}
  Completion<T> completion;
  Callback callback;
};

}  // namespace detail

template <class T>
template <class Callback>
void Completion<T>::then(Executor& executor, Callback callback) && {
  if (pendingState() != nullptr) {
    const std::shared_ptr<State> state = std::move(*std::get_if<2>(&content_));
    auto waiting = std::make_unique<detail::ThenContinuation<T, Callback>>(*state, std::move(callback));
    state->setOwnedContinuation(*waiting.release());
    return;
  }
  auto ready = std::make_shared<detail::ReadyThen<T, Callback>>(std::move(*this), std::move(callback));
  executor.post([ready = std::move(ready)] { detail::callBack(ready->callback, std::move(ready->completion)); });
}

}  // namespace hyperdb
