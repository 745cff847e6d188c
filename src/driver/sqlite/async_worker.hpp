// Worker: a thread with a session of its own, which does one task after the other.
//
// Thread safety: the public functions belong to the home thread, unless a comment says otherwise.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <thread>

#include <hyperdb/executor.hpp>

#include "base/mutex.hpp"
#include "driver/sqlite/async_task.hpp"
#include "driver/sqlite/session.hpp"

namespace hyperdb::detail::sqlite {

/// Finished tasks on their way to the home thread.
class Outbox {
 public:
  /// Posts `drain` whenever there are tasks to take, once for all of them. Call before any worker is made.
  void connect(Executor& executor, std::function<void()> drain);
  void put(std::unique_ptr<Task> task) noexcept;  ///< a worker's thread
  std::unique_ptr<Task> take() noexcept;          ///< null: empty; the next task posts again

 private:
  Executor* executor_ = nullptr;
  std::function<void()> drain_;
  Mutex mutex_;
  TaskList tasks_ HYPERDB_GUARDED_BY(mutex_);
  bool isPosted_ HYPERDB_GUARDED_BY(mutex_) = false;
};

class Worker {
 public:
  /// Starts the thread. Without a session it opens one that only reads for its first task; if that fails, the task
  /// fails, and the next one tries again. Throws std::system_error. REQUIRES: access and outbox outlive this.
  Worker(FileAccess& access, Outbox& outbox, std::unique_ptr<Session> session);
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  ~Worker();  ///< REQUIRES: `stop` was called. Joins, and closes the session

  void add(std::unique_ptr<Task> task) noexcept;
  /// Ends the lane: returns its tasks that have not begun, stops the running one if it can be stopped, and queues
  /// `end` behind it. Does not affect other lanes.
  TaskList cancel(Lane& lane, std::unique_ptr<Task> end) noexcept;
  /// Ends the thread when the requested commits are done. Returns all other tasks that have not begun; stops the
  /// running one.
  TaskList stop() noexcept;
  /// Waits for the end of the thread. REQUIRES: `stop` was called.
  void join() noexcept;

 private:
  void run() noexcept;
  void perform(Task& task) noexcept;
  void openSession();
  void setGuards() noexcept;
  void stopRunning(Lane& lane) noexcept HYPERDB_REQUIRES(mutex_);
  bool waitForFileLock(int attempt) noexcept;

  FileAccess& access_;
  Outbox& outbox_;
  Mutex mutex_;
  std::condition_variable changed_;
  TaskList queue_ HYPERDB_GUARDED_BY(mutex_);
  /// The running task. Only the worker's thread changes it, under the mutex, so that thread reads it without.
  Task* running_ = nullptr;
  /// As `running_`. Used by the worker's thread only, except by `interrupt`.
  std::unique_ptr<Session> session_;
  bool isStopping_ HYPERDB_GUARDED_BY(mutex_) = false;
  std::chrono::steady_clock::time_point waitsSince_;  ///< for the file's lock
  std::thread thread_;
};

}  // namespace hyperdb::detail::sqlite
