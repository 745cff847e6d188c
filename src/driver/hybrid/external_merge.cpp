#include "driver/hybrid/external_merge.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "driver/hybrid/core.hpp"

namespace hyperdb::detail::hybrid {

namespace {

/// What the commit has done to one row.
struct RowChange {
  std::size_t slot;
  const TableDef* table;
  std::string_view id;   ///< a view of a row in the ops
  RowRef before;         ///< as the row's first op reports it
  RowRef after;          ///< as the row's last op reports it
  RowRef inMemory = {};  ///< what `after` has replaced in memory
};

/// By id, for each table.
template <class T>
using ById = std::vector<boost::unordered_flat_map<std::string_view, T, TextHash>>;

/// One change for each row, in the order of their first ops. A row that the commit inserted and deleted has none.
std::vector<RowChange> changesOf(const Ops& ops, const MemoryTier& memory) {
  std::vector<RowChange> changes;
  ById<std::size_t> places(memory.slotsCount());
  for (const Op& op : ops) {
    const std::optional<std::size_t> slot = memory.findSlot(op.table->name());
    if (!slot) continue;  // a table that is not loaded here
    const auto [place, isNew] = places[*slot].emplace(op.rowId(), changes.size());
    if (isNew) {
      changes.push_back({*slot, op.table, op.rowId(), op.oldRow, op.newRow});
    } else {
      changes[place->second].after = op.newRow;
    }
  }
  std::erase_if(changes, [](const RowChange& change) { return !change.before && !change.after; });
  return changes;
}

/// Writes the changes of one table to memory and notes what they replaced.
void apply(Core& core, std::size_t slot, const std::vector<RowChange*>& changes) {
  boost::unordered_flat_map<std::string_view, RowChange*, TextHash> byId;
  std::vector<RowRef> rows;
  std::vector<std::string> removedIds;
  for (RowChange* change : changes) {
    byId.emplace(change->id, change);
    if (change->after) {
      rows.push_back(change->after);
    } else {
      removedIds.emplace_back(change->id);
    }
  }
  for (const Op& done : core.memory().merge(slot, rows, removedIds)) {
    RowChange& change = *byId.find(done.rowId())->second;
    change.inMemory = done.oldRow;
    change.after = done.newRow;
  }
  for (const auto& [id, change] : byId) core.recent().wroteElsewhere(slot, id);
}

/// The row of an unflushed change; null if that is a deletion.
RowRef unflushedRow(Core& core, const RowChange& change) {
  KeyBytes key;
  KeyWriter(key).appendString(change.id);
  const RowRef* row = core.memory().find(change.slot, key);
  return row != nullptr ? *row : RowRef();
}

}  // namespace

Ops mergeExternal(Core& core, const Ops& ops) {
  std::vector<RowChange> changes = changesOf(ops, core.memory());
  std::vector<std::vector<RowChange*>> applied(core.memory().slotsCount());
  for (RowChange& change : changes) {
    if (core.recent().isUnflushed(change.slot, change.id)) {
      // A live result may show `before`, which a bound on memory has evicted before the local change was made.
      change.after = unflushedRow(core, change);
      if (!change.before || core.options().memoryRowsMax == 0) change.before = change.after;
    } else {
      applied[change.slot].push_back(&change);
    }
  }
  for (std::size_t slot = 0; slot < applied.size(); ++slot) {
    if (!applied[slot].empty()) apply(core, slot, applied[slot]);
  }
  Ops announced;
  for (const RowChange& change : changes) {
    if (change.inMemory) appendOp(announced, change.table, change.before, change.inMemory);
    appendOp(announced, change.table, change.inMemory ? change.inMemory : change.before,
             change.after);
  }
  return announced;
}

void appendOp(Ops& ops, const TableDef* table, const RowRef& before, const RowRef& after) {
  if (before == after || (before && after && table->rowType().equal(*before, *after))) return;
  ops.push_back({!after   ? OpType::remove
                 : before ? OpType::upsert
                          : OpType::insert,
                 table, before, after});
}

void Core::announceOvertaken(Ops ops, bool isInCommitCall) noexcept {
  if (ops.empty() || host_ == nullptr || isClosing_) return;
  if (isInCommitCall) return host_->onExternalCommit(std::move(ops));
  try {
    forwarding_->post([weak = weak_from_this(), ops = std::move(ops)] {
      const auto core = weak.lock();
      if (core && core->host_ != nullptr && !core->isClosing_) core->host_->onExternalCommit(ops);
    });
  } catch (...) {
    host_->onUnknownChange();
  }
}

void Core::announceMerged(Ops overtaken) noexcept {
  // A live result may show rows that were evicted before they were changed: the merge did not know them.
  const bool mayMissRows = counters_.rowsDropped > 0;
  if (mayMissRows && host_ != nullptr && !isClosing_) return host_->onUnknownChange();
  announceOvertaken(std::move(overtaken), true);
}

}  // namespace hyperdb::detail::hybrid
