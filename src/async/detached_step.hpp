// DetachedStep: the owner of a step that no coroutine awaits.
#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

#include <hyperdb/detail/coroutine.hpp>

namespace hyperdb::detail {

/// The end of a step: an error, or a value (Unit if it has none).
template <class T>
struct StepEnd {
  std::exception_ptr error = nullptr;
  std::optional<NonVoid<T>> value = std::nullopt;
};

/// Starts a step that the caller owns. Returns whether it has ended; if not, it is suspended.
template <class T>
bool startOnStack(const Step<T>& step) {
  const OnStackMark mark;
  step.frame().start(nullptr, 0);
  return step.frame().done();
}

/// The only owner of steps that are suspended. Runs one step at a time. The frame around the step frees itself at the
/// end, so the code that the end calls may destroy this object; nothing has to be freed later, from off the stack. Home
/// thread.
class DetachedStep {
 public:
  DetachedStep() noexcept = default;
  DetachedStep(const DetachedStep&) = delete;
  DetachedStep& operator=(const DetachedStep&) = delete;
  ~DetachedStep() { stop(); }

  /// Stops the running step, if there is one, and runs this one to its end or to its first suspension. At its end,
  /// now or when the executor has resumed it, calls `onEnd(StepEnd<T>)`, which may not throw. Throws std::bad_alloc;
  /// then nothing has run. This object must outlive the call.
  template <class T, class OnEnd>
  void start(Step<T> step, OnEnd onEnd) {
    stop();
    run(toEnd<T>(std::move(step), std::move(onEnd)));
  }

  /// Starts the step and returns its end as a Completion: ready if the step has ended at once, which costs nothing
  /// more. Otherwise the executor delivers it.
  template <class T>
  Completion<T> startAsync(Step<T> step, Executor& executor) {
    stop();
    if (startOnStack(step)) return finished(step);
    const CompletionSource<T> source(executor);
    Completion<T> completion = source.completion();
    run(toEnd<T>(Started<T>{std::move(step)}, [source](StepEnd<T> end) { complete(source, std::move(end)); }));
    return completion;
  }

  bool isRunning() const noexcept { return body_ != nullptr; }

  /// Destroys the running step, if there is one; its end is not reported. A step that is being started is destroyed
  /// when it suspends. REQUIRES: otherwise the step is not on the stack.
  void stop() noexcept {
    BodyPromise* const body = std::exchange(body_, nullptr);
    if (body == nullptr) return;
    body->owner = nullptr;
    if (body->hasEnded == nullptr) std::coroutine_handle<BodyPromise>::from_promise(*body).destroy();
  }

  /// Completes the waiter of a step with the step's end.
  template <class T>
  static void complete(const CompletionSource<T>& source, StepEnd<T> end) {
    if (end.error) {
      source.fail(std::move(end.error));
    } else {
      source.resolve(std::move(*end.value));
    }
  }

 private:
  /// A step that was started before.
  template <class T>
  struct Started {
    Step<T> step;
  };
  template <class T>
  class StartedAwaiter : public OwnedAwaiter<Step<T>> {
   public:
    using OwnedAwaiter<Step<T>>::OwnedAwaiter;
    bool await_ready() noexcept {
      this->setChild(this->child_.frame());
      return this->child_.frame().done();
    }
  };

  /// Awaited once, when the step has ended: detaches the frame from its owner. Returns whether there still was an
  /// owner.
  struct Leave {};

  struct BodyPromise;
  struct Body {
    using promise_type = BodyPromise;
    BodyPromise* promise;
  };
  struct BodyPromise : PromiseBase {
    Body get_return_object() noexcept { return {this}; }
    std::suspend_never final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    template <class T>
    auto await_transform(Step<T> step) noexcept {
      return OwnedAwaiter<Step<T>>(*this, std::move(step));
    }
    template <class T>
    auto await_transform(Started<T> started) noexcept {
      return StartedAwaiter<T>(*this, std::move(started.step));
    }
    ReadyAwaiter<bool> await_transform(Leave) noexcept {
      if (hasEnded != nullptr) *hasEnded = true;
      if (owner != nullptr) owner->body_ = nullptr;
      return ReadyAwaiter<bool>(owner != nullptr);
    }

    DetachedStep* owner = nullptr;
    bool* hasEnded = nullptr;  ///< set while the step is being started
  };

  template <class T, class Awaited, class OnEnd>
  static Body toEnd(Awaited step, OnEnd onEnd) {
    StepEnd<T> end;
    try {
      if constexpr (std::is_void_v<T>) {
        co_await std::move(step);
        end.value.emplace();
      } else {
        end.value.emplace(co_await std::move(step));
      }
    } catch (...) {
      end.error = std::current_exception();
    }
    const bool isOwned = co_await Leave{};
    if (isOwned) onEnd(std::move(end));
  }

  void run(Body body) {
    const OnStackMark mark;
    BodyPromise& promise = *body.promise;
    const auto handle = std::coroutine_handle<BodyPromise>::from_promise(promise);
    bool hasEnded = false;
    promise.owner = this;
    promise.hasEnded = &hasEnded;
    body_ = &promise;
    resumeCoroutine(handle);
    if (hasEnded) return;  // the frame is gone
    promise.hasEnded = nullptr;
    if (promise.owner == nullptr) handle.destroy();
  }

  template <class T>
  static Completion<T> finished(Step<T>& step) try {
    if constexpr (std::is_void_v<T>) {
      step.take();
      return Unit{};
    } else {
      return step.take();
    }
  } catch (...) {
    return std::current_exception();
  }

  BodyPromise* body_ = nullptr;
};

}  // namespace hyperdb::detail
