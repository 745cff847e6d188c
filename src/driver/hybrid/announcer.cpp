#include "driver/hybrid/announcer.hpp"

#include <utility>

namespace hyperdb::detail::hybrid {

void Announcer::announce() noexcept {
  if (isHeld_) return announceLater();
  while (!commits_.empty() && mayTell()) {
    Ops ops = std::move(commits_.front());
    commits_.pop_front();
    host_->onExternalCommit(std::move(ops));
  }
  if (std::exchange(hasUnknown_, false) && mayTell()) host_->onUnknownChange();
}

void Announcer::announceLater() noexcept try {
  scheduler_.post([this] { announce(); });
} catch (...) {
  // No memory to post: live results would stay stale, so the driver crashes.
  status_.crash(unfollowedText, std::current_exception());
}

void Announcer::announceOvertaken(Ops ops, bool isInCommitCall) noexcept {
  if (ops.empty() || !mayTell()) return;
  if (isInCommitCall) return host_->onExternalCommit(std::move(ops));
  try {
    scheduler_.post([this, ops = std::move(ops)] {
      if (mayTell()) host_->onExternalCommit(ops);
    });
  } catch (...) {
    host_->onUnknownChange();
  }
}

void Announcer::announceMerged(Ops overtaken, bool mayMissRows) noexcept {
  if (mayMissRows && mayTell()) return host_->onUnknownChange();
  announceOvertaken(std::move(overtaken), true);
}

}  // namespace hyperdb::detail::hybrid
