// RunningStep: the end of an engine step as a Completion.
#pragma once

#include <exception>
#include <functional>
#include <optional>
#include <utility>

#include <hyperdb/coroutine.hpp>

namespace hyperdb::detail::hybrid {

/// Awaits a step that was started before.
struct StartedStep {
  Frame frame;
  bool await_ready() const noexcept { return frame.done(); }
  void await_suspend(std::coroutine_handle<> parent) const noexcept { frame.promise->continuation = parent; }
  void await_resume() const noexcept {}
};

/// Room for one step at a time. Home thread.
class RunningStep {
 public:
  RunningStep() = default;
  RunningStep(const RunningStep&) = delete;
  RunningStep& operator=(const RunningStep&) = delete;

  /// Starts the step; what comes of it is the completion, which is ready if the step has finished at once. Otherwise
  /// the step is kept here, and its end comes on the executor. REQUIRES: no step is on its way here.
  template <class T>
  Completion<T> start(Step<T> step, Executor& executor) {
    stop();
    {
      const OnStackMark mark;
      step.frame().start(nullptr, 0);
    }
    if (step.frame().done()) return finished(step);
    CompletionSource<T> source(executor);
    Completion<T> completion = source.completion();
    fail_ = [source](std::exception_ptr error) { source.fail(std::move(error)); };
    rest_ = toEnd(std::move(step), std::move(source));
    rest_.frame().start(nullptr, 0);
    return completion;
  }
  bool isRunning() const noexcept { return rest_.frame().handle && !rest_.frame().done(); }
  /// Destroys the step; nobody hears of its end. REQUIRES: it is not on the stack.
  void stop() noexcept {
    rest_.reset();
    fail_ = nullptr;
  }
  /// Destroys the step if it is on its way, and ends its completion with this error.
  void giveUp(const std::exception_ptr& error) {
    const std::function<void(std::exception_ptr)> fail = isRunning() ? std::move(fail_) : nullptr;
    stop();
    if (fail) fail(error);
  }

 private:
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

  template <class T>
  static Step<void> toEnd(Step<T> step, CompletionSource<T> source) {
    co_await StartedStep{step.frame()};
    // The one who waits is called by the executor later: this frame is off the stack then, and may be destroyed.
    std::exception_ptr error;
    std::optional<NonVoid<T>> value;
    try {
      if constexpr (std::is_void_v<T>) {
        step.take();
        value.emplace();
      } else {
        value.emplace(step.take());
      }
    } catch (...) {
      error = std::current_exception();
    }
    if (error) {
      source.fail(std::move(error));
    } else {
      source.resolve(std::move(*value));
    }
  }

  Step<void> rest_;
  std::function<void(std::exception_ptr)> fail_;
};

}  // namespace hyperdb::detail::hybrid
