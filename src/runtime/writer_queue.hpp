// WriterQueue: one write transaction at a time; further writers queue.
#pragma once

#include <coroutine>
#include <deque>
#include <memory>
#include <utility>

#include <hyperdb/executor.hpp>

namespace hyperdb::detail {

/// Home thread only. A turn ends with its Turn; the next ticket is then called, and takes its turn when the executor
/// resumes it, never from inside that destructor. Until it does, a synchronous call, which can't wait, may go first.
class WriterQueue {
 public:
  /// The right to have the write transaction open. Must not outlive the queue.
  class Turn {
   public:
    Turn() noexcept = default;
    explicit Turn(WriterQueue& queue) noexcept : queue_(&queue) {}
    Turn(Turn&& other) noexcept : queue_(std::exchange(other.queue_, nullptr)) {}
    Turn& operator=(Turn&& other) noexcept {
      std::swap(queue_, other.queue_);
      return *this;
    }
    ~Turn() { release(); }
    void release() noexcept {
      if (auto* queue = std::exchange(queue_, nullptr)) queue->endTurn();
    }

   private:
    WriterQueue* queue_ = nullptr;
  };

  explicit WriterQueue(Executor& executor) noexcept : executor_(executor) {}
  WriterQueue(const WriterQueue&) = delete;
  WriterQueue& operator=(const WriterQueue&) = delete;
  ~WriterQueue();

  /// Returns whether a writer has the turn.
  bool isTaken() const noexcept { return isTaken_; }

 private:
  struct Ticket {
    WriterQueue* queue;
    std::coroutine_handle<> waiting;  // null: cancelled
  };

 public:
  /// Awaited for a Turn. Destroying it while it waits leaves the queue.
  class Awaiter {
   public:
    Awaiter(WriterQueue& queue, bool canWait) noexcept : queue_(queue), canWait_(canWait) {}
    Awaiter(const Awaiter&) = delete;
    Awaiter& operator=(const Awaiter&) = delete;
    ~Awaiter() {
      if (ticket_) ticket_->waiting = nullptr;
    }

    bool await_ready() const noexcept { return !queue_.isTaken_ && (!canWait_ || !queue_.called_); }
    void await_suspend(std::coroutine_handle<> parent) {
      ticket_ = std::make_shared<Ticket>(Ticket{&queue_, parent});
      queue_.queue_.push_back(ticket_);
    }
    Turn await_resume() noexcept {
      ticket_ = nullptr;
      queue_.isTaken_ = true;
      return Turn(queue_);
    }

   private:
    WriterQueue& queue_;
    bool canWait_;
    std::shared_ptr<Ticket> ticket_;
  };

  Awaiter acquire(bool canWait) noexcept { return Awaiter(*this, canWait); }

 private:
  void endTurn() noexcept;
  void callNext() noexcept;
  void resume(const std::shared_ptr<Ticket>& ticket);

  Executor& executor_;
  bool isTaken_ = false;
  std::shared_ptr<Ticket> called_;  // posted; its turn begins when the executor runs it
  std::deque<std::shared_ptr<Ticket>> queue_;
};

}  // namespace hyperdb::detail
