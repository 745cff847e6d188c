// LookTimer: makes a driver look, at intervals, for commits of other processes.
//
// Thread safety: home thread of the executor.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include <hyperdb/executor.hpp>

namespace hyperdb::detail::sqlite {

class LookTimer {
 public:
  /// Calls `look` on the executor repeatedly, `intervalMs` after the previous call. Exceptions from it are ignored:
  /// the next command meets the same failure and can report it. REQUIRES: the executor outlives this.
  LookTimer(Executor& executor, std::int64_t intervalMs, std::function<void()> look);
  LookTimer(const LookTimer&) = delete;
  LookTimer& operator=(const LookTimer&) = delete;
  /// Stops: no further call or post. May be called from inside `look`.
  ~LookTimer();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace hyperdb::detail::sqlite
