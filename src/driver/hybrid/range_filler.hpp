// RangeFiller: HybridDB's way to fill memory: range by range, on demand.
#pragma once

#include <cstddef>
#include <vector>

#include "driver/hybrid/coverage.hpp"
#include "driver/hybrid/filler.hpp"
#include "driver/hybrid/primary_read.hpp"

namespace hyperdb::detail::hybrid {

/// A plan is answerable when memory has all rows in its ranges, or, if it has a limit, enough of them from its start
/// to reach the limit. One read of the primary gets all that is missing, with the plan's order, and the limit less
/// the rows before the first gap. If it returns as many rows as its limit, only the part up to its last row is
/// covered: other rows of that part may have been deleted in memory, so the plan is then checked again.
class RangeFiller final : public Filler {
 public:
  RangeFiller(MemoryTier& memory, const RecentWrites& recent, PrimaryReader& primary, ExternalChanges& changes) noexcept
      : memory_(memory), recent_(recent), primary_(primary), changes_(changes) {}

  Step<void> load() override;
  bool canAnswer(Transaction& transaction, std::size_t slot, const ScanPlan& plan) override;
  Step<FillWork> fillFor(Transaction& transaction, std::size_t slot, const ScanPlan& plan) override;
  bool canWrite(Transaction& transaction, std::size_t slot, const WriteBatch& batch) override;
  Step<void> fillForWrite(Transaction& transaction, std::size_t slot, const WriteBatch& batch) override;
  bool canMerge(std::size_t /*slot*/) const noexcept override { return true; }
  Step<void> fillForMerge(std::size_t slot) override;
  Step<std::size_t> fillTable(std::size_t slot) override;
  std::size_t evictableRows() const noexcept override;
  std::size_t rangesCountMax() const noexcept override;
  std::size_t evictRows() override;
  void evictAll() override;

 private:
  Coverage& covered(std::size_t slot, std::size_t index) noexcept { return coverage_[slot][index]; }
  bool isCovered(Transaction& transaction, std::size_t slot, std::size_t index, const KeyRange& range) noexcept;
  std::size_t rowsLeft(Transaction& transaction, std::size_t slot, const ScanPlan& plan) noexcept;
  ScanPlan missingOf(Transaction& transaction, std::size_t slot, const ScanPlan& plan);
  bool isIdKnown(std::size_t slot, std::string_view id, std::string_view key) const noexcept;
  bool isIdKnown(std::size_t slot, std::string_view id) const;
  bool areKnown(std::size_t slot, const RowSequence& rows) const;
  bool dependsOnOwnWrites(const Transaction& transaction, std::size_t slot, const std::vector<Error>& unfitRows) const;
  ScanPlan uncoveredOf(Transaction& transaction, std::size_t slot, const ScanPlan& plan);
  void noteFound(Transaction& transaction, std::size_t slot, const WriteBatch& batch, ScanPlan& plan,
                 const std::vector<Error>& unfitRows);
  std::vector<KeyRange> unknownIds(Transaction& transaction, std::size_t slot, const WriteBatch& batch,
                                   bool findsFirst);
  std::vector<KeyRange> unknownUnique(Transaction& transaction, std::size_t slot, std::size_t index,
                                      const WriteBatch& batch, bool findsFirst);
  void evictTable(std::size_t slot);
  void addUnknownRows(std::size_t slot, const RowSequence& rows);

  MemoryTier& memory_;
  const RecentWrites& recent_;
  PrimaryReader& primary_;
  ExternalChanges& changes_;
  std::vector<std::vector<Coverage>> coverage_;  ///< by slot and index
};

}  // namespace hyperdb::detail::hybrid
