// PrimaryRead: what one filling reads from the primary, in one transaction of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "driver/hybrid/core.hpp"

namespace hyperdb::detail::hybrid {

/// From its start to its end ids that are written meanwhile stay known: see RecentWrites.
class PrimaryRead {
 public:
  explicit PrimaryRead(Core& core) : core_(core), reading_(core.recent()), epoch_(core.epoch()) {}
  PrimaryRead(const PrimaryRead&) = delete;
  PrimaryRead& operator=(const PrimaryRead&) = delete;

  /// The plan lives until the step ends.
  Step<RowSequence> scan(const ScanPlan& plan);
  /// The rows that the last scan left out since they do not fit, if its plan says so.
  const std::vector<Error>& unfitRows() const noexcept { return unfitRows_; }
  /// Nothing, if the primary has no quick way to give keys without rows.
  Step<std::optional<IndexKeys>> scanKeys(const TableDef& table, std::size_t indexNumber);
  /// Whether what was read says nothing about the primary any more.
  bool isStale() const noexcept { return epoch_ != core_.epoch(); }

 private:
  Step<void> begin();

  Core& core_;
  RecentWrites::Reading reading_;
  std::uint64_t epoch_;
  std::unique_ptr<DriverTransaction> transaction_;
  std::vector<Error> unfitRows_;
};

}  // namespace hyperdb::detail::hybrid
