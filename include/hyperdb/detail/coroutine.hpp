// The coroutine machinery under Selector, Action and the engine's own steps.
//
// Inline start: awaiting a child starts it inside `await_ready`; only a child that has not finished then suspends its
// parent, and the child's end resumes the parent through one function that is never inlined. No handle is returned from
// `await_suspend`: symmetric transfer overflows the stack in unoptimised builds and does not work in WebAssembly. A
// child whose storage answers at once therefore never suspends anything and costs one frame from a free list.
#pragma once

#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <new>
#include <type_traits>
#include <utility>

#include <hyperdb/completion.hpp>
#include <hyperdb/detail/compiler.hpp>

namespace hyperdb {

/// Returns how many coroutine frames are alive in this process: tests assert that it returns to its earlier value.
std::int64_t liveFramesCount() noexcept;

namespace detail {

struct CommandScope;

void* allocateFrame(std::size_t size);
void freeFrame(void* frame, std::size_t size) noexcept;
/// Resumes; a separate function so that no compiler turns the call into a tail call or inlines it.
void resumeCoroutine(std::coroutine_handle<> coroutine);

/// Marks that commands are running on this thread's stack, from their start or from where the executor resumes them.
/// Code that would destroy running commands is deferred until no mark is left.
class OnStackMark {
 public:
  OnStackMark() noexcept;
  OnStackMark(const OnStackMark&) = delete;
  OnStackMark& operator=(const OnStackMark&) = delete;
  ~OnStackMark();
  /// Returns whether there is a mark on this thread.
  static bool exists() noexcept;
};
/// Resumes a coroutine from the executor.
void resumeMarked(std::coroutine_handle<> coroutine);

/// Nested commands each take stack; a chain longer than this throws Error(nestingTooDeep).
inline constexpr unsigned commandDepthMax = 400;
[[noreturn]] void throwNestingTooDeep(const CommandScope* scope);
[[noreturn]] void throwNothingToRun(const CommandScope* scope);

/// The common part of our promises.
class PromiseBase {
 public:
  PromiseBase() = default;
  PromiseBase(const PromiseBase&) = delete;
  PromiseBase& operator=(const PromiseBase&) = delete;

  static void* operator new(std::size_t size) { return allocateFrame(size); }
  static void operator delete(void* frame, std::size_t size) noexcept { freeFrame(frame, size); }

  std::suspend_always initial_suspend() const noexcept { return {}; }

  struct FinalAwaiter {
    std::coroutine_handle<> parent;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<>) const noexcept {
      if (parent) resumeCoroutine(parent);
    }
    void await_resume() const noexcept {}
  };
  FinalAwaiter final_suspend() const noexcept { return {continuation}; }

  void unhandled_exception() noexcept { error = std::current_exception(); }

  CommandScope* scope = nullptr;              ///< the command that this coroutine is part of; set before the start
  std::coroutine_handle<> continuation = {};  ///< the parent, once it has suspended
  std::exception_ptr error = nullptr;
  unsigned depth = 0;
};

template <class T>
class ResultPromise : public PromiseBase {
 public:
  ResultPromise() noexcept {}
  ~ResultPromise() {
    if (hasResult_) result_.~T();
  }
#if defined(__clang__) || defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#endif
  template <class U>
  void return_value(U&& value) {
    constexpr bool isOfResultType = std::is_constructible_v<T, U>;
    static_assert(isOfResultType,
                  "hyperdb: co_return gives another type than the command's (toVector() makes a std::vector of Rows)");
    if constexpr (isOfResultType) ::new (static_cast<void*>(&slot_)) T(std::forward<U>(value));
    hasResult_ = true;
  }
#if defined(__clang__) || defined(__GNUC__)
#pragma GCC diagnostic pop
#endif
  T take() {
    if (error) std::rethrow_exception(error);
    return std::move(result_);
  }

 private:
  union {  // an optional by hand: every result type of a user's file would instantiate another one
    T result_;
    char slot_;
  };
  bool hasResult_ = false;
};

template <>
class ResultPromise<void> : public PromiseBase {
 public:
  void return_void() const noexcept {}
  void take() const {
    if (error) std::rethrow_exception(error);
  }
};

/// A non-owning reference to a coroutine of any result type.
struct Frame {
  std::coroutine_handle<> handle;
  PromiseBase* promise = nullptr;

  bool done() const noexcept { return handle.done(); }
  /// Runs to the end or to the first suspension. Throws Error(nestingTooDeep); Error(invalidArgument) for a
  /// moved-from coroutine.
  void start(CommandScope* scope, unsigned depth) const {
    if (depth > commandDepthMax) throwNestingTooDeep(scope);
    if (promise == nullptr) throwNothingToRun(scope);
    promise->scope = scope;
    promise->depth = depth;
    resumeCoroutine(handle);
  }
};

/// Owns a coroutine of any result type. Lazy; destroying it, finished or not, frees everything below it.
class FrameOwner {
 public:
  FrameOwner() noexcept = default;
  FrameOwner(std::coroutine_handle<> handle, PromiseBase& promise) noexcept : frame_{handle, &promise} {}
  FrameOwner(FrameOwner&& other) noexcept : frame_(std::exchange(other.frame_, Frame{})) {}
  FrameOwner& operator=(FrameOwner&& other) noexcept {
    std::swap(frame_, other.frame_);
    return *this;
  }
  ~FrameOwner() {
    if (frame_.handle) frame_.handle.destroy();
  }

