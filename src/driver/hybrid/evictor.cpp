#include "driver/hybrid/evictor.hpp"

#include <algorithm>

namespace hyperdb::detail::hybrid {

void Evictor::evictExcess() noexcept {
  if (options_.memoryRowsMax == 0 || isStopped_ || status_.isCrashed() || memory_.isAnyOpen()) return;
  // Unflushed rows have to stay: counting them too would start evictions that find nothing, again and again.
  const std::size_t rowsCount = filler_.evictableRows();
  const bool hasTooManyRows = rowsCount - std::min(rowsCount, recent_.idsCount()) > options_.memoryRowsMax;
  if (!hasTooManyRows && filler_.rangesCountMax() <= options_.memoryRowsMax) return;
  if (loader_.isLoading()) return;
  try {
    const std::size_t evictedCount = filler_.evictRows();
    counters_.rowsEvicted += evictedCount;
    events_.report([&] { return HybridEvent{.kind = HybridEventKind::evicted, .rowsCount = evictedCount}; });
  } catch (...) {
    // Out of memory: the end of the next transaction tries again.
  }
}

}  // namespace hyperdb::detail::hybrid
