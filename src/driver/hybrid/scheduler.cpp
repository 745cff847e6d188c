#include "driver/hybrid/scheduler.hpp"

namespace hyperdb::detail::hybrid {

namespace {

/// Returns a function that runs only if the owner still exists, and keeps it alive meanwhile.
std::function<void()> whileAlive(std::weak_ptr<void> owner, std::function<void()> function) {
  return [owner = std::move(owner), function = std::move(function)] {
    if (const std::shared_ptr<void> alive = owner.lock()) function();
  };
}

}  // namespace

void Scheduler::attach(Executor& outer) {
  outer_ = &outer;
  forwarding_->connect(outer);
}

void Scheduler::post(std::function<void()> function) const {
  forwarding_->post(whileAlive(owner_, std::move(function)));
}

void Scheduler::postAfter(std::int64_t delayMs, std::shared_ptr<std::atomic<bool>> isDue,
                          std::function<void()> function) {
  if (timer_ == nullptr && !systemTimer_) systemTimer_.emplace();
  Timer& timer = timer_ != nullptr ? *timer_ : *systemTimer_;
  timer.after(delayMs, [forwarding = std::weak_ptr<ForwardingExecutor>(forwarding_), isDue = std::move(isDue),
                        posted = whileAlive(owner_, std::move(function))] {
    isDue->store(true);
    if (const auto executor = forwarding.lock()) executor->post(posted);
  });
}

}  // namespace hyperdb::detail::hybrid
