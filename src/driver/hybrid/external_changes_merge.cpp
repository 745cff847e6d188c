// Applies the ops that the primary reports to memory.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "driver/hybrid/external_changes.hpp"
#include "key/key_of_id.hpp"

namespace hyperdb::detail::hybrid {

namespace {

/// The effect of the commit on one row.
struct RowChange {
  std::size_t slot;
  const TableDef* table;
  std::string_view id;   ///< a view of a row in the ops
  RowRef before;         ///< as the row's first op reports it
  RowRef after;          ///< as the row's last op reports it
  RowRef inMemory = {};  ///< what `after` replaced in memory
};

/// By id, for each table.
template <class T>
using ById = std::vector<boost::unordered_flat_map<std::string_view, T, TextHash>>;

/// Returns one change for each row, in the order of their first ops. A row that the commit inserted and deleted has
/// none.
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

/// Writes the changes of one table to memory and records what they replaced.
void apply(MemoryTier& memory, RecentWrites& recent, std::size_t slot, const std::vector<RowChange*>& changes) {
  boost::unordered_flat_map<std::string_view, RowChange*, TextHash> byId;
  std::vector<RowRef> rows;
  std::vector<std::string> deletedIds;
  for (RowChange* change : changes) {
    byId.emplace(change->id, change);
    if (change->after) {
      rows.push_back(change->after);
    } else {
      deletedIds.emplace_back(change->id);
    }
  }
  for (const Op& done : memory.merge(slot, rows, deletedIds)) {
    RowChange& change = *byId.find(done.rowId())->second;
    change.inMemory = done.oldRow;
    change.after = done.newRow;
  }
  for (const auto& [id, change] : byId) recent.wroteElsewhere(slot, id);
}

/// Returns the row of an unflushed change; null if that is a deletion.
RowRef unflushedRow(const MemoryTier& memory, const RowChange& change) {
  const RowRef* row = memory.find(change.slot, keyOfId(change.id));
  return row != nullptr ? *row : RowRef();
}

}  // namespace

/// Applies the ops to memory, except those of ids with an unflushed change, and returns the ops to announce. For each
/// row these lead from what the commit replaced, over what memory had (a read may have fetched it from the primary
/// before the report came), to the current row: a live result may show any of these. Throws Error(uniqueViolation),
/// std::bad_alloc: then memory may have applied a part.
Ops ExternalChanges::merge(const Ops& ops) {
  std::vector<RowChange> changes = changesOf(ops, memory_);
  std::vector<std::vector<RowChange*>> applied(memory_.slotsCount());
  for (RowChange& change : changes) {
    if (recent_.isUnflushed(change.slot, change.id)) {
      // A live result may show `before`, which was evicted before the local change was made.
      change.after = unflushedRow(memory_, change);
      if (!change.before || options_.memoryRowsMax == 0) change.before = change.after;
    } else {
      applied[change.slot].push_back(&change);
    }
  }
  for (std::size_t slot = 0; slot < applied.size(); ++slot) {
    if (!applied[slot].empty()) apply(memory_, recent_, slot, applied[slot]);
  }
  Ops announced;
  for (const RowChange& change : changes) {
    if (change.inMemory) appendOp(announced, change.table, change.before, change.inMemory);
    appendOp(announced, change.table, change.inMemory ? change.inMemory : change.before, change.after);
  }
  return announced;
}

void appendOp(Ops& ops, const TableDef* table, const RowRef& before, const RowRef& after) {
  if (before == after || (before && after && table->rowType().equal(*before, *after))) return;
  ops.push_back({!after ? OpType::delete_ : before ? OpType::upsert : OpType::insert, table, before, after});
}

}  // namespace hyperdb::detail::hybrid
