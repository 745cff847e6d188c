#include "runtime/running_job.hpp"

#include <utility>

#include "value/error_pointer.hpp"

namespace hyperdb::detail {

namespace {
std::exception_ptr cancelledError() noexcept {
  return makeErrorPointer(ErrorCode::cancelled, "the command was cancelled");
}
}  // namespace

RunningJob::RunningJob(std::shared_ptr<DatabaseCore> core, const char* function, std::shared_ptr<AsyncEnd> end,
                       StepMaker makeStep)
    : core_(std::move(core)), function_(function), end_(std::move(end)), makeStep_(std::move(makeStep)) {}

RunningJob::~RunningJob() {
  if (!hasEnded_) end_->fail(cancelledError());
}

void RunningJob::waitForStart() noexcept {
  if (!core_->ownsExecutor()) return;
  // Otherwise the database would own the loop, the loop the posted function, and that the database.
  loopOwner_ = core_;
  core_ = nullptr;
}

Execution& RunningJob::makeExecution(Traits traits, const TopLevelCommand& command) {
  execution_ = std::make_unique<Execution>(core_, std::move(traits), command);
  return *execution_;
}

void RunningJob::start() {
  const std::shared_ptr<RunningJob> self = shared_from_this();
  const OnStackMark mark;
  if (!core_) core_ = loopOwner_.lock();
  if (!core_) return cancel(cancelledError());
  try {
    core_->checkUsable(function_);
    listenForCancel();
    if (end_->isCancelRequested()) return cancel(cancelledError());
    core_->addJob(self);
    step_.start(makeStep_(*this), [this](const StepEnd<void>& end) { ended(end.error); });
  } catch (...) {
    cancel(std::current_exception());
  }
}

void RunningJob::listenForCancel() {
  // Any thread may request it at any time; the executor does it, when no command runs.
  end_->onCancel([weak = weak_from_this(), core = std::weak_ptr<DatabaseCore>(core_)] {
    const auto running = core.lock();
    if (!running) return;
    running->executor().post([weak] {
      const auto job = weak.lock();
      // A commit in progress may be in effect already: its end is awaited and announced.
      if (!job || job->isCommitting()) return;
      job->cancel(cancelledError());
    });
  });
}

void RunningJob::ended(const std::exception_ptr& error) noexcept {
  if (std::exchange(hasEnded_, true)) return;
  const std::shared_ptr<RunningJob> self = shared_from_this();
  if (error) {
    end_->fail(error);
  } else {
    end_->finish();
  }
  leaveDatabase();
}

void RunningJob::leaveDatabase() noexcept {
  execution_ = nullptr;
  if (const std::shared_ptr<DatabaseCore> core = std::move(core_)) core->removeJob(*this);
}

void RunningJob::cancel(std::exception_ptr error) noexcept {
  if (std::exchange(hasEnded_, true)) return;
  const std::shared_ptr<RunningJob> self = shared_from_this();
  // The user's coroutine first: its destruction still uses the execution.
  end_->fail(std::move(error));
  step_.stop();
  leaveDatabase();
}

void RunningJob::endCommit() noexcept {
  if (isCommitting()) execution_->finishCommit();
  if (hasEnded_) return;
  cancel(makeErrorPointer(ErrorCode::driverFailure,
                          "the database was closed while it committed; whether the commit took effect is not known"));
}

void startJob(std::shared_ptr<RunningJob> job, Executor& executor) {
  if (executor.isHomeThread()) {
    job->start();
  } else {
    job->waitForStart();
    executor.post([job = std::move(job)] { job->start(); });
  }
}

}  // namespace hyperdb::detail