  const Frame& frame() const noexcept { return frame_; }
  void reset() noexcept { FrameOwner gone(std::move(*this)); }

 private:
  Frame frame_;
};

/// Owns a coroutine with a promise of type Promise.
template <class Promise>
class [[nodiscard]] CoroutineOwner : public FrameOwner {
 public:
  using promise_type = Promise;

  CoroutineOwner() noexcept = default;
  explicit CoroutineOwner(Promise& promise) noexcept
      : FrameOwner(std::coroutine_handle<Promise>::from_promise(promise), promise) {}

  /// Returns the result or throws the exception. REQUIRES: finished. Once.
  decltype(auto) take() { return static_cast<Promise&>(*frame().promise).take(); }
};

/// Awaited by a step: runs a frame that the caller owns, as part of the command `scope`.
struct RunFrame {
  Frame frame;
  CommandScope* scope;
};

/// The common part of awaiting a coroutine: the child runs inside `await_ready`, one level deeper than its parent; if
/// it suspends, so does the parent, and the child's end resumes the parent.
class CoroutineAwaiter {
 public:
  void await_suspend(std::coroutine_handle<> parent) const noexcept { child_->continuation = parent; }

 protected:
  explicit CoroutineAwaiter(const PromiseBase& parent) noexcept : parent_(&parent) {}
  /// Returns the command of which the parent is a part.
  CommandScope* scope() const noexcept { return parent_->scope; }
  /// Runs the child, as a part of the command `scope`, to its end or its first suspension. Returns whether it has
  /// ended.
  bool start(const Frame& child, CommandScope* scope) {
    child_ = child.promise;
    child.start(scope, parent_->depth + 1);
    return child.done();
  }
  /// Sets a child that was started before.
  void setChild(const Frame& child) noexcept { child_ = child.promise; }

 private:
  const PromiseBase* parent_;
  PromiseBase* child_ = nullptr;
};

/// Awaits a frame that the caller owns.
class FrameAwaiter : public CoroutineAwaiter {
 public:
  FrameAwaiter(const PromiseBase& parent, const RunFrame& run) noexcept : CoroutineAwaiter(parent), run_(run) {}
  bool await_ready() { return start(run_.frame, run_.scope); }
  void await_resume() const noexcept {}

 private:
  RunFrame run_;
};

/// Awaits a coroutine and owns it meanwhile.
template <class Owner>
class OwnedAwaiter : public CoroutineAwaiter {
 public:
  OwnedAwaiter(const PromiseBase& parent, Owner child) noexcept : CoroutineAwaiter(parent), child_(std::move(child)) {}
  bool await_ready() { return start(child_.frame(), scope()); }
  decltype(auto) await_resume() { return child_.take(); }

 protected:
  Owner child_;
};

/// Awaits the answer of a storage. Resumes on the executor, never inside the call that started the work. Destroying
/// it while it waits discards the answer.
template <class T>
class CompletionAwaiter final : public Continuation {
 public:
  explicit CompletionAwaiter(Completion<T> completion) noexcept : completion_(std::move(completion)) {}
  ~CompletionAwaiter() {
    if (waiting_ != nullptr) waiting_->clearContinuation();
  }
  CompletionAwaiter(const CompletionAwaiter&) = delete;
  CompletionAwaiter& operator=(const CompletionAwaiter&) = delete;

  bool await_ready() const noexcept { return completion_.isReady(); }
  bool await_suspend(std::coroutine_handle<> parent) {
    parent_ = parent;
    CompletionStateBase* state = completion_.pendingState();
    if (state == nullptr) return false;  // the answer arrived meanwhile
    waiting_ = state;
    state->setContinuation(*this);
    return true;
  }
  T await_resume() { return completion_.get(); }

  void run() noexcept override {
    waiting_ = nullptr;
    resumeMarked(parent_);
  }

 private:
  Completion<T> completion_;
  CompletionStateBase* waiting_ = nullptr;
  std::coroutine_handle<> parent_;
};

/// Awaits a value that is there already.
template <class T>
class ReadyAwaiter : public std::suspend_never {
 public:
  explicit ReadyAwaiter(T value) noexcept(std::is_nothrow_move_constructible_v<T>) : value_(std::move(value)) {}
  T await_resume() { return std::move(value_); }

 private:
  T value_;
};

template <class T>
class StepPromise;

/// An operation of the engine.
template <class T = void>
class [[nodiscard]] Step : public CoroutineOwner<StepPromise<T>> {
 public:
  using CoroutineOwner<StepPromise<T>>::CoroutineOwner;
};

template <class T>
class StepPromise : public ResultPromise<T> {
 public:
  Step<T> get_return_object() noexcept { return Step<T>(*this); }

  template <class U>
  auto await_transform(Completion<U> completion) noexcept {
    return CompletionAwaiter<U>(std::move(completion));
  }
  template <class U>
  auto await_transform(Step<U> child) noexcept {
    return OwnedAwaiter<Step<U>>(*this, std::move(child));
  }
  FrameAwaiter await_transform(RunFrame run) const noexcept { return FrameAwaiter(*this, run); }
  template <class Awaiter>
    requires requires(Awaiter& a) { a.await_ready(); }
  Awaiter&& await_transform(Awaiter&& awaiter) noexcept {
    return std::forward<Awaiter>(awaiter);
  }
};

}  // namespace detail
}  // namespace hyperdb
