// Running commands: the synchronous column and the asynchronous one. Both run the same coroutines.
//
//                                             completes at once         any driver
//   run an action in a transaction            syncDispatch              asyncDispatch
//   run a selector once                       select                    selectAsync
//   drive a raw command                       execSync                  execAsync
//
// Synchronous functions: home thread only. They return when everything is done, subscribers included. If a command
// can't complete at once they throw Error(notSynchronous), and nothing was changed. From inside a running command
// they throw Error(nestedDispatch) when they would write: await the action instead.
//
// Asynchronous functions: any thread. On the home thread the command starts at once and may be finished when the call
// returns; elsewhere it is posted. Dropping the Completion does not stop the command; `cancel()` does.
//
// All of them throw (or fail with) what the command throws; its transaction has been rolled back then.
//
// A call whose snapshot is lost (over HybridDB, when another process commits between two of its reads) is rolled back
// and re-run from its beginning. A raw coroutine can't be: Error(snapshotLost).
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include <hyperdb/command.hpp>
#include <hyperdb/db.hpp>

namespace hyperdb {

namespace detail {

/// Makes the coroutine of a command again, in the place of the previous one. Does not own it.
struct CoroutineMaker {
  void* owner = nullptr;
  Frame (*make)(void* owner) = nullptr;  ///< null: the coroutine can be made only once
};

/// What the engine needs to know of a top-level command.
struct TopLevelCommand {
  CommandKind kind = CommandKind::action;
  const CommandDef* def = nullptr;  ///< null for raw commands
  ArgumentsView arguments = {};
  bool canWait = true;        ///< false: a synchronous call
  CoroutineMaker maker = {};  ///< runs the command again when its snapshot is lost
};

/// Starts the coroutine and runs it to its end; cancels it and throws Error(notSynchronous) if it has to wait.
void runSync(const DB& db, const TopLevelCommand& command, FrameOwner& coroutine);

/// The caller's end of an asynchronous operation.
class AsyncEnd {
 public:
  virtual ~AsyncEnd() = default;
  /// Delivers the result or the exception of the finished run. Home thread; once, or `fail`.
  virtual void finish() noexcept = 0;
  virtual void fail(std::exception_ptr error) noexcept = 0;
  virtual void onCancel(std::function<void()> handler) = 0;
  virtual bool isCancelRequested() const noexcept = 0;
};

/// A running command: owns the coroutine and its caller's end. The database keeps it until it has ended.
class AsyncJob : public AsyncEnd {
 public:
  virtual TopLevelCommand describe() const noexcept = 0;
  /// Makes the coroutine, in the place of the previous one. Home thread; for a raw coroutine once.
  virtual Frame makeFrame() = 0;
};
void startAsync(const DB& db, std::shared_ptr<AsyncJob> job);

/// `Maker` makes the coroutine: a call, or a raw coroutine that returns itself.
template <class T, class Coroutine, class Maker>
class TypedAsyncJob final : public AsyncJob {
 public:
  TypedAsyncJob(Executor& executor, Maker maker, CommandKind kind)
      : source_(executor), maker_(std::move(maker)), kind_(kind) {}

  Completion<T> completion() const { return source_.completion(); }

  TopLevelCommand describe() const noexcept override {
    if constexpr (requires { maker_.def(); }) {
      return {kind_, &maker_.def(), maker_.arguments(), true};
    } else {
      return {kind_, nullptr, {}, true};
    }
  }
  Frame makeFrame() override {
    coroutine_ = maker_.make();
    return coroutine_.frame();
  }
  void finish() noexcept override {
    try {
      if constexpr (std::is_void_v<T>) {
        coroutine_.take();
        source_.resolve();
      } else {
        source_.resolve(coroutine_.take());
      }
    } catch (...) {
      source_.fail(std::current_exception());
    }
    coroutine_ = Coroutine();
  }
  void fail(std::exception_ptr error) noexcept override {
    coroutine_ = Coroutine();
    source_.fail(std::move(error));
  }
  void onCancel(std::function<void()> handler) override { source_.onCancel(std::move(handler)); }
  bool isCancelRequested() const noexcept override { return source_.isCancelRequested(); }

 private:
  CompletionSource<T> source_;
  Maker maker_;
  Coroutine coroutine_;
  CommandKind kind_;
};

/// Adapts a raw coroutine to the interface of a call that is made once.
template <class Coroutine>
struct RawMaker {
  Coroutine coroutine;
  Coroutine make() { return std::move(coroutine); }
};

/// Makes a command of a query or a write.
template <QueryLike Query>
Selector<typename Query::Result> asSelector(Query query) {
  co_return co_await std::move(query);
}
Action<void> asAction(WriteCommand command);

template <class T, class Coroutine, class Maker>
Completion<T> startJob(const DB& db, Maker maker, CommandKind kind) {
  auto job = std::make_shared<TypedAsyncJob<T, Coroutine, Maker>>(db.executor(), std::move(maker), kind);
  Completion<T> result = job->completion();
  startAsync(db, std::move(job));
  return result;
}

/// A call and the coroutine last made of it.
template <class Call>
struct CallRun {
  const Call& call;
  typename Call::Coroutine coroutine = {};

