// RunningJob: a running asynchronous operation: a command, or the loading of tables.
#pragma once

#include <exception>
#include <functional>
#include <list>
#include <memory>
#include <optional>

#include "async/detached_step.hpp"
#include "runtime/execution.hpp"

namespace hyperdb::detail {

/// Kept alive by its database until it has finished or was cancelled; keeps its database alive meanwhile. Home
/// thread.
class RunningJob : public std::enable_shared_from_this<RunningJob> {
 public:
  /// Makes the step that a job runs. Called once, when the job starts.
  using StepMaker = std::function<Step<void>(RunningJob& job)>;

  /// `function`: the name of the called function, for errors; lives as long as the program.
  RunningJob(std::shared_ptr<DatabaseCore> core, const char* function, std::shared_ptr<AsyncEnd> end,
             StepMaker makeStep);

  /// Cancels a job that was never run: its executor is gone.
  ~RunningJob();
  RunningJob(const RunningJob&) = delete;
  RunningJob& operator=(const RunningJob&) = delete;

  /// Registers the job; to be called before its start is posted to the executor.
  void waitForStart() noexcept;
  void start();
  /// Fails it with this error, its transaction rolled back, unless it has ended. REQUIRES: it is not on the stack.
  void cancel(std::exception_ptr error) noexcept;
  /// Returns whether the storage was asked to commit: it can't be cancelled, since that may have happened.
  bool isCommitting() const noexcept { return execution_ != nullptr && execution_->isCommitting(); }
  /// Ends a commit in progress when the storage is closed: as the storage has reported, or with an error that says
  /// that the outcome is not known. Does nothing if the job has ended. REQUIRES: it is not on the stack.
  void endCommit() noexcept;

  // For the function that makes the step.
  const std::shared_ptr<DatabaseCore>& core() const noexcept { return core_; }
  /// Makes the execution of a command; it lives until the job has ended.
  Execution& makeExecution(Traits traits, const TopLevelCommand& command);

  /// Its place among the jobs of its database. The database sets it.
  using Place = std::list<std::shared_ptr<RunningJob>>::iterator;
  std::optional<Place>& place() noexcept { return place_; }

 private:
  void listenForCancel();
  void ended(const std::exception_ptr& error) noexcept;
  void leaveDatabase() noexcept;

  std::shared_ptr<DatabaseCore> core_;     // until it has ended
  std::weak_ptr<DatabaseCore> loopOwner_;  // instead of core_, while it waits in a loop that the database owns
  const char* function_;
  std::shared_ptr<AsyncEnd> end_;
  StepMaker makeStep_;
  std::unique_ptr<Execution> execution_;
  std::optional<Place> place_;
  bool hasEnded_ = false;
  DetachedStep step_;  // last: it is destroyed before what it uses
};

/// Starts the job: now on the home thread, otherwise from the executor.
void startJob(std::shared_ptr<RunningJob> job, Executor& executor);

}  // namespace hyperdb::detail
