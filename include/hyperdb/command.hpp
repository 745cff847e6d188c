// Selector<T> and Action<T>: the coroutines that users write.
//
// A selector awaits queries and other selectors. An action also awaits writes and other actions. The handler starts
// when it is awaited or dispatched and runs on the database's executor; over a synchronous driver it never suspends.
//
// Thread safety: a coroutine belongs to one thread at a time until it is run, and to the home thread from then on.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

#include <hyperdb/detail/command_call.hpp>
#include <hyperdb/detail/command_scope.hpp>
#include <hyperdb/detail/coroutine.hpp>
#include <hyperdb/query.hpp>
#include <hyperdb/traits.hpp>
#include <hyperdb/writes.hpp>

namespace hyperdb {

/// The type of `getCurrentTraits()`.
struct [[nodiscard]] GetCurrentTraits {};
/// Returns, when awaited in a command, a copy of the traits of the database view that the command runs through.
inline constexpr GetCurrentTraits getCurrentTraits() noexcept { return {}; }
/// The type of `noop()`.
struct [[nodiscard]] Noop {};
/// Does nothing when awaited in a command.
inline constexpr Noop noop() noexcept { return {}; }

namespace detail {

/// Whether a T refers to memory that it does not own: as a result it would outlive the rows and the frame it points
/// into.
template <class T>
inline constexpr bool isBorrowed = std::is_pointer_v<T>;
template <class T>
  requires requires { typename T::value_type; }
inline constexpr bool isBorrowed<T> = isBorrowed<typename T::value_type>;
template <class Row>
inline constexpr bool isBorrowed<Rows<Row>> = false;
template <class Char>
inline constexpr bool isBorrowed<std::basic_string_view<Char>> = true;
template <class T>
inline constexpr bool isBorrowed<std::span<T>> = true;
template <class A, class B>
inline constexpr bool isBorrowed<std::pair<A, B>> = isBorrowed<A> || isBorrowed<B>;
template <class... Ts>
inline constexpr bool isBorrowed<std::tuple<Ts...>> = (isBorrowed<Ts> || ...);
template <class... Ts>
inline constexpr bool isBorrowed<std::variant<Ts...>> = (isBorrowed<Ts> || ...);

/// The part of awaiting a query that does not depend on its type.
class ScanAwaiter : public CoroutineAwaiter {
 protected:
  explicit ScanAwaiter(const PromiseBase& parent) noexcept;
  ~ScanAwaiter();
  bool startScan(const QuerySpec& query);
  RowSequence takeRows();

 private:
  Step<RowSequence> step_;
};

/// Runs a query and converts its rows to the result type.
template <class Query>
class QueryAwaiter : public ScanAwaiter {
 public:
  QueryAwaiter(const PromiseBase& parent, Query&& query) : ScanAwaiter(parent), query_(std::move(query)) {}
  QueryAwaiter(const PromiseBase& parent, const Query& query) : ScanAwaiter(parent), query_(query) {}
  bool await_ready() { return startScan(query_.spec()); }
  typename Query::Result await_resume() { return query_.finish(takeRows()); }

 private:
  Query query_;
};

class WriteAwaiter : public CoroutineAwaiter {
 public:
  WriteAwaiter(const PromiseBase& parent, WriteCommand command);
  ~WriteAwaiter();
  bool await_ready();
  void await_resume();

 private:
  WriteCommand command_;
  Step<void> step_;
};

/// Runs a selector or action inside another command.
template <class Call>
class CallAwaiter : public CoroutineAwaiter {
 public:
  using Result = typename Call::Result;
  static constexpr bool isMemoizable = Call::kind == CommandKind::selector && std::is_copy_constructible_v<Result>;

  CallAwaiter(const PromiseBase& parent, Call call) : CoroutineAwaiter(parent), call_(std::move(call)) {}
  CallAwaiter(const CallAwaiter&) = delete;
  CallAwaiter& operator=(const CallAwaiter&) = delete;
  ~CallAwaiter() {
    if (entered_) leaveUnfinished(scope_);
  }

  bool await_ready() {
    scope_ = *scope();
    scope_.parent = scope();
    scope_.def = &call_.def();
    scope_.canWrite = scope_.canWrite && Call::kind == CommandKind::action;
    scope_.runner->enter(scope_, call_.arguments());
    entered_ = true;
    try {
      return findOrStart();
    } catch (...) {
      entered_ = false;
      scope_.runner->leave(scope_, std::current_exception());
      throw;
    }
  }
  Result await_resume() {
    entered_ = false;
    scope_.runner->leave(scope_, memo_ ? std::exception_ptr() : coroutine_.frame().promise->error);
    if constexpr (isMemoizable) {
      if (!memo_ && isMemoized_) {
        memo_ = makeResultBox<Result>(coroutine_.take());
        scope_.runner->storeMemo(scope_, memo_);
      }
      if (memo_) return static_cast<const TypedResultBox<Result>&>(*memo_).value;
    }
    return coroutine_.take();
  }

 private:
  bool findOrStart() {
    if constexpr (isMemoizable) {
      if (call_.def().options.memoization.selfChild && scope()->recorder != nullptr) {
        memo_ = scope_.runner->findMemo(scope_, call_.arguments());
        if (memo_) return true;
        isMemoized_ = true;
      }
    }
    coroutine_ = call_.make();
    return start(coroutine_.frame(), &scope_);
  }

