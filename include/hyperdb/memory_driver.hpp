// BptreeInmemDriver: tables in memory, as copy-on-write B+trees.
//
// Thread safety: that of Driver; snapshots are taken and read by any thread while a writer goes on.
#pragma once

#include <memory>

#include <hyperdb/driver.hpp>

namespace hyperdb {

/// Every index, hash indexes too, is a copy-on-write B+tree over encoded keys whose leaves hold the rows and whose
/// inner nodes count the rows below them. A transaction forks the roots (O(1)), changes nodes that nobody else can
/// see in place and copies the others, commits by swapping roots, rolls back by dropping them. Everything completes
/// at once.
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
  void tidy() noexcept override;
  void close() noexcept override;

  /// The last committed state. O(1). Any thread.
  std::shared_ptr<const DriverSnapshot> snapshot() const override;

  /// Tree nodes alive in this process: tests assert that it returns to where it was.
  static std::int64_t liveNodesCount() noexcept;

 private:
  struct Store;
  std::shared_ptr<Store> store_;
};

}  // namespace hyperdb
