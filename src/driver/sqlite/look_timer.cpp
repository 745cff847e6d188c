#include "driver/sqlite/look_timer.hpp"

#include <utility>

#include <hyperdb/timer.hpp>

namespace hyperdb::detail::sqlite {

struct LookTimer::State : std::enable_shared_from_this<State> {
  State(Executor& itsExecutor, std::int64_t milliseconds, std::function<void()> itsLook)
      : executor(itsExecutor), intervalMs(milliseconds), look(std::move(itsLook)) {}

  void schedule() {
    timer.after(intervalMs, [&posted = executor, weak = weak_from_this()] {
      posted.post([weak] {
        if (const std::shared_ptr<State> state = weak.lock()) state->lookNow();
      });
    });
  }

  void lookNow() {
    if (isOver) return;
    try {
      look();
    } catch (...) {
      // See the constructor of LookTimer.
    }
    if (!isOver) schedule();
  }

  Executor& executor;
  std::int64_t intervalMs;
  std::function<void()> look;
  bool isOver = false;
  SystemTimer timer;
};

LookTimer::LookTimer(Executor& executor, std::int64_t intervalMs, std::function<void()> look)
    : state_(std::make_shared<State>(executor, intervalMs, std::move(look))) {
  state_->schedule();
}

LookTimer::~LookTimer() { state_->isOver = true; }

}  // namespace hyperdb::detail::sqlite
