#include "driver/hybrid/primary_read.hpp"

#include <string>
#include <utility>

#include "driver/hybrid/flusher.hpp"

namespace hyperdb::detail::hybrid {

// The reader may be a selector: the host is not notified while it is on the stack.

Completion<std::unique_ptr<DriverTransaction>> PrimaryReader::startBegin() {
  const HostNotifier::Hold hold(notifier_);
  return primary_.beginReported();
}

Completion<void> PrimaryReader::startFlush() {
  const HostNotifier::Hold hold(notifier_);
  return flusher_.flushNow();
}

/// Begins to read. Before it completes, memory has the external commits that are in the snapshot of the read.
Step<std::unique_ptr<DriverTransaction>> PrimaryReader::begin() {
  for (;;) {
    std::unique_ptr<DriverTransaction> transaction = co_await startBegin();
    if (!changes_.takeConflict()) co_return std::move(transaction);
    transaction = nullptr;
    co_await startFlush();  // rolls back the local change if the primary refuses that one
    status_.checkUsable();
  }
}

Step<RowSequence> PrimaryRead::scan(const ScanPlan& plan) {
  const std::int64_t startNs = reader_.events_.startNs();
  if (transaction_ == nullptr) transaction_ = co_await reader_.begin();
  ++reader_.counters_.primaryReads;
  ScanResult result = co_await transaction_->scan(plan);
  reader_.counters_.rowsFilled += result.rows.size();
  unfitRows_ = std::move(result.unfitRows);
  reader_.events_.report([&] {
    HybridEvent event{.kind = HybridEventKind::fill, .table = plan.table->name(), .index = plan.index().name};
    for (const KeyRange& range : plan.ranges) {
      event.ranges.push_back(describeRange(range, plan.index().columns.size()));
    }
    event.rowsCount = result.rows.size();
    event.durationNs = steadyNowNs() - startNs;
    return event;
  });
  reader_.status_.checkUsable();
  co_return std::move(result.rows);
}

Step<std::optional<IndexKeys>> PrimaryRead::scanKeys(const TableDef& table, std::size_t indexNumber) {
  if (transaction_ == nullptr) transaction_ = co_await reader_.begin();
  std::optional<Completion<IndexKeys>> asked = transaction_->scanKeys(table, indexNumber);
  if (!asked) co_return std::nullopt;
  ++reader_.counters_.primaryReads;
  std::optional<IndexKeys> keys = co_await *std::move(asked);
  reader_.status_.checkUsable();
  co_return keys;
}

}  // namespace hyperdb::detail::hybrid
