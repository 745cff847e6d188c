// Task: one piece of work that the home thread requests, a worker does, and the home thread delivers. Lane: the tasks
// of one transaction, done in order by one worker.
#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <utility>

#include <hyperdb/completion.hpp>
#include <hyperdb/engine/driver.hpp>

#include "driver/sqlite/session.hpp"
#include "driver/sqlite/write_transaction.hpp"

namespace hyperdb::detail::sqlite {

class AsyncStore;
class Worker;

struct Lane {
  // Home thread.
  Worker* worker = nullptr;   ///< does its tasks; null before a worker is assigned, and after the release
  bool isCommitting = false;  ///< its writes are to be committed, also when the driver is closed meanwhile
  // Any thread.
  std::atomic<bool> isCancelled{false};  ///< the rest was cancelled; set by the home thread
  // The worker's thread.
  std::optional<WriteTransaction> write{};
  bool isReading = false;  ///< the session is in a read transaction of this lane
};

/// Thread safety: belongs to the home thread, then to the worker, then to the home thread again.
class Task {
 public:
  explicit Task(std::shared_ptr<Lane> lane) noexcept : lane_(std::move(lane)) {}
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;
  virtual ~Task() = default;

  Lane& lane() const noexcept { return *lane_; }
  const std::exception_ptr& error() const noexcept { return error_; }
  const DriverCounters& counters() const noexcept { return counters_; }

  /// Does the work; keeps an error for `deliver`. Worker's thread.
  void run(Session& session) noexcept {
    try {
      work(session);
    } catch (...) {
      error_ = std::current_exception();
    }
  }
  /// Fails the task instead of running it.
  void fail(std::exception_ptr error) noexcept { error_ = std::move(error); }
  /// Returns whether it should end as soon as it can. Any thread, while a worker has it.
  bool mustStop() const noexcept { return canBeStopped() && (lane_->isCancelled || !isWanted()); }

  /// Completes the waiting caller, with the error if there is one. Home thread.
  virtual void deliver(AsyncStore& store, std::exception_ptr error) = 0;
  /// Returns false when no caller can see the result any more and the task changes nothing.
  virtual bool isWanted() const noexcept { return true; }
  virtual bool canBeStopped() const noexcept { return true; }
  /// Returns how long it waits for a lock of the file.
  virtual std::int64_t waitMaxMs(std::int64_t busyTimeoutMs) const noexcept { return busyTimeoutMs; }
  /// Returns whether it has no waiter: it is not delivered.
  virtual bool isSilent() const noexcept { return false; }

 protected:
  virtual void work(Session& session) = 0;

  DriverCounters counters_;

 private:
  friend class TaskList;
  std::shared_ptr<Lane> lane_;
  std::exception_ptr error_;
  std::unique_ptr<Task> next_;
};

/// A linked list of tasks. Its functions neither throw nor allocate, so that tasks can be moved anywhere.
class TaskList {
 public:
  TaskList() noexcept = default;
  TaskList(TaskList&& other) noexcept : first_(std::move(other.first_)), last_(std::exchange(other.last_, nullptr)) {}
  TaskList& operator=(TaskList&&) = delete;
  ~TaskList() {
    while (pop() != nullptr) {
    }
  }

  bool empty() const noexcept { return first_ == nullptr; }
  void add(std::unique_ptr<Task> task) noexcept {
    Task* const added = task.get();
    (last_ == nullptr ? first_ : last_->next_) = std::move(task);
    last_ = added;
  }
  void add(TaskList others) noexcept {
    while (std::unique_ptr<Task> task = others.pop()) add(std::move(task));
  }
  /// Removes and returns the first task; null if there is none.
  std::unique_ptr<Task> pop() noexcept {
    std::unique_ptr<Task> task = std::move(first_);
    if (task == nullptr) return task;
    first_ = std::move(task->next_);
    if (first_ == nullptr) last_ = nullptr;
    return task;
  }
  /// Removes and returns the tasks for which `isTaken(task)` is true; the rest stays. Both keep their order.
  template <class Predicate>
  TaskList extractIf(Predicate isTaken) noexcept {
    TaskList taken;
    TaskList all(std::move(*this));
    while (std::unique_ptr<Task> task = all.pop()) (isTaken(*task) ? taken : *this).add(std::move(task));
    return taken;
  }

 private:
  std::unique_ptr<Task> first_;
  Task* last_ = nullptr;
};

/// A task that completes a Completion<T>.
template <class T>
class ResultTask : public Task {
 public:
  ResultTask(std::shared_ptr<Lane> lane, Executor& executor) : Task(std::move(lane)), source_(executor) {}

  Completion<T> completion() const { return source_.completion(); }
  void deliver(AsyncStore& /*store*/, std::exception_ptr error) override {
    if (error) {
      source_.fail(std::move(error));
    } else {
      source_.resolve(std::move(*result_));
    }
  }

 protected:
  CompletionSource<T> source_;
  std::optional<NonVoid<T>> result_;
};

/// Completes the beginning of a transaction: with the transaction or, if there is one, with the error.
inline void completeBegin(CompletionSource<std::unique_ptr<DriverTransaction>>& source,
                          std::unique_ptr<DriverTransaction> transaction, std::exception_ptr error) {
  if (!error) return source.resolve(std::move(transaction));
  transaction = nullptr;
  source.fail(std::move(error));
}

/// `work(session, lane, counters)` returns the result.
template <class T, class Work>
class WorkTask final : public ResultTask<T> {
 public:
  /// `isRead`: it changes nothing, so that it need not run when the completion was dropped.
  WorkTask(std::shared_ptr<Lane> lane, Executor& executor, bool isRead, Work work)
      : ResultTask<T>(std::move(lane), executor), work_(std::move(work)), isRead_(isRead) {}

  bool isWanted() const noexcept override { return !isRead_ || !this->source_.isDropped(); }

 protected:
  void work(Session& session) override { this->result_.emplace(work_(session, this->lane(), this->counters_)); }

 private:
  Work work_;
  bool isRead_;
};

}  // namespace hyperdb::detail::sqlite
