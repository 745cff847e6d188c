// Evictor: keeps the number of rows in memory below the user's bound.
#pragma once

#include <hyperdb/hybrid_db.hpp>

#include "driver/hybrid/table_loader.hpp"

namespace hyperdb::detail::hybrid {

/// Home thread.
class Evictor {
 public:
  Evictor(const MemoryTier& memory, const RecentWrites& recent, Filler& filler, const TableLoader& loader,
          const DriverStatus& status, const EventReporter& events, HybridCounters& counters,
          const HybridOptions& options) noexcept
      : memory_(memory),
        recent_(recent),
        filler_(filler),
        loader_(loader),
        status_(status),
        events_(events),
        counters_(counters),
        options_(options) {}
  Evictor(const Evictor&) = delete;
  Evictor& operator=(const Evictor&) = delete;

  /// Evicts rows if there are more in memory than `memoryRowsMax`, no transaction is open, and no table is being
  /// loaded. Called when a transaction has ended.
  void evictExcess() noexcept;
  /// Evicts nothing from now on: the database is closing.
  void stop() noexcept { isStopped_ = true; }

 private:
  const MemoryTier& memory_;
  const RecentWrites& recent_;
  Filler& filler_;
  const TableLoader& loader_;
  const DriverStatus& status_;
  const EventReporter& events_;
  HybridCounters& counters_;
  const HybridOptions& options_;
  bool isStopped_ = false;
};

}  // namespace hyperdb::detail::hybrid
