#include "driver/hybrid/range_filler.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include <hyperdb/error.hpp>

#include "driver/hybrid/row_ranges.hpp"
#include "driver/hybrid/transaction.hpp"
#include "key/key_of_id.hpp"

namespace hyperdb::detail::hybrid {

Step<void> RangeFiller::load() {
  for (std::size_t slot = coverage_.size(); slot < memory_.slotsCount(); ++slot) {
    coverage_.emplace_back(memory_.def(slot).indexes().size());
  }
  co_return;
}

bool RangeFiller::isCovered(Transaction& transaction, std::size_t slot, std::size_t index,
                            const KeyRange& range) noexcept {
  if (covered(slot, index).covers(range)) return true;
  const Coverage* known = transaction.known(slot, index);
  if (known != nullptr && known->covers(range)) return true;
  // A unique key has at most one row. Only a whole key is found in the tree: the first columns of one are no key.
  return memory_.def(slot).index(index).isUnique() && isPrefix(range) &&
         transaction.memory().table(slot).trees[index].find(range.lower, memory_.work()) != nullptr;
}

bool RangeFiller::canAnswer(Transaction& transaction, std::size_t slot, const ScanPlan& plan) {
  for (const KeyRange& range : plan.ranges) {
    if (isCovered(transaction, slot, plan.indexNumber, range)) continue;
    return plan.limit != ScanPlan::noLimit && rowsLeft(transaction, slot, plan) == 0;
  }
  return true;
}

/// Returns how many rows of the plan's limit are not in memory before the first gap. No allocation.
std::size_t RangeFiller::rowsLeft(Transaction& transaction, std::size_t slot, const ScanPlan& plan) noexcept {
  const memory::Tree& tree = transaction.memory().table(slot).trees[plan.indexNumber];
  const bool isDescending = plan.order == Order::descending;
  std::size_t left = plan.limit;
  for (std::size_t i = 0; i < plan.ranges.size() && left > 0; ++i) {
    const KeyRange& range = plan.ranges[isDescending ? plan.ranges.size() - 1 - i : i];
    const bool isWhole = isCovered(transaction, slot, plan.indexNumber, range);
    const Coverage::Front front = isWhole ? Coverage::Front{range.lower, range.upper, range.unbounded}
                                          : covered(slot, plan.indexNumber).front(range, isDescending);
    left -= std::min(left, countRows(tree, front, memory_.work()));
    if (!isWhole) break;
  }
  return left;
}

/// Returns what must be read to answer the plan; no ranges if nothing is missing.
ScanPlan RangeFiller::missingOf(Transaction& transaction, std::size_t slot, const ScanPlan& plan) {
  ScanPlan missing{&memory_.def(slot), plan.indexNumber, {}, plan.order, plan.limit};
  if (plan.limit != ScanPlan::noLimit) missing.limit = rowsLeft(transaction, slot, plan);
  if (missing.limit == 0) return missing;
  for (const KeyRange& range : plan.ranges) {
    if (isCovered(transaction, slot, plan.indexNumber, range)) continue;
    covered(slot, plan.indexNumber).appendGaps(range, missing.ranges);
  }
  return missing;
}

/// Returns all ranges of the plan that are not covered, as a whole and without a limit.
ScanPlan RangeFiller::uncoveredOf(Transaction& transaction, std::size_t slot, const ScanPlan& plan) {
  ScanPlan missing{&memory_.def(slot), plan.indexNumber, {}, plan.order, ScanPlan::noLimit};
  for (const KeyRange& range : plan.ranges) {
    if (!isCovered(transaction, slot, plan.indexNumber, range)) missing.ranges.push_back(range);
  }
  return missing;
}

/// Throws for a row that does not fit, unless memory has a newer version of it. Returns whether only this transaction
/// has one, because it has replaced or deleted the row.
bool RangeFiller::dependsOnOwnWrites(const Transaction& transaction, std::size_t slot,
                                     const std::vector<Error>& unfitRows) const {
  bool isOwn = false;
  for (const Error& error : unfitRows) {
    if (isIdKnown(slot, error.place().rowId)) continue;
    if (!transaction.hasWritten(slot, error.place().rowId)) throw error;
    isOwn = true;
  }
  return isOwn;
}

Step<FillWork> RangeFiller::fillFor(Transaction& transaction, std::size_t slot, const ScanPlan& plan) {
  FillWork work;
  bool isForItself = false;  // the ranges read are covered for this transaction only
  while (true) {
    ScanPlan missing = isForItself ? uncoveredOf(transaction, slot, plan) : missingOf(transaction, slot, plan);
    if (missing.ranges.empty()) co_return work;
    missing.skipsUnfitRows = true;
    PrimaryRead read(primary_);
    const RowSequence rows = co_await read.scan(missing);
    ++work.readsCount;
    work.rowsCount += rows.size();
    if (read.isStale()) continue;
    addUnknownRows(slot, rows);
    assert(areKnown(slot, rows));
    const bool isOwn = dependsOnOwnWrites(transaction, slot, read.unfitRows());
    if (isForItself) {
      for (KeyRange& range : missing.ranges) transaction.addKnown(slot, missing.indexNumber).add(std::move(range));
    } else if (isOwn) {
      isForItself = true;
    } else {
      coverScanned(covered(slot, missing.indexNumber), missing, rows);
    }
  }
}

/// Adds the rows that memory does not know.
void RangeFiller::addUnknownRows(std::size_t slot, const RowSequence& rows) {
  const TableDef& table = memory_.def(slot);
  std::vector<RowRef> unknown;
  KeyBytes key;
  forEachRow(rows, [&](const RowRef& row) {
    key.clear();
    table.appendIndexKey(byId, *row, key);
    if (!isIdKnown(slot, table.rowType().id(*row), key)) unknown.push_back(row);
  });
  try {
    memory_.fill(slot, unknown);
  } catch (const Error& error) {
    const std::string& id = error.place().rowId;
    if (!changes_.noteContradiction(slot, {id})) changes_.failDamaged(slot, id, error.message());
    throw Error(
        ErrorCode::driverFailure,
        "the primary has a row that contradicts what is in memory; has another process changed it? " + error.message(),
        error.place());
  }
}

bool RangeFiller::isIdKnown(std::size_t slot, std::string_view id, std::string_view key) const noexcept {
  return memory_.find(slot, key) != nullptr || recent_.contains(slot, id) || coverage_[slot][byId].contains(key);
}

/// Checks invariant 2 for rows that were read and added.
bool RangeFiller::areKnown(std::size_t slot, const RowSequence& rows) const {
  bool areAll = true;
  forEachRow(rows,
             [&](const RowRef& row) { areAll = areAll && isIdKnown(slot, memory_.def(slot).rowType().id(*row)); });
  return areAll;
}

bool RangeFiller::isIdKnown(std::size_t slot, std::string_view id) const { return isIdKnown(slot, id, keyOfId(id)); }

std::vector<KeyRange> RangeFiller::unknownIds(Transaction& transaction, std::size_t slot, const WriteBatch& batch,
                                              bool findsFirst) {
  std::vector<KeyRange> unknown;
  if (covered(slot, byId).isWhole()) return unknown;
  const memory::Tree& tree = transaction.memory().table(slot).trees[byId];
  const Coverage* known = transaction.known(slot, byId);
  KeyBytes key;
  forEachId(memory_.def(slot), batch, [&](std::string_view id) {
    if (findsFirst && !unknown.empty()) return;
    keyOfId(id, key);
    const bool isKnown = tree.find(key, memory_.work()) != nullptr || isIdKnown(slot, id, key) ||
                         (known != nullptr && known->contains(key)) || transaction.hasWritten(slot, id) ||
                         transaction.isUnfit(slot, id);
    if (!isKnown) unknown.push_back(KeyRange::prefix(key));
  });
  sortPoints(unknown);
  return unknown;
}

/// Returns the unique values of the new rows whose owner memory does not know.
std::vector<KeyRange> RangeFiller::unknownUnique(Transaction& transaction, std::size_t slot, std::size_t index,
                                                 const WriteBatch& batch, bool findsFirst) {
  std::vector<KeyRange> unknown;
  const TableDef& table = memory_.def(slot);
  if (!table.index(index).isUnique() || covered(slot, index).isWhole()) return unknown;
  const memory::Tree& own = transaction.memory().table(slot).trees[index];
  const memory::Tree& committed = memory_.table(slot).trees[index];
  const Coverage* known = transaction.known(slot, index);
  DriverCounters& work = memory_.work();
  KeyBytes key;
  for (const RowRef& row : batch.rows) {
    if (findsFirst && !unknown.empty()) break;
    key.clear();
    if (!table.appendIndexKey(index, *row, key)) continue;
    const bool isKnown = own.find(key, work) != nullptr || committed.find(key, work) != nullptr ||
                         covered(slot, index).contains(key) || (known != nullptr && known->contains(key));
    if (!isKnown) unknown.push_back(KeyRange::prefix(key));
  }
  sortPoints(unknown);
  return unknown;
}

bool RangeFiller::canWrite(Transaction& transaction, std::size_t slot, const WriteBatch& batch) {
  if (!unknownIds(transaction, slot, batch, true).empty()) return false;
  for (std::size_t index = byId + 1; index < memory_.def(slot).indexes().size(); ++index) {
    if (!unknownUnique(transaction, slot, index, batch, true).empty()) return false;
  }
  return true;
}

Step<void> RangeFiller::fillForWrite(Transaction& transaction, std::size_t slot, const WriteBatch& batch) {
  while (!canWrite(transaction, slot, batch)) {
    PrimaryRead read(primary_);
    for (std::size_t index = byId; index < memory_.def(slot).indexes().size(); ++index) {
      ScanPlan plan{&memory_.def(slot), index, {}, Order::ascending, ScanPlan::noLimit};
      plan.ranges = index == byId ? unknownIds(transaction, slot, batch, false)
                                  : unknownUnique(transaction, slot, index, batch, false);
      if (plan.ranges.empty()) continue;
      plan.skipsUnfitRows = true;
      const RowSequence rows = co_await read.scan(plan);
      if (read.isStale()) break;
      addUnknownRows(slot, rows);
      noteFound(transaction, slot, batch, plan, read.unfitRows());
    }
  }
}

/// Records what the primary was asked for a batch. It is known until the transaction ends: the ids written are known
/// by themselves, and remembering absent ids would have no end. Rows that do not fit can be replaced; their unique
/// values are taken.
void RangeFiller::noteFound(Transaction& transaction, std::size_t slot, const WriteBatch& batch, ScanPlan& plan,
                            const std::vector<Error>& unfitRows) {
  const std::size_t index = plan.indexNumber;
  for (const Error& error : unfitRows) {
    const std::string& id = error.place().rowId;
    if (isIdKnown(slot, id) || transaction.hasWritten(slot, id)) continue;
    bool isInBatch = false;
    forEachId(*plan.table, batch, [&](std::string_view each) { isInBatch = isInBatch || each == id; });
    if (index != byId && !isInBatch) {
      throw Error(ErrorCode::uniqueViolation,
                  "a unique value is held by row \"" + id + "\", which does not fit its table",
                  {plan.table->name(), plan.index().name, {}, {}, {}});
    }
    transaction.noteUnfit(slot, id);
  }
  for (KeyRange& range : plan.ranges) {
    const bool isUnfit = index == byId && transaction.isUnfit(slot, KeyReader(range.lower).readString());
    if (!isUnfit) transaction.addKnown(slot, index).add(std::move(range));
  }
}

Step<void> RangeFiller::fillForMerge(std::size_t /*slot*/) { co_return; }

Step<std::size_t> RangeFiller::fillTable(std::size_t slot) {
  while (true) {
    const TableDef& table = memory_.def(slot);
    ScanPlan plan{&table, byId, {KeyRange::all()}, Order::ascending, ScanPlan::noLimit};
    std::size_t rowsCount = 0;
    if (!covered(slot, byId).isWhole()) {
      plan.skipsUnfitRows = true;
      PrimaryRead read(primary_);
      const RowSequence rows = co_await read.scan(plan);
      if (read.isStale()) continue;
      for (const Error& error : read.unfitRows()) {
        if (!isIdKnown(slot, error.place().rowId)) throw error;
      }
      addUnknownRows(slot, rows);
      rowsCount = rows.size();
    }
    // Every row is in memory, so every index is.
    for (Coverage& each : coverage_[slot]) {
      each.clear();
      each.add(KeyRange::all());
    }
    co_return rowsCount;
  }
}

std::size_t RangeFiller::evictableRows() const noexcept {
  std::size_t count = 0;
  for (std::size_t slot = 0; slot < coverage_.size(); ++slot) {
    if (!coverage_[slot][byId].isWhole()) count += memory_.table(slot).trees[byId].size();
  }
  return count;
}

std::size_t RangeFiller::rangesCountMax() const noexcept {
  std::size_t max = 0;
  for (const std::vector<Coverage>& indexes : coverage_) {
    if (indexes[byId].isWhole()) continue;
    for (const Coverage& each : indexes) max = std::max(max, each.rangesCount());
  }
  return max;
}

std::size_t RangeFiller::evictRows() {
  const std::size_t before = evictableRows();
  for (std::size_t slot = 0; slot < coverage_.size(); ++slot) {
    if (!coverage_[slot][byId].isWhole()) evictTable(slot);
  }
  return before - evictableRows();
}

void RangeFiller::evictAll() {
  for (std::size_t slot = 0; slot < coverage_.size(); ++slot) evictTable(slot);
}

/// Evicts a table, except unflushed rows.
void RangeFiller::evictTable(std::size_t slot) {
  for (Coverage& each : coverage_[slot]) each.clear();
  std::vector<RowRef> kept;
  KeyBytes key;
  recent_.forEach(slot, [&](std::string_view id, bool isUnflushed) {
    const RowRef* row = isUnflushed ? memory_.find(slot, keyOfId(id, key)) : nullptr;
    if (row != nullptr) kept.push_back(*row);
  });
  memory::TableState table;
  table.trees.resize(memory_.def(slot).indexes().size());
  memory_.addRows(slot, table, kept);
  memory_.replaceTable(slot, std::move(table));
}

}  // namespace hyperdb::detail::hybrid
