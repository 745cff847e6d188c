#include "driver/hybrid/external_changes.hpp"

#include <cassert>

#include "driver/hybrid/filler.hpp"
#include "driver/hybrid/flusher.hpp"
#include "driver/hybrid/transaction.hpp"

namespace hyperdb::detail::hybrid {

void ExternalChanges::onCommit(const Ops& ops) noexcept {
  if (!status_.isUsable()) return;
  ++reportsCount_;
  try {
    Ops merged = merge(ops);
    if (!contradictions_.empty()) contradictions_.clear();
    events_.report([&] { return HybridEvent{.kind = HybridEventKind::externalChange, .rowsCount = ops.size()}; });
    if (!merged.empty()) notifier_.add(std::move(merged));
    notifier_.notify();
  } catch (...) {
    hasConflict_ = flusher_.hasWork();
    onUnknown();
  }
}

void ExternalChanges::onUnknown() noexcept {
  if (!status_.isUsable()) return;
  ++reportsCount_;
  contradictions_.clear();
  try {
    evictAll();
    events_.report([] { return HybridEvent{.kind = HybridEventKind::externalChange}; });
  } catch (...) {
    status_.crash(unfollowedText, std::current_exception());
  }
  notifier_.addUnknown();
  notifier_.notify();
}

void ExternalChanges::rollBack(std::size_t slot, const StoredRow& stored, const Error& refusal) noexcept {
  try {
    const std::string& id = refusal.place().rowId;
    std::vector<RowRef> rows;
    std::vector<std::string> deletedIds;
    if (stored.row) {
      rows.push_back(stored.row);
    } else {
      deletedIds.push_back(id);
    }
    Ops rolledBackOps = memory_.merge(slot, rows, deletedIds);
    if (!rolledBackOps.empty()) notifier_.add(std::move(rolledBackOps));
    events_.report([&] {
      return HybridEvent{
          .kind = HybridEventKind::conflict, .table = memory_.def(slot).name(), .error = refusal.what(), .rowId = id};
    });
    if (stored.isUnfit) return onUnknown();  // memory can't hold it: it is read again
    notifier_.notify();
  } catch (...) {
    onUnknown();  // another unflushed change has the stored unique value: its own flush decides
  }
}

/// Begins a new epoch.
void ExternalChanges::evictAll() {
  ++epoch_;
  recent_.clearFlushed();
  memory_.forEachOpen([](Transaction& transaction) { transaction.clearKnown(); });
  filler_.evictAll();
  memory_.moveReaders();
  // Invariant 4: memory keeps what is not flushed, and nothing else.
  assert(filler_.rangesCountMax() == 0 && filler_.evictableRows() <= recent_.idsCount());
}

bool ExternalChanges::noteContradiction(std::size_t slot, const std::vector<std::string>& ids) {
  const std::size_t countBefore = contradictions_.size();
  for (const std::string& id : ids) contradictions_.emplace(slot, id);
  if (contradictions_.size() == countBefore) return false;
  evictAndNotify();
  return true;
}

void ExternalChanges::failDamaged(std::size_t slot, const std::string& id, const std::string& what) const {
  const std::string& table = memory_.def(slot).name();
  const Error error(ErrorCode::driverFailure,
                    "the primary contradicts itself, also when it is read again, so it is damaged: " + what,
                    {table, {}, {}, id, {}});
  events_.report([&] { return HybridEvent{.kind = HybridEventKind::damaged, .table = table, .error = error.what()}; });
  throw error;
}

void ExternalChanges::evictAndNotify() {
  try {
    evictAll();
  } catch (...) {
    status_.crash(unfollowedText, std::current_exception());
    throw;
  }
  notifier_.addUnknown();
  notifier_.notifyLater();
}

void ExternalChanges::noteUnmerged() noexcept {
  if (!status_.isUsable()) return;
  try {
    evictAndNotify();
    events_.report([] { return HybridEvent{.kind = HybridEventKind::externalChange}; });
  } catch (...) {
    status_.crash(unfollowedText, std::current_exception());
  }
}

}  // namespace hyperdb::detail::hybrid