  Call call_;
  CommandScope scope_;
  typename Call::Coroutine coroutine_;
  ResultBoxPtr memo_;
  bool isMemoized_ = false;
  bool entered_ = false;
};

/// Runs a raw coroutine as part of the command that awaits it.
template <class Owner>
class ChildAwaiter : public OwnedAwaiter<Owner> {
 public:
  using OwnedAwaiter<Owner>::OwnedAwaiter;
  bool await_ready() {
    writesBefore_ = this->scope()->runner->writesCount();
    return OwnedAwaiter<Owner>::await_ready();
  }
  decltype(auto) await_resume() {
    if (this->child_.frame().promise->error) this->scope()->runner->rollbackTo(writesBefore_);
    return this->child_.take();
  }

 private:
  std::size_t writesBefore_ = 0;
};

template <class>
inline constexpr bool isActionLike = false;
template <class T>
inline constexpr bool isActionLike<Action<T>> = true;
template <class T, class... Args>
inline constexpr bool isActionLike<ActionCall<T, Args...>> = true;

/// What selectors and actions may both await.
template <class T>
class CommandPromise : public ResultPromise<T> {
 public:
  template <QueryLike Query>
  auto awaitQuery(Query&& query) {
    return QueryAwaiter<std::remove_cvref_t<Query>>(*this, std::forward<Query>(query));
  }
  template <class Call>
  auto awaitCall(Call call) {
    return CallAwaiter<Call>(*this, std::move(call));
  }
  template <class Owner>
  auto awaitOwned(Owner child) {
    return ChildAwaiter<Owner>(*this, std::move(child));
  }
};

template <class T>
class SelectorPromise : public CommandPromise<T> {
 public:
  static_assert(!std::is_void_v<T>, "hyperdb: a selector returns what it read; use Selector<T> with a T");
  Selector<T> get_return_object() noexcept {
    static_assert(!isBorrowed<T>,
                  "hyperdb: a result outlives the command that made it: return a value, RowPtr<T> or Rows<T>, not a "
                  "pointer, view or span");
    return Selector<T>(*this);
  }

  template <QueryLike Query>
  auto await_transform(Query&& query) {
    return this->awaitQuery(std::forward<Query>(query));
  }
  template <class U, class... Args>
  auto await_transform(SelectorCall<U, Args...> call) {
    return this->awaitCall(std::move(call));
  }
  template <class U>
  auto await_transform(Selector<U> child) {
    return this->awaitOwned(std::move(child));
  }
  auto await_transform(GetCurrentTraits) { return ReadyAwaiter<Traits>(this->scope->runner->traits()); }
  auto await_transform(Noop) { return std::suspend_never{}; }

  template <class Other>
  std::suspend_never await_transform(Other&&) {
    using Awaited = std::remove_cvref_t<Other>;
    if constexpr (std::is_same_v<Awaited, WriteCommand>) {
      static_assert(sizeof(Awaited) == 0, "hyperdb: a selector can't write; make it an action");
    } else if constexpr (isActionLike<Awaited>) {
      static_assert(sizeof(Awaited) == 0, "hyperdb: a selector can't run an action; make it an action");
    } else {
      static_assert(sizeof(Awaited) == 0, "hyperdb: a selector awaits queries and other selectors only");
    }
    return {};
  }
};

template <class T>
class ActionPromise : public CommandPromise<T> {
 public:
  Action<T> get_return_object() noexcept {
    static_assert(!isBorrowed<T>,
                  "hyperdb: a result outlives the command that made it: return a value, RowPtr<T> or Rows<T>, not a "
                  "pointer, view or span");
    return Action<T>(*this);
  }

  template <QueryLike Query>
  auto await_transform(Query&& query) {
    return this->awaitQuery(std::forward<Query>(query));
  }
  auto await_transform(WriteCommand command) { return WriteAwaiter(*this, std::move(command)); }
  template <class U, class... Args>
  auto await_transform(SelectorCall<U, Args...> call) {
    return this->awaitCall(std::move(call));
  }
  template <class U, class... Args>
  auto await_transform(ActionCall<U, Args...> call) {
    return this->awaitCall(std::move(call));
  }
  template <class U>
  auto await_transform(Selector<U> child) {
    return this->awaitOwned(std::move(child));
  }
  template <class U>
  auto await_transform(Action<U> child) {
    return this->awaitOwned(std::move(child));
  }
  auto await_transform(GetCurrentTraits) { return ReadyAwaiter<Traits>(this->scope->runner->traits()); }
  auto await_transform(Noop) { return std::suspend_never{}; }

  template <class Other>
  std::suspend_never await_transform(Other&&) {
    static_assert(sizeof(Other) == 0, "hyperdb: an action awaits queries, writes, selectors and other actions only");
    return {};
  }
};

}  // namespace detail

/// A coroutine that reads and returns a T. Lazy and move-only; another command awaits it or `execSync` runs it, once.
/// Destroying it, finished or not, frees its frame and everything below it. The await rethrows what it throws.
template <class T>
class [[nodiscard]] Selector : public detail::CoroutineOwner<detail::SelectorPromise<T>> {
 public:
  using Result = T;
  using detail::CoroutineOwner<detail::SelectorPromise<T>>::CoroutineOwner;
};

/// A coroutine that reads and writes and returns a T (or nothing). Like Selector; destroying one that has begun and
/// has not ended rolls its transaction back.
template <class T>
class [[nodiscard]] Action : public detail::CoroutineOwner<detail::ActionPromise<T>> {
 public:
  using Result = T;
  using detail::CoroutineOwner<detail::ActionPromise<T>>::CoroutineOwner;
};

}  // namespace hyperdb
