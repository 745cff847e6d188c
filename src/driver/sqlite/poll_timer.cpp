#include "driver/sqlite/poll_timer.hpp"

#include <utility>

#include <hyperdb/timer.hpp>

namespace hyperdb::detail::sqlite {

struct PollTimer::State : std::enable_shared_from_this<State> {
  State(Executor& itsExecutor, std::int64_t milliseconds, std::function<void()> itsPoll)
      : executor(itsExecutor), intervalMs(milliseconds), poll(std::move(itsPoll)) {}

  void schedule() {
    timer.after(intervalMs, [&posted = executor, weak = weak_from_this()] {
      posted.post([weak] {
        if (const std::shared_ptr<State> state = weak.lock()) state->pollNow();
      });
    });
  }

  void pollNow() {
    if (isOver) return;
    try {
      poll();
    } catch (...) {
      // See the constructor of PollTimer.
    }
    if (!isOver) schedule();
  }

  Executor& executor;
  std::int64_t intervalMs;
  std::function<void()> poll;
  bool isOver = false;
  SystemTimer timer;
};

PollTimer::PollTimer(Executor& executor, std::int64_t intervalMs, std::function<void()> poll)
    : state_(std::make_shared<State>(executor, intervalMs, std::move(poll))) {
  state_->schedule();
}

PollTimer::~PollTimer() { state_->isOver = true; }

}  // namespace hyperdb::detail::sqlite
