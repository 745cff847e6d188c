// RunningJob: an asynchronous operation on its way: a command, or the loading of tables.
#pragma once

#include <exception>
#include <functional>
#include <list>
#include <memory>
#include <optional>

#include "async/detached_step.hpp"
#include "runtime/execution.hpp"

namespace hyperdb::detail {

/// Kept alive by its database until it has finished or was cancelled, and keeps its database alive as long.
/// Home thread.
class RunningJob : public std::enable_shared_from_this<RunningJob> {
 public:
  /// Makes the step that a job runs. Called once, when the job starts.
  using StepMaker = std::function<Step<void>(RunningJob& job)>;

  /// `function`: what the user has called, for errors; lives as long as the program.
  RunningJob(std::shared_ptr<DatabaseCore> core, const char* function, std::shared_ptr<AsyncEnd> end,
             StepMaker makeStep);

  /// Ends as cancelled what was never run: its executor is gone.
  ~RunningJob();
  RunningJob(const RunningJob&) = delete;
  RunningJob& operator=(const RunningJob&) = delete;

  /// To be called before the start is posted to the executor.
  void waitForStart() noexcept;
  void start();
  /// Ends it with this error, its transaction rolled back, unless it has ended. REQUIRES: it is not on the stack.
  void cancel(std::exception_ptr error) noexcept;
  /// Whether the storage was asked to commit: it can't be cancelled, since that may have happened.
  bool isCommitting() const noexcept { return execution_ != nullptr && execution_->isCommitting(); }
  /// The storage is closed: a commit that was on its way ends as the storage has said, or with an error that says that
  /// the outcome is not known. Does nothing if it has ended. REQUIRES: it is not on the stack.
  void endCommit() noexcept;

  // For the function that makes the step.
  const std::shared_ptr<DatabaseCore>& core() const noexcept { return core_; }
  /// Makes what runs a command; lives until the job has ended.
  Execution& makeExecution(Traits traits, const TopLevelCommand& command);

  /// Where it stands among the jobs of its database; nothing before it is there. The database sets it.
  using Place = std::list<std::shared_ptr<RunningJob>>::iterator;
  std::optional<Place>& place() noexcept { return place_; }

 private:
  void listenForCancel();
  void ended(const std::exception_ptr& error) noexcept;
  void leaveDatabase() noexcept;

  std::shared_ptr<DatabaseCore> core_;  // until it has ended
  std::weak_ptr<DatabaseCore> loopOwner_;  // instead of core_, while it waits in a loop that the database owns
  const char* function_;
  std::shared_ptr<AsyncEnd> end_;
  StepMaker makeStep_;
  std::unique_ptr<Execution> execution_;
  std::optional<Place> place_;
  bool hasEnded_ = false;
  DetachedStep step_;  // last: it is destroyed before what it uses
};

/// Starts the job: now on the home thread, else there when the executor comes to it.
void startJob(std::shared_ptr<RunningJob> job, Executor& executor);

}  // namespace hyperdb::detail