  Frame makeFrame() {
    coroutine = call.make();
    return coroutine.frame();
  }
};

template <class Call>
typename Call::Result runCallSync(const DB& db, const Call& call) {
  CallRun<Call> run{call};
  run.makeFrame();
  const CoroutineMaker maker{&run, [](void* owner) { return static_cast<CallRun<Call>*>(owner)->makeFrame(); }};
  runSync(db, {Call::kind, &call.def(), call.arguments(), false, maker}, run.coroutine);
  return run.coroutine.take();
}

}  // namespace detail

/// Runs the action in a transaction of its own and returns its result, after all subscribers were notified. Throws
/// what the action throws, rolled back; Error(nestedDispatch) while a write transaction is open;
/// Error(notSynchronous).
template <class T, class... Args>
T syncDispatch(const DB& db, const ActionCall<T, Args...>& call) {
  return detail::runCallSync(db, call);
}

/// Runs the selector once on the committed state, without the cache, also while an action is open. Throws what the
/// selector throws; Error(notSynchronous).
template <class T, class... Args>
T select(const DB& db, const SelectorCall<T, Args...>& call) {
  return detail::runCallSync(db, call);
}

/// Runs the action as syncDispatch does, over any driver, from any thread. Queues behind open write transactions;
/// does not wait for subscribers whose selectors are still re-running.
template <class T, class... Args>
Completion<T> asyncDispatch(const DB& db, ActionCall<T, Args...> call) {
  return detail::startJob<T, Action<T>>(db, std::move(call), CommandKind::action);
}

/// Runs the selector as `select` does, over any driver and from any thread.
template <class T, class... Args>
Completion<T> selectAsync(const DB& db, SelectorCall<T, Args...> call) {
  return detail::startJob<T, Selector<T>>(db, std::move(call), CommandKind::selector);
}

/// Runs a raw command: a coroutine, a query or a write by itself. One that writes runs in a transaction of its own,
/// as by syncDispatch; the rest as by select.
template <class T>
T execSync(const DB& db, Action<T> command) {
  detail::runSync(db, {CommandKind::action, nullptr, {}, false}, command);
  return command.take();
}
template <class T>
T execSync(const DB& db, Selector<T> command) {
  detail::runSync(db, {CommandKind::selector, nullptr, {}, false}, command);
  return command.take();
}
template <class T, class... Args>
T execSync(const DB& db, const ActionCall<T, Args...>& call) {
  return detail::runCallSync(db, call);
}
template <class T, class... Args>
T execSync(const DB& db, const SelectorCall<T, Args...>& call) {
  return detail::runCallSync(db, call);
}
template <QueryLike Query>
typename Query::Result execSync(const DB& db, Query query) {
  return execSync(db, detail::asSelector(std::move(query)));
}
void execSync(const DB& db, WriteCommand command);
inline void execSync(const LoadTables& command) { command.runSync(); }
/// Runs a command that names its database already. Throws Error(invalidArgument) when `db` is another one.
inline void execSync(const DB& db, const LoadTables& command) {
  command.checkBelongsTo(db);
  command.runSync();
}

/// Runs a raw command as execSync does, over any driver and from any thread.
template <class T>
Completion<T> execAsync(const DB& db, Action<T> command) {
  return detail::startJob<T, Action<T>>(db, detail::RawMaker<Action<T>>{std::move(command)}, CommandKind::action);
}
template <class T>
Completion<T> execAsync(const DB& db, Selector<T> command) {
  return detail::startJob<T, Selector<T>>(db, detail::RawMaker<Selector<T>>{std::move(command)}, CommandKind::selector);
}
template <class T, class... Args>
Completion<T> execAsync(const DB& db, ActionCall<T, Args...> call) {
  return asyncDispatch(db, std::move(call));
}
template <class T, class... Args>
Completion<T> execAsync(const DB& db, SelectorCall<T, Args...> call) {
  return selectAsync(db, std::move(call));
}
template <QueryLike Query>
Completion<typename Query::Result> execAsync(const DB& db, Query query) {
  return execAsync(db, detail::asSelector(std::move(query)));
}
Completion<void> execAsync(const DB& db, WriteCommand command);
inline Completion<void> execAsync(const LoadTables& command) { return command.runAsync(); }
inline Completion<void> execAsync(const DB& db, const LoadTables& command) {
  command.checkBelongsTo(db);
  return command.runAsync();
}

/// Refuses what is not an action, or not a selector, with a compiler message of one sentence.
template <class Other>
void syncDispatch(const DB&, const Other&) {
  static_assert(sizeof(Other) == 0, "hyperdb: syncDispatch runs a call of an action; for anything else use execSync");
}
template <class Other>
void asyncDispatch(const DB&, const Other&) {
  static_assert(sizeof(Other) == 0, "hyperdb: asyncDispatch runs a call of an action; for anything else use execAsync");
}
template <class Other>
void select(const DB&, const Other&) {
  static_assert(sizeof(Other) == 0, "hyperdb: select runs a call of a selector; for anything else use execSync");
}
template <class Other>
void selectAsync(const DB&, const Other&) {
  static_assert(sizeof(Other) == 0, "hyperdb: selectAsync runs a call of a selector; for anything else use execAsync");
}

}  // namespace hyperdb
