// TableLoader: loads tables into the primary and into memory, and preloads them.
#pragma once

#include <cstddef>
#include <exception>
#include <list>
#include <memory>
#include <span>
#include <vector>

#include <hyperdb/hybrid_db.hpp>

#include "async/detached_step.hpp"
#include "driver/hybrid/filler.hpp"
#include "driver/hybrid/flusher.hpp"

namespace hyperdb::detail::hybrid {

/// Home thread.
class TableLoader {
 public:
  TableLoader(Driver& primary, MemoryTier& memory, RecentWrites& recent, Filler& filler, Flusher& flusher,
              const Scheduler& scheduler, const DriverStatus& status, const EventReporter& events) noexcept
      : primary_(primary),
        memory_(memory),
        recent_(recent),
        filler_(filler),
        flusher_(flusher),
        scheduler_(scheduler),
        status_(status),
        events_(events) {}
  TableLoader(const TableLoader&) = delete;
  TableLoader& operator=(const TableLoader&) = delete;

  Completion<void> loadTables(std::span<const std::shared_ptr<const TableDef>> tables);
  Completion<void> preloadTables(const std::vector<AnyTable>& tables);
  /// Returns whether tables are being loaded or preloaded.
  bool isLoading() const noexcept;
  /// Stops all loads; their completions fail with the error.
  void stop(const std::exception_ptr& error) noexcept;

 private:
  /// The loading or preloading of tables.
  struct Load {
    explicit Load(Executor& executor) : end(executor) {}
    CompletionSource<void> end;
    DetachedStep step;
  };

  Step<void> load(std::vector<std::shared_ptr<const TableDef>> tables);
  Step<void> preload(std::vector<std::size_t> slots);
  Completion<void> start(Step<void> step);

  Driver& primary_;
  MemoryTier& memory_;
  RecentWrites& recent_;
  Filler& filler_;
  Flusher& flusher_;
  const Scheduler& scheduler_;
  const DriverStatus& status_;
  const EventReporter& events_;
  std::list<Load> loads_;
};

}  // namespace hyperdb::detail::hybrid
