// HostNotifier: notifies the database of external commits.
#pragma once

#include <deque>

#include <hyperdb/engine/driver.hpp>

#include "driver/hybrid/driver_status.hpp"
#include "driver/hybrid/scheduler.hpp"

namespace hyperdb::detail::hybrid {

/// Queues the commits of other writers from when memory has them until the host may be called. Home thread.
class HostNotifier {
 public:
  HostNotifier(Scheduler& scheduler, DriverStatus& status) noexcept : scheduler_(scheduler), status_(status) {}
  HostNotifier(const HostNotifier&) = delete;
  HostNotifier& operator=(const HostNotifier&) = delete;

  void attach(DriverHost& host) noexcept { host_ = &host; }
  /// Stops all notifications: the database is closing.
  void close() noexcept { isClosing_ = true; }
  void detach() noexcept { host_ = nullptr; }

  /// Blocks calls of the host while it exists: a read of the primary is on the stack.
  class Hold {
   public:
    explicit Hold(HostNotifier& notifier) noexcept : notifier_(notifier) { notifier_.isHeld_ = true; }
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;
    ~Hold() { notifier_.isHeld_ = false; }

   private:
    HostNotifier& notifier_;
  };

  /// Adds a commit of another writer; adds a change of unknown content.
  void add(Ops ops) { commits_.push_back(std::move(ops)); }
  void addUnknown() noexcept { hasUnknown_ = true; }
  /// Notifies the host of what was added; now or, while there is a Hold, later.
  void notify() noexcept;
  /// Notifies the host from the executor, never from inside a selector that reads: re-runs and callbacks follow.
  void notifyLater() noexcept;

  /// Notifies the host of ops that precede the commit that has just taken effect. If `isInCommitCall`, the host
  /// queues them until that call has ended.
  void notifyPreceding(Ops ops, bool isInCommitCall) noexcept;
  /// Notifies the host of ops that precede a merge that has taken effect, in a call of `commit`. `mayMissRows`: a
  /// live result may show rows that the merge did not know.
  void notifyMerged(Ops preceding, bool mayMissRows) noexcept;

 private:
  bool canNotify() const noexcept { return host_ != nullptr && !isClosing_; }

  Scheduler& scheduler_;
  DriverStatus& status_;
  DriverHost* host_ = nullptr;
  std::deque<Ops> commits_;
  bool hasUnknown_ = false;  ///< in any order relative to the commits
  bool isHeld_ = false;
  bool isClosing_ = false;
};

}  // namespace hyperdb::detail::hybrid
