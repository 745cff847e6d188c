// Core: the write-behind cache: memory, the primary, and the parts that keep them consistent.
//
//   Transaction ---> Filler ---> primary reads ---> MemoryTier        fill: rows that memory lacks
//        |
//      commit ---> MemoryTier, RecentWrites ---> Flusher ---> primary  flush: commits
//
//    primary ---> ExternalChanges ---> MemoryTier, HostNotifier ---> host  external commits
//
// Invariants
// 1. Memory has the current state of every id that it *knows*: an id whose row is in memory, that was written recently
//    (RecentWrites), or that is in a covered range of byId. The primary's row of a known id is ignored. So reads need
//    not wait for flushes, and flushes not for reads.
// 2. A range of an index is *covered* if memory has all current rows in it. It becomes covered when the primary was
//    read for it and the rows of unknown ids were added; later writes do not change that.
// 3. An id is known before it is written, and so are the rows that have a unique value before a new row gets it: errors
//    and old rows are the same as in a database with everything in memory.
// 4. When the primary was changed in an unknown way, everything that is flushed is evicted, and reads in progress are
//    discarded: a new *epoch* begins.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include <hyperdb/hybrid_db.hpp>

#include "driver/hybrid/evictor.hpp"
#include "driver/hybrid/primary_read.hpp"
#include "driver/hybrid/table_loader.hpp"
#include "driver/hybrid/transaction.hpp"

namespace hyperdb::detail::hybrid {

/// Makes the parts and connects them, and does what concerns the driver as a whole. It is the host of the primary.
/// Home thread, unless a comment says otherwise.
class Core final : public DriverHost, public std::enable_shared_from_this<Core> {
 public:
  static std::shared_ptr<Core> make(std::unique_ptr<Driver> primary, HybridOptions options, bool isPreloaded);
  Core(std::unique_ptr<Driver> primary, HybridOptions options, bool isPreloaded);
  ~Core();
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;

  // The driver's functions.
  void attach(DriverHost& host);
  Completion<void> loadTables(std::span<const std::shared_ptr<const TableDef>> tables) {
    return loader_.loadTables(tables);
  }
  Completion<void> preloadTables(const std::vector<AnyTable>& tables) { return loader_.preloadTables(tables); }
  Completion<std::unique_ptr<DriverTransaction>> begin(TransactionMode mode);
  /// Returns the sum over memory and primary.
  DriverCounters driverCounters() const noexcept;
  void collectGarbage() noexcept;
  void close() noexcept;

  // DriverHost, for the primary.
  Executor& executor() const noexcept override { return scheduler_.inner(); }
  void onExternalCommit(Ops ops) noexcept override { changes_.onCommit(ops); }
  void onUnknownChange() noexcept override { changes_.onUnknown(); }

  // What the driver asks its parts.
  Driver& primary() const noexcept { return *primary_; }
  const DriverStatus& status() const noexcept { return status_; }
  const HybridCounters& counters() const noexcept { return counters_; }
  Flusher& flusher() noexcept { return flusher_; }

 private:
  std::unique_ptr<Filler> makeFiller(bool isPreloaded);
  void waitForFlush() noexcept;

  // Some parts hold references to later ones, which they use only after all are constructed.
  HybridOptions options_;
  HybridCounters counters_;
  EventReporter events_;
  Scheduler scheduler_;  // outlives the primary, which has a reference to its executor
  std::unique_ptr<Driver> primary_;
  DriverStatus status_;
  MemoryTier memory_;
  RecentWrites recent_;
  HostNotifier notifier_;
  Flusher flusher_;
  PrimaryReader reader_;
  std::unique_ptr<Filler> filler_;
  ExternalChanges changes_;
  TableLoader loader_;
  Evictor evictor_;
  TransactionParts transactionParts_;
  bool isClosing_ = false;
};

}  // namespace hyperdb::detail::hybrid
