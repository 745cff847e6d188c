#include <condition_variable>
#include <deque>
#include <thread>
#include <unordered_set>
#include <utility>

#include <hyperdb/executor.hpp>

#include "base/mutex.hpp"

namespace hyperdb {

struct RunLoop::State {
  mutable detail::Mutex mutex;
  std::condition_variable changed;
  std::deque<std::function<void()>> functions HYPERDB_GUARDED_BY(mutex);
  std::unordered_set<detail::LoopUser*> users HYPERDB_GUARDED_BY(mutex);
  std::thread::id home HYPERDB_GUARDED_BY(mutex) = std::this_thread::get_id();
  bool isStopped HYPERDB_GUARDED_BY(mutex) = false;

  detail::LoopUser* anyUser() const {
    const detail::MutexLock lock(mutex);
    return users.empty() ? nullptr : *users.begin();
  }
};

RunLoop::RunLoop() : state_(std::make_shared<State>()) {}

RunLoop::~RunLoop() {
  while (detail::LoopUser* const user = state_->anyUser()) {
    removeUser(*user);
    user->onLoopDestroyed();
  }
  // Dropped functions may own objects whose destructors post again.
  while (true) {
    std::deque<std::function<void()>> functions;  // destroyed after the lock is released
    const detail::MutexLock lock(state_->mutex);
    if (state_->functions.empty()) return;
    functions.swap(state_->functions);
  }
}

void RunLoop::post(std::function<void()> function) {
  {
    const detail::MutexLock lock(state_->mutex);
    state_->functions.push_back(std::move(function));
  }
  state_->changed.notify_one();
}

bool RunLoop::isHomeThread() const noexcept {
  const detail::MutexLock lock(state_->mutex);
  return state_->home == std::this_thread::get_id();
}

void RunLoop::adoptThread() noexcept {
  const detail::MutexLock lock(state_->mutex);
  state_->home = std::this_thread::get_id();
}

bool RunLoop::runOne(State& state) {
  std::function<void()> function;
  {
    const detail::MutexLock lock(state.mutex);
    if (state.functions.empty()) return false;
    function = std::move(state.functions.front());
    state.functions.pop_front();
  }
  function();
  return true;
}

bool RunLoop::runOne() {
  const std::shared_ptr<State> state = state_;
  return runOne(*state);
}

std::size_t RunLoop::runReady() {
  const std::shared_ptr<State> state = state_;
  std::size_t count = 0;
  while (runOne(*state)) ++count;
  return count;
}

bool RunLoop::runUntil(const std::function<bool()>& done) {
  const std::shared_ptr<State> state = state_;
  while (!done()) {
    if (runOne(*state)) continue;
    detail::MutexLock lock(state->mutex);
    state->changed.wait(lock.standardLock(), [&state]() HYPERDB_REQUIRES(state->mutex) {
      return !state->functions.empty() || state->isStopped;
    });
    if (state->functions.empty() && std::exchange(state->isStopped, false)) return false;
  }
  return true;
}

void RunLoop::addUser(detail::LoopUser& user) {
  const detail::MutexLock lock(state_->mutex);
  state_->users.insert(&user);
}

void RunLoop::removeUser(detail::LoopUser& user) noexcept {
  const detail::MutexLock lock(state_->mutex);
  state_->users.erase(&user);
}

void RunLoop::stop() {
  {
    const detail::MutexLock lock(state_->mutex);
    state_->isStopped = true;
  }
  state_->changed.notify_all();
}

}  // namespace hyperdb
