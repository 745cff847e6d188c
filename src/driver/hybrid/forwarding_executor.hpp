// ForwardingExecutor: delivers the primary's completions. Usually the database's executor runs them, in turn with
// everything else; while the database closes, the closing thread runs them itself.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>

#include <hyperdb/executor.hpp>

#include "base/mutex.hpp"

namespace hyperdb::detail::hybrid {

/// Posted functions wait in a queue; for each one a token is posted to the outer executor, and a token runs the next
/// function of the queue. A token that finds the queue empty, because the closing thread has run the function, does
/// nothing. After `disconnect` the outer executor is not used any more, whichever thread posts.
class ForwardingExecutor final : public Executor, public std::enable_shared_from_this<ForwardingExecutor> {
 public:
  /// Connects to the outer executor. Before that, functions run only in `runOne`.
  void connect(Executor& outer);
  /// Drops the queue, and functions posted later.
  void disconnect() noexcept;

  void post(std::function<void()> function) override;
  bool isHomeThread() const noexcept override;

  /// Runs one function if there is one. Home thread.
  bool runOne();
  /// Waits until there is a function to run. Returns false after the timeout, or when no other thread could ever
  /// post.
  bool wait(std::int64_t timeoutMs);

 private:
  mutable Mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> functions_ HYPERDB_GUARDED_BY(mutex_);
  Executor* outer_ HYPERDB_GUARDED_BY(mutex_) = nullptr;
  bool isDisconnected_ HYPERDB_GUARDED_BY(mutex_) = false;
};

}  // namespace hyperdb::detail::hybrid
