// RunningJob: an asynchronous operation on its way: a command, or the loading of tables.
#pragma once

#include <exception>
#include <list>
#include <memory>
#include <optional>
#include <vector>

#include "runtime/execution.hpp"

namespace hyperdb::detail {

/// Kept alive by its database until it has finished or was given up, and keeps its database alive as long. Home thread.
class RunningJob : public std::enable_shared_from_this<RunningJob> {
 public:
  using Tables = std::vector<std::shared_ptr<const TableDef>>;

  RunningJob(std::shared_ptr<DatabaseCore> core, Traits traits, std::shared_ptr<AsyncJob> job);
  /// Loads the tables; `job` only takes the end of it.
  RunningJob(std::shared_ptr<DatabaseCore> core, Tables tables, std::shared_ptr<AsyncJob> job);

  /// Ends as cancelled what was never run: its executor is gone.
  ~RunningJob();
  RunningJob(const RunningJob&) = delete;
  RunningJob& operator=(const RunningJob&) = delete;

  /// To be called before the start is posted to the executor.
  void waitForStart() noexcept;
  void start();
  /// Ends it with this error, its transaction rolled back, unless it has ended. REQUIRES: it is not on the stack.
  void giveUp(std::exception_ptr error) noexcept;
  /// Whether the storage was asked to commit: it can't be given up, since that may have happened.
  bool isCommitting() const noexcept { return execution_ != nullptr && execution_->isCommitting(); }
  /// The storage is closed: a commit that was on its way ends as the storage has said, or with an error that says that
  /// nobody knows. Does nothing if it has ended. REQUIRES: it is not on the stack.
  void endCommit() noexcept;

  /// Where it stands among the jobs of its database; nothing before it is there. The database sets it.
  using Place = std::list<std::shared_ptr<RunningJob>>::iterator;
  std::optional<Place>& place() noexcept { return place_; }

 private:
  static Step<void> runToEnd(RunningJob& self);
  void listenForCancel();
  void ended(const std::exception_ptr& error) noexcept;
  void leaveDatabase() noexcept;

  std::shared_ptr<DatabaseCore> core_;  // until it has ended
  std::weak_ptr<DatabaseCore> loopOwner_;  // instead of core_, while it waits in a loop that the database owns
  std::shared_ptr<AsyncJob> job_;
  std::unique_ptr<Execution> execution_;
  Traits traits_;
  Tables tables_;
  std::optional<Place> place_;
  Step<void> step_;
  bool isLoad_ = false;
  bool isStarting_ = false;
  bool hasEnded_ = false;
};

/// Starts the job: now on the home thread, else there when the executor comes to it.
void startJob(std::shared_ptr<RunningJob> job, Executor& executor);

}  // namespace hyperdb::detail
