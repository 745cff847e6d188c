#include <hyperdb/timer.hpp>

#include <map>
#include <utility>

#if defined(__EMSCRIPTEN__) && !defined(__EMSCRIPTEN_PTHREADS__)
#include <emscripten.h>
#else
#include <chrono>
#include <condition_variable>
#include <thread>

#include "base/mutex.hpp"
#include "base/steady_time.hpp"
#endif

#include "base/saturating_time.hpp"

namespace hyperdb {

#if defined(__EMSCRIPTEN__) && !defined(__EMSCRIPTEN_PTHREADS__)

struct SystemTimer::State {};

namespace {

/// A call that was requested from the event loop.
struct Call {
  std::weak_ptr<void> timer;  // a destroyed timer makes no call
  std::function<void()> function;
};

void runCall(void* argument) {
  const std::unique_ptr<Call> call(static_cast<Call*>(argument));
  if (!call->timer.expired()) call->function();
}

}  // namespace

SystemTimer::SystemTimer() : state_(std::make_shared<State>()) {}
SystemTimer::~SystemTimer() = default;

void SystemTimer::after(std::int64_t delayMs, std::function<void()> function) {
  auto call = std::make_unique<Call>(Call{state_, std::move(function)});
  emscripten_async_call(runCall, call.release(), detail::clampedTo<int>(delayMs));
}

#else

struct SystemTimer::State {
  using Time = std::chrono::steady_clock::time_point;

  detail::Mutex mutex;
  std::condition_variable changed;
  std::multimap<Time, std::function<void()>> calls HYPERDB_GUARDED_BY(mutex);
  std::thread thread;  ///< started under the mutex
  bool isEnding HYPERDB_GUARDED_BY(mutex) = false;

  void run() {
    detail::MutexLock lock(mutex);
    while (!isEnding) {
      if (calls.empty()) {
        changed.wait(lock.standardLock());
      } else if (const Time due = calls.begin()->first; std::chrono::steady_clock::now() < due) {
        changed.wait_until(lock.standardLock(), due);
      } else {
        const std::function<void()> function = std::move(calls.begin()->second);
        calls.erase(calls.begin());
        lock.unlock();
        function();
        lock.lock();
      }
    }
  }
};

SystemTimer::SystemTimer() : state_(std::make_shared<State>()) {}

SystemTimer::~SystemTimer() {
  {
    const detail::MutexLock lock(state_->mutex);
    state_->isEnding = true;
  }
  state_->changed.notify_all();
  if (state_->thread.joinable()) state_->thread.join();
}

void SystemTimer::after(std::int64_t delayMs, std::function<void()> function) {
  {
    const detail::MutexLock lock(state_->mutex);
    if (!state_->thread.joinable()) state_->thread = std::thread([state = state_.get()] { state->run(); });
    state_->calls.emplace(detail::steadyTimeAfter(delayMs), std::move(function));
  }
  state_->changed.notify_all();
}

#endif

struct ManualTimer::State {
  std::int64_t nowMs = 0;
  std::multimap<std::int64_t, std::function<void()>> calls;
};

ManualTimer::ManualTimer() : state_(std::make_unique<State>()) {}
ManualTimer::~ManualTimer() = default;

void ManualTimer::after(std::int64_t delayMs, std::function<void()> function) {
  state_->calls.emplace(detail::saturatingAdd(state_->nowMs, delayMs), std::move(function));
}

void ManualTimer::advanceMs(std::int64_t milliseconds) {
  const std::int64_t endMs = detail::saturatingAdd(state_->nowMs, milliseconds);
  while (!state_->calls.empty() && state_->calls.begin()->first <= endMs) {
    const auto first = state_->calls.begin();
    state_->nowMs = first->first;
    const std::function<void()> function = std::move(first->second);
    state_->calls.erase(first);
    function();
  }
  state_->nowMs = endMs;
}

std::size_t ManualTimer::pendingCount() const noexcept { return state_->calls.size(); }

std::int64_t ManualTimer::nextDueMs() const noexcept {
  return state_->calls.empty() ? -1 : state_->calls.begin()->first - state_->nowMs;
}

}  // namespace hyperdb
