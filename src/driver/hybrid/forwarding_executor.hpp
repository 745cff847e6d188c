// ForwardingExecutor: where the primary's completions come. Usually the database's executor runs them, in turn with
// everything else; while the database closes, the closing thread runs them itself.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>

#include <hyperdb/executor.hpp>

#include "value/mutex.hpp"

namespace hyperdb::detail::hybrid {

/// What is posted waits in a queue of its own; for each of them a token is posted to the outer executor, that runs the
/// next of the queue. A token that finds nothing, because someone else has run it, does nothing. The outer executor is
/// not used any more after `disconnect`, whoever posts.
class ForwardingExecutor final : public Executor, public std::enable_shared_from_this<ForwardingExecutor> {
 public:
  /// Until this nothing is run unless `runOne` is called.
  void connect(Executor& outer);
  /// Drops what is in the queue and what is posted later.
  void disconnect() noexcept;

  void post(std::function<void()> function) override;
  bool isHomeThread() const noexcept override;

  /// Runs one function if there is one. Home thread.
  bool runOne();
  /// Waits until there is a function to run. Returns false when the time is over before, or when nothing else than this
  /// thread could ever post.
  bool wait(std::int64_t timeoutMs);

 private:
  mutable Mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> functions_ HYPERDB_GUARDED_BY(mutex_);
  Executor* outer_ HYPERDB_GUARDED_BY(mutex_) = nullptr;
  bool isDisconnected_ HYPERDB_GUARDED_BY(mutex_) = false;
};

}  // namespace hyperdb::detail::hybrid
