// LookTimer: asks a driver to look, now and then, for what other processes have committed.
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
  /// Calls `look` on the executor, again and again, `intervalMs` after the last call. What it throws is ignored: the
  /// next command meets the same trouble, and has somebody to tell. REQUIRES: the executor outlives this.
  LookTimer(Executor& executor, std::int64_t intervalMs, std::function<void()> look);
  LookTimer(const LookTimer&) = delete;
  LookTimer& operator=(const LookTimer&) = delete;
  /// Nothing is called or posted any more. May come from inside `look`.
  ~LookTimer();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace hyperdb::detail::sqlite
