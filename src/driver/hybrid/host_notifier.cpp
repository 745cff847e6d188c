#include "driver/hybrid/host_notifier.hpp"

#include <utility>

namespace hyperdb::detail::hybrid {

void HostNotifier::notify() noexcept {
  if (isHeld_) return notifyLater();
  while (!commits_.empty() && canNotify()) {
    Ops ops = std::move(commits_.front());
    commits_.pop_front();
    host_->onExternalCommit(std::move(ops));
  }
  if (std::exchange(hasUnknown_, false) && canNotify()) host_->onUnknownChange();
}

void HostNotifier::notifyLater() noexcept try {
  scheduler_.post([this] { notify(); });
} catch (...) {
  // No memory to post: live results would stay stale, so the driver crashes.
  status_.crash(unfollowedText, std::current_exception());
}

void HostNotifier::notifyPreceding(Ops ops, bool isInCommitCall) noexcept {
  if (ops.empty() || !canNotify()) return;
  if (isInCommitCall) return host_->onExternalCommit(std::move(ops));
  try {
    scheduler_.post([this, ops = std::move(ops)] {
      if (canNotify()) host_->onExternalCommit(ops);
    });
  } catch (...) {
    host_->onUnknownChange();
  }
}

void HostNotifier::notifyMerged(Ops preceding, bool mayMissRows) noexcept {
  if (mayMissRows && canNotify()) return host_->onUnknownChange();
  notifyPreceding(std::move(preceding), true);
}

}  // namespace hyperdb::detail::hybrid
