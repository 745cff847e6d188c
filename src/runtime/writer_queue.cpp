#include "runtime/writer_queue.hpp"

#include <hyperdb/detail/coroutine.hpp>

namespace hyperdb::detail {

WriterQueue::~WriterQueue() {
  // A ticket that was called may still be in the executor's queue.
  if (called_) called_->queue = nullptr;
}

void WriterQueue::endTurn() noexcept {
  isTaken_ = false;
  if (!called_) callNext();
}

void WriterQueue::callNext() noexcept {
  while (!queue_.empty() && !queue_.front()->waiting) queue_.pop_front();
  if (queue_.empty()) return;
  called_ = queue_.front();
  try {
    executor_.post([ticket = called_] {
      if (ticket->queue != nullptr) ticket->queue->resume(ticket);
    });
    queue_.pop_front();
  } catch (...) {
    called_ = nullptr;  // out of memory: the end of the next turn tries again
  }
}

void WriterQueue::resume(const std::shared_ptr<Ticket>& ticket) {
  called_ = nullptr;
  if (!ticket->waiting) {
    if (!isTaken_) callNext();
  } else if (isTaken_) {
    queue_.push_front(ticket);
  } else {
    resumeMarked(ticket->waiting);
  }
}

}  // namespace hyperdb::detail
