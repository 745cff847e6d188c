// PollTimer: makes a driver poll, at intervals, for commits of other processes.
//
// Thread safety: home thread of the executor.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include <hyperdb/executor.hpp>

namespace hyperdb::detail::sqlite {

class PollTimer {
 public:
  /// Calls `poll` on the executor repeatedly, `intervalMs` after the previous call. Exceptions from it are ignored:
  /// the next command meets the same failure and can report it. REQUIRES: the executor outlives this.
  PollTimer(Executor& executor, std::int64_t intervalMs, std::function<void()> poll);
  PollTimer(const PollTimer&) = delete;
  PollTimer& operator=(const PollTimer&) = delete;
  /// Stops: no further call or post. May be called from inside `poll`.
  ~PollTimer();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace hyperdb::detail::sqlite
