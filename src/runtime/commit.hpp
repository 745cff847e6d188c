// Commit: what a finished transaction reports to observers and subscribers.
#pragma once

#include <cstdint>
#include <memory>

#include <hyperdb/engine/driver.hpp>
#include <hyperdb/traits.hpp>

namespace hyperdb::detail {

struct Commit {
  std::int64_t revision = 0;
  Ops ops;
  Traits traits;
};
using CommitPtr = std::shared_ptr<const Commit>;

/// Receives commits before any callback is called, and brings derived results up to date.
class CommitObserver {
 public:
  virtual ~CommitObserver() = default;
  /// Invalidates derived results. `commit` is null when its writes are unknown: everything may have changed.
  virtual void onCommit(const CommitPtr& commit) noexcept = 0;
  /// Releases results whose time without a user is over.
  virtual void evictExpired() = 0;
  /// Releases everything: the database is closing.
  virtual void onClose() noexcept = 0;
  virtual void addStats(struct StatsParts& stats) const noexcept = 0;
};

}  // namespace hyperdb::detail
