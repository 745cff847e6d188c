// Commit: what a finished transaction tells the world.
#pragma once

#include <cstdint>
#include <memory>

#include <hyperdb/driver.hpp>
#include <hyperdb/traits.hpp>

namespace hyperdb::detail {

struct Commit {
  std::int64_t revision = 0;
  Ops ops;
  Traits traits;
};
using CommitPtr = std::shared_ptr<const Commit>;

/// Hears of commits before anybody is called back, and brings derived results up to date.
class CommitObserver {
 public:
  virtual ~CommitObserver() = default;
  /// `commit` is null when nobody can say what it wrote: everything may have changed.
  virtual void onCommit(const CommitPtr& commit) noexcept = 0;
  /// Lets go of what has lived long enough without anybody using it.
  virtual void dropExpired() = 0;
  /// The database closes: let go of everything.
  virtual void onClose() noexcept = 0;
  virtual void addStats(struct StatsParts& stats) const noexcept = 0;
};

}  // namespace hyperdb::detail
