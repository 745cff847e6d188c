// BptreeInmemDriver: tables in memory, as copy-on-write B+trees.
//
// Thread safety: that of Driver; any thread may take and read snapshots while a writer continues.
#pragma once

#include <memory>

#include <hyperdb/engine/driver.hpp>

namespace hyperdb {

/// MVCC in memory. Every index, hash indexes too, is a copy-on-write B+tree over encoded keys whose leaves hold the
/// rows and whose inner nodes count the rows below them. A transaction forks the roots (O(1)), changes nodes that
/// only it can see in place and copies shared ones, commits by swapping roots, rolls back by dropping them. Every
/// operation completes at once.
///
/// Costs: insert, update, remove O(log n) per index; a scan of one range O(log n) whatever its size.
class BptreeInmemDriver final : public Driver {
 public:
  BptreeInmemDriver();
  BptreeInmemDriver(BptreeInmemDriver&&) noexcept;
  BptreeInmemDriver& operator=(BptreeInmemDriver&&) noexcept;
  ~BptreeInmemDriver() override;

  std::string_view name() const noexcept override { return "memory"; }
  Completion<void> loadTables(std::span<const std::shared_ptr<const TableDef>> tables) override;
  Completion<std::unique_ptr<DriverTransaction>> begin(TransactionMode mode) override;
  bool keepsRowObjects() const noexcept override { return true; }
  DriverCounters counters() const noexcept override;
  void collectGarbage() noexcept override;
  void close() noexcept override;

  /// Returns a snapshot of the last committed state. O(1). Any thread.
  std::shared_ptr<const DriverSnapshot> snapshot() const override;

  /// Returns how many tree nodes are alive in this process: tests assert that it returns to its earlier value.
  static std::int64_t liveNodesCount() noexcept;

 private:
  struct Store;
  std::shared_ptr<Store> store_;
};

}  // namespace hyperdb
