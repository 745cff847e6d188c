#include "driver/sqlite/async_worker.hpp"

#include <algorithm>
#include <utility>

#include "value/error_pointer.hpp"

namespace hyperdb::detail::sqlite {

namespace {

// The number of SQLite's virtual machine instructions between two calls of the progress handler: some tens of
// microseconds.
constexpr int stepsBetweenQuestions = 1000;

/// Returns the delay before the file's lock is tried again: other processes hold it for a moment, or for long.
std::chrono::milliseconds delayBefore(int attempt) noexcept {
  return std::chrono::milliseconds(attempt < 5 ? 1 << attempt : 25);
}

}  // namespace

void Outbox::connect(Executor& executor, std::function<void()> drain) {
  executor_ = &executor;
  drain_ = std::move(drain);
}

void Outbox::put(std::unique_ptr<Task> task) noexcept {
  {
    const MutexLock lock(mutex_);
    tasks_.add(std::move(task));
    if (std::exchange(isPosted_, true)) return;
  }
  try {
    executor_->post(drain_);
  } catch (...) {
    const MutexLock lock(mutex_);
    isPosted_ = false;  // out of memory: the next task is delivered along with this one
  }
}

std::unique_ptr<Task> Outbox::take() noexcept {
  const MutexLock lock(mutex_);
  std::unique_ptr<Task> task = tasks_.pop();
  if (task == nullptr) isPosted_ = false;
  return task;
}

Worker::Worker(FileAccess& access, Outbox& outbox, std::unique_ptr<Session> session)
    : access_(access), outbox_(outbox), session_(std::move(session)) {
  if (session_ != nullptr) setGuards();
  thread_ = std::thread([this] { run(); });
}

Worker::~Worker() { join(); }

void Worker::join() noexcept {
  if (thread_.joinable()) thread_.join();
}

void Worker::add(std::unique_ptr<Task> task) noexcept {
  {
    const MutexLock lock(mutex_);
    queue_.add(std::move(task));
  }
  changed_.notify_one();
}

TaskList Worker::cancel(Lane& lane, std::unique_ptr<Task> end) noexcept {
  const MutexLock lock(mutex_);
  lane.isCancelled = true;
  TaskList dropped = queue_.extractIf([&lane](const Task& task) { return &task.lane() == &lane; });
  queue_.add(std::move(end));
  stopRunning(lane);
  return dropped;
}

TaskList Worker::stop() noexcept {
  const MutexLock lock(mutex_);
  isStopping_ = true;
  TaskList dropped = queue_.extractIf([](const Task& task) { return !task.isSilent() && !task.lane().isCommitting; });
  if (running_ != nullptr && !running_->lane().isCommitting) {
    running_->lane().isCancelled = true;
    stopRunning(running_->lane());
  }
  changed_.notify_one();
  return dropped;
}

/// Interrupts the running task. The worker needs it to begin the next task, and SQLite
/// forgets an interruption when the next statement begins: so the interruption can't reach the next transaction. It
/// is not sufficient, since it may come between two statements; the guards catch that.
void Worker::stopRunning(Lane& lane) noexcept {
  if (running_ != nullptr && &running_->lane() == &lane && running_->canBeStopped() && session_ != nullptr) {
    session_->interrupt();
  }
  changed_.notify_one();
}

void Worker::run() noexcept {
  MutexLock lock(mutex_);
  while (true) {
    changed_.wait(lock.standardLock(), [this]() HYPERDB_REQUIRES(mutex_) { return !queue_.empty() || isStopping_; });
    std::unique_ptr<Task> task = queue_.pop();
    if (task == nullptr) return;
    running_ = task.get();
    lock.unlock();
    perform(*task);
    lock.lock();
    running_ = nullptr;
    lock.unlock();
    if (!task->isSilent()) outbox_.put(std::move(task));
    task = nullptr;
    lock.lock();
  }
}

void Worker::perform(Task& task) noexcept {
  if (task.mustStop()) {
    return task.fail(makeErrorPointer(ErrorCode::cancelled, "the operation was cancelled"));
  }
  if (session_ == nullptr && task.isSilent()) return;  // it ends a transaction that was not begun
  try {
    if (session_ == nullptr) openSession();
  } catch (...) {
    return task.fail(std::current_exception());
  }
  task.run(*session_);
}

void Worker::openSession() {
  auto session = std::make_unique<Session>(access_, Session::Kind::reads);
  const MutexLock lock(mutex_);
  session_ = std::move(session);
  setGuards();
}

/// Installs handlers that SQLite calls now and then, so that a task stops when it must, whatever it is doing.
void Worker::setGuards() noexcept {
  sqlite3* const handle = session_->connection().handle();
  sqlite3_progress_handler(
      handle, stepsBetweenQuestions,
      [](void* self) {
        const Task* running = static_cast<Worker*>(self)->running_;
        return running != nullptr && running->mustStop() ? 1 : 0;
      },
      this);
  sqlite3_busy_handler(
      handle, [](void* self, int attempt) { return static_cast<Worker*>(self)->waitForFileLock(attempt) ? 1 : 0; },
      this);
}

/// Waits before the next try. Returns whether to try again.
bool Worker::waitForFileLock(int attempt) noexcept {
  using Milliseconds = std::chrono::milliseconds;
  const auto now = std::chrono::steady_clock::now();
  if (attempt == 0) waitsSince_ = now;
  if (running_ == nullptr) return false;
  const Milliseconds left = Milliseconds(running_->waitMaxMs(access_.options.busyTimeoutMs)) -
                            std::chrono::floor<Milliseconds>(now - waitsSince_);
  if (left.count() <= 0) return false;
  MutexLock lock(mutex_);
  return !changed_.wait_for(lock.standardLock(), std::min(left, delayBefore(attempt)),
                            [this] { return running_->mustStop(); });
}

}  // namespace hyperdb::detail::sqlite
