#include "runtime/writer_queue.hpp"

#include <hyperdb/detail/coroutine.hpp>

namespace hyperdb::detail {

WriterQueue::~WriterQueue() {
  // A ticket that was called may still be in the executor's queue.
  if (calledUp_) calledUp_->queue = nullptr;
}

void WriterQueue::endTurn() noexcept {
  isTaken_ = false;
  if (!calledUp_) callNext();
}

void WriterQueue::callNext() noexcept {
  while (!line_.empty() && !line_.front()->waiting) line_.pop_front();
  if (line_.empty()) return;
  calledUp_ = line_.front();
  try {
    executor_.post([ticket = calledUp_] {
      if (ticket->queue != nullptr) ticket->queue->takeUp(ticket);
    });
    line_.pop_front();
  } catch (...) {
    calledUp_ = nullptr;  // out of memory: the end of the next turn tries again
  }
}

void WriterQueue::takeUp(const std::shared_ptr<Ticket>& ticket) {
  calledUp_ = nullptr;
  if (!ticket->waiting) {
    if (!isTaken_) callNext();
  } else if (isTaken_) {
    line_.push_front(ticket);
  } else {
    resumeMarked(ticket->waiting);
  }
}

}  // namespace hyperdb::detail
