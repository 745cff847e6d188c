#include "runtime/running_job.hpp"

#include <new>
#include <utility>

#include "value/error_pointer.hpp"

namespace hyperdb::detail {

namespace {
std::exception_ptr cancelledError() noexcept {
  return makeErrorPointer(ErrorCode::cancelled, "the command was cancelled");
}

TopLevelCommand commandOf(AsyncJob& job) {
  TopLevelCommand command = job.describe();
  const bool isCall = command.def != nullptr;
  if (isCall) command.maker = {&job, [](void* owner) { return static_cast<AsyncJob*>(owner)->makeFrame(); }};
  return command;
}
}  // namespace

RunningJob::RunningJob(std::shared_ptr<DatabaseCore> core, Traits traits, std::shared_ptr<AsyncJob> job)
    : core_(std::move(core)), job_(std::move(job)), traits_(std::move(traits)) {}

RunningJob::RunningJob(std::shared_ptr<DatabaseCore> core, Tables tables, std::shared_ptr<AsyncJob> job)
    : core_(std::move(core)), job_(std::move(job)), tables_(std::move(tables)), isLoad_(true) {}

RunningJob::~RunningJob() {
  if (!hasEnded_) job_->fail(cancelledError());
}

void RunningJob::waitForStart() noexcept {
  if (!core_->ownsExecutor()) return;
  // Else the database would own the loop, the loop what is posted, and that the database.
  loopOwner_ = core_;
  core_ = nullptr;
}

Step<void> RunningJob::runToEnd(RunningJob& self) {
  std::exception_ptr error;
  try {
    if (self.isLoad_) {
      co_await self.core_->load(std::move(self.tables_), true);
    } else {
      co_await self.execution_->run(self.job_->makeFrame());
    }
  } catch (...) {
    error = std::current_exception();
  }
  self.ended(error);
}

void RunningJob::start() {
  const std::shared_ptr<RunningJob> self = shared_from_this();
  const OnStackMark mark;
  if (!core_) core_ = loopOwner_.lock();
  if (!core_) return giveUp(cancelledError());
  try {
    core_->checkUsable(isLoad_ ? "loadTables" : "an asynchronous call");
    listenForCancel();
    if (job_->isCancelRequested()) return giveUp(cancelledError());
    if (!isLoad_) execution_ = std::make_unique<Execution>(core_, std::move(traits_), commandOf(*job_));
    core_->addJob(self);
    step_ = runToEnd(*this);
    isStarting_ = true;
    step_.frame().start(nullptr, 0);
    isStarting_ = false;
    if (hasEnded_) step_.reset();
  } catch (...) {
    isStarting_ = false;
    giveUp(std::current_exception());
  }
}

void RunningJob::listenForCancel() {
  // Asked for by any thread, at any time; done by the executor, when no command runs.
  job_->onCancel([weak = weak_from_this(), core = std::weak_ptr<DatabaseCore>(core_)] {
    const auto running = core.lock();
    if (!running) return;
    running->executor().post([weak] {
      const auto job = weak.lock();
      // A commit that is on its way may be in effect already: its end is waited for and announced.
      if (!job || job->isCommitting()) return;
      job->giveUp(cancelledError());
    });
  });
}

void RunningJob::ended(const std::exception_ptr& error) noexcept {
  if (std::exchange(hasEnded_, true)) return;
  const std::shared_ptr<RunningJob> self = shared_from_this();
  if (!isStarting_) {
    // This runs inside step_, which therefore can't be destroyed yet. What is posted does not hold the database.
    try {
      core_->executor().post([self] { self->step_.reset(); });
    } catch (...) {
      // No memory to let go later: the step is leaked rather than destroyed under its own feet.
      static_cast<void>(new (std::nothrow) std::shared_ptr<RunningJob>(self));
    }
  }
  if (error) {
    job_->fail(error);
  } else {
    job_->finish();
  }
  leaveDatabase();
}

void RunningJob::leaveDatabase() noexcept {
  execution_ = nullptr;
  if (const std::shared_ptr<DatabaseCore> core = std::move(core_)) core->removeJob(*this);
}

void RunningJob::giveUp(std::exception_ptr error) noexcept {
  if (std::exchange(hasEnded_, true)) return;
  const std::shared_ptr<RunningJob> self = shared_from_this();
  // The user's coroutine first: what it still holds reports to the execution.
  job_->fail(std::move(error));
  step_.reset();
  leaveDatabase();
}

void RunningJob::endCommit() noexcept {
  if (isCommitting()) execution_->finishCommit();
  if (hasEnded_) return;
  giveUp(makeErrorPointer(ErrorCode::driverFailure,
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
