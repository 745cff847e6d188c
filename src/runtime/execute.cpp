#include <hyperdb/execute.hpp>

#include <string>

#include "async/detached_step.hpp"
#include "runtime/execution.hpp"
#include "runtime/load_job.hpp"
#include "runtime/running_job.hpp"

namespace hyperdb {

namespace detail {

namespace {

/// Runs a step that must not wait. If it waits, calls `cancel` and destroys the step.
template <class Cancel>
void finishNow(Step<void>& step, Cancel cancel) {
  if (startOnStack(step)) return step.take();
  cancel();
  step.reset();
  throw Error(ErrorCode::notSynchronous,
              "the storage, or a write transaction that is open, has to be waited for; use the asynchronous call");
}

TopLevelCommand commandOf(AsyncJob& job) {
  TopLevelCommand command = job.describe();
  const bool isCall = command.def != nullptr;
  if (isCall) command.maker = {&job, [](void* owner) { return static_cast<AsyncJob*>(owner)->makeFrame(); }};
  return command;
}

/// Commands and callbacks may close the database that they run in.
class CloseAtEnd {
 public:
  explicit CloseAtEnd(DatabaseCore& core) noexcept : core_(core) {}
  CloseAtEnd(const CloseAtEnd&) = delete;
  CloseAtEnd& operator=(const CloseAtEnd&) = delete;
  ~CloseAtEnd() { core_.finishClose(); }

 private:
  DatabaseCore& core_;
};

}  // namespace

void runSync(const DB& db, const TopLevelCommand& command, FrameOwner& coroutine) {
  DatabaseCore& core = db.core();
  core.checkUsable(command.kind == CommandKind::action ? "syncDispatch" : "select");
  if (command.kind == CommandKind::action && core.writers().isTaken()) {
    throw Error(ErrorCode::nestedDispatch,
                "a write transaction is open: inside an action, await the other action; elsewhere use asyncDispatch",
                {{}, {}, {}, {}, command.def ? command.def->name : std::string()});
  }
  const std::shared_ptr<DatabaseCore> kept = db.sharedCore();
  const CloseAtEnd closer(core);
  Execution execution(kept, db.traits(), command);
  Step<void> step = execution.run(coroutine.frame());
  finishNow(step, [&coroutine] { coroutine.reset(); });
}

void startAsync(const DB& db, std::shared_ptr<AsyncJob> job) {
  // Not a handle: pending work does not keep a database alive that closes with its last handle.
  startJob(std::make_shared<RunningJob>(db.core().shared_from_this(), "an asynchronous call", job,
                                        [job, traits = db.traits()](RunningJob& running) {
                                          return running.makeExecution(traits, commandOf(*job)).run(job->makeFrame());
                                        }),
           db.executor());
}

Action<void> asAction(WriteCommand command) { co_await std::move(command); }

}  // namespace detail

void execSync(const DB& db, WriteCommand command) { execSync(db, detail::asAction(std::move(command))); }

Completion<void> execAsync(const DB& db, WriteCommand command) {
  return execAsync(db, detail::asAction(std::move(command)));
}

void LoadTables::runSync() const {
  core_->checkUsable("loadTables");
  detail::Step<void> step = core_->load(tables_, false);
  detail::finishNow(step, [] {});
}

Completion<void> LoadTables::runAsync() const { return detail::loadAsync(core_->shared_from_this(), tables_); }

}  // namespace hyperdb
