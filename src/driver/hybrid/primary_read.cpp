#include "driver/hybrid/primary_read.hpp"

#include <string>
#include <utility>

namespace hyperdb::detail::hybrid {

Step<void> PrimaryRead::begin() {
  while (transaction_ == nullptr) {
    transaction_ = co_await core_.beginRead();
    if (!core_.takeConflict()) co_return;
    transaction_ = nullptr;
    co_await core_.flushInRead();  // undoes the local change if it is what is impossible
    core_.checkUsable();
  }
}

Step<RowSequence> PrimaryRead::scan(const ScanPlan& plan) {
  const std::int64_t startNs = core_.listens() ? core_.nowNs() : 0;
  co_await begin();
  ++core_.counters().primaryReads;
  ScanResult result = co_await transaction_->scan(plan);
  core_.counters().rowsFilled += result.rows.size();
  unfitRows_ = std::move(result.unfitRows);
  if (core_.listens()) {
    HybridEvent event{HybridEventKind::fill};
    event.table = plan.table->name();
    event.index = plan.index().name;
    for (const KeyRange& range : plan.ranges) {
      event.ranges.push_back(describeRange(range, plan.index().columns.size()));
    }
    event.rowsCount = result.rows.size();
    event.durationNs = core_.nowNs() - startNs;
    core_.emit(event);
  }
  co_return std::move(result.rows);
}

Step<std::optional<IndexKeys>> PrimaryRead::scanKeys(const TableDef& table, std::size_t indexNumber) {
  co_await begin();
  std::optional<Completion<IndexKeys>> keys = transaction_->scanKeys(table, indexNumber);
  if (!keys) co_return std::nullopt;
  ++core_.counters().primaryReads;
  co_return co_await std::move(*keys);
}

}  // namespace hyperdb::detail::hybrid
