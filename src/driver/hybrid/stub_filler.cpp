#include "driver/hybrid/stub_filler.hpp"

#include <algorithm>
#include <cassert>
#include <string>
#include <utility>

#include <hyperdb/error.hpp>

#include "driver/hybrid/row_ranges.hpp"
#include "driver/hybrid/stub_row.hpp"
#include "driver/hybrid/stub_table.hpp"
#include "driver/hybrid/transaction.hpp"
#include "driver/memory/tree_cursor.hpp"
#include "key/key_of_id.hpp"

namespace hyperdb::detail::hybrid {
namespace {

/// Up to this many rows are checked each time instead of remembered.
constexpr std::size_t fewRows = 4;

/// Gives up after this many reads whose rows contradict the keys.
constexpr int failuresMax = 3;

KeyRange idRange(std::string_view id) { return KeyRange::prefix(keyOfId(id)); }

/// Returns the keys of one index of these rows, as a primary would return them. A row's number is its position.
IndexKeys keysOfRows(const TableDef& table, std::size_t index, const RowSequence& rows) {
  struct Item {
    std::size_t offset;
    std::size_t size;
    std::int64_t row;
  };
  std::vector<Item> items;
  items.reserve(rows.size());
  KeyBytes bytes;
  std::int64_t number = 0;
  forEachRow(rows, [&](const RowRef& row) {
    const std::size_t offset = bytes.size();
    if (table.appendIndexKey(index, *row, bytes)) items.push_back({offset, bytes.size() - offset, number});
    ++number;
  });
  const auto keyOf = [&bytes](const Item& item) { return std::string_view(bytes).substr(item.offset, item.size); };
  std::sort(items.begin(), items.end(), [&](const Item& a, const Item& b) { return keyOf(a) < keyOf(b); });
  IndexKeys keys;
  keys.bytes.reserve(bytes.size());
  keys.entries.reserve(items.size());
  for (const Item& item : items) {
    keys.bytes += keyOf(item);
    keys.entries.push_back({keys.bytes.size(), item.row});
  }
  return keys;
}

}  // namespace

Step<void> StubFiller::load() {
  for (std::size_t slot = tables_.size(); slot < memory_.slotsCount(); ++slot) {
    tables_.push_back({std::vector<Coverage>(memory_.def(slot).indexes().size()), true});
  }
  for (std::size_t slot = 0; slot < tables_.size(); ++slot) co_await readKeys(slot);
}

/// Builds the trees of a table whose keys are not known.
Step<void> StubFiller::readKeys(std::size_t slot) {
  while (tables_[slot].isStale) {
    const std::int64_t startNs = events_.startNs();
    PrimaryRead read(primary_);
    const std::vector<IndexKeys> keys = co_await keysOf(read, memory_.def(slot));
    if (read.isStale() || !tables_[slot].isStale) continue;
    memory_.fillTable(slot, build(slot, keys));
    for (Coverage& each : tables_[slot].loaded) each.clear();
    tables_[slot].isStale = false;
    tables_[slot].keysCount = keys[byId].entries.size();
    tables_[slot].rowsRead = 0;
    events_.report([&] {
      return HybridEvent{.kind = HybridEventKind::preloaded,
                         .table = memory_.def(slot).name(),
                         .rowsCount = keys[byId].entries.size(),
                         .durationNs = steadyNowNs() - startNs};
    });
  }
}

Step<std::vector<IndexKeys>> StubFiller::keysOf(PrimaryRead& read, const TableDef& table) {
  std::vector<IndexKeys> keys;
  for (std::size_t index = 0; index < table.indexes().size(); ++index) {
    std::optional<IndexKeys> found = co_await read.scanKeys(table, index);
    if (!found) break;
    keys.push_back(*std::move(found));
  }
  if (keys.size() < table.indexes().size()) {
    keys.clear();
    const ScanPlan plan{&table, byId, {KeyRange::all()}, Order::ascending, ScanPlan::noLimit};
    const RowSequence rows = co_await read.scan(plan);
    for (std::size_t index = 0; index < table.indexes().size(); ++index) {
      keys.push_back(keysOfRows(table, index, rows));
    }
  }
  co_return keys;
}

/// Builds the trees of stubs from the keys, with the rows that were written since the keys were read.
memory::TableState StubFiller::build(std::size_t slot, const std::vector<IndexKeys>& keys) const {
  const TableDef& table = memory_.def(slot);
  memory::TableState state;
  try {
    StubTable::IsWanted isOld;
    if (recent_.hasAny(slot)) isOld = [&](std::string_view id) { return !recent_.contains(slot, id); };
    const StubTable stubs(keys[byId], isOld);
    state.trees.push_back(stubs.byIdTree());
    while (state.trees.size() < keys.size()) state.trees.push_back(stubs.treeOf(keys[state.trees.size()]));
  } catch (const Error& error) {
    throw Error(ErrorCode::driverFailure, "the primary gives keys that can't be: " + error.message(),
                {table.name(), table.index(state.trees.size()).name, {}, {}, {}});
  }
  std::vector<RowRef> newer;
  recent_.forEach(slot, [&](std::string_view id, bool) {
    const RowRef* row = memory_.find(slot, idRange(id).lower);
    if (row != nullptr) newer.push_back(*row);
  });
  memory_.addRows(slot, state, newer);
  return state;
}

/// Returns whether there may be a stub among the first `rowsMax` rows of the range. Few rows are checked one by one.
bool StubFiller::mayHaveStub(const memory::Tree& tree, const KeyRange& range, bool isDescending,
                             std::size_t rowsMax) const noexcept {
  DriverCounters& work = memory_.work();
  if (tree.empty() || range.empty()) return false;
  const std::size_t first = tree.lowerBound(range.lower, work).rank;
  const std::size_t end = range.unbounded ? tree.size() : tree.lowerBound(range.upper, work).rank;
  const std::size_t count = std::min(end - first, rowsMax);
  if (count > fewRows) return true;
  for (std::size_t i = 0; i < count; ++i) {
    const memory::TreePlace place = tree.at(isDescending ? end - 1 - i : first + i);
    if (isStub(*place.leaf->rows()[place.position])) return true;
  }
  return false;
}

bool StubFiller::canAnswer(Transaction& transaction, std::size_t slot, const ScanPlan& plan) {
  const Table& table = tables_[slot];
  if (table.isStale) return false;
  if (plan.onlyCounts) return true;
  const memory::Tree& tree = transaction.memory().table(slot).trees[plan.indexNumber];
  const Coverage& loaded = table.loaded[plan.indexNumber];
  const bool isDescending = plan.order == Order::descending;
  const bool isLimited = plan.limit != ScanPlan::noLimit;
  std::size_t left = plan.limit;
  for (std::size_t i = 0; i < plan.ranges.size() && left > 0; ++i) {
    const KeyRange& range = plan.ranges[isDescending ? plan.ranges.size() - 1 - i : i];
    if (loaded.covers(range) || !mayHaveStub(tree, range, isDescending, left)) {
      if (!isLimited) continue;
      left -= std::min(left, countRows(tree, {range.lower, range.upper, range.unbounded}, memory_.work()));
    } else {
      return isLimited && countRows(tree, loaded.front(range, isDescending), memory_.work()) >= left;
    }
  }
  return true;
}

Step<FillWork> StubFiller::fillFor(Transaction& transaction, std::size_t slot, const ScanPlan& plan) {
  FillWork work;
  for (Attempt attempt;;) {
    co_await readKeys(slot);
    if (plan.onlyCounts) co_return work;
    const RowSequence rows = transaction.memory().scan(plan).get().rows;
    Ids ids = stubsIn(rows);
    if (ids.empty()) {
      if (!transaction.mayHaveCoveredStubs()) noteLoaded(slot, plan, rows);
      co_return work;
    }
    if (!mayRead(slot, attempt, ids)) continue;
    ++work.readsCount;
    std::vector<Error> unfitRows;
    work.rowsCount += co_await readRows(slot, std::move(ids), unfitRows);
    if (!unfitRows.empty()) throw unfitRows.front();
  }
}

/// Returns whether to read the rows of these stubs. If stubs of the same state were read before, and some are left,
/// the primary does not have the rows that its keys promise: then the keys are read again, `failuresMax` times at
/// most.
bool StubFiller::mayRead(std::size_t slot, Attempt& attempt, const Ids& stubs) {
  if (attempt.movesCount != memory_.movesCount()) {
    attempt.movesCount = memory_.movesCount();
    return true;
  }
  if (++attempt.failuresCount >= failuresMax) {
    throw Error(ErrorCode::driverFailure,
                "the primary does not have the rows that its keys promise; has another process changed it?",
                {memory_.def(slot).name(), {}, {}, {}, {}});
  }
  std::vector<std::string> ids;
  for (const KeyRange& stub : stubs) ids.push_back(KeyReader(stub.lower).readString());
  if (changes_.noteContradiction(slot, ids)) return false;
  changes_.failDamaged(slot, ids.front(), "a row does not have its index keys");
}

/// Replaces stubs by their rows. Rows that do not fit keep their stubs, and are added to `unfitRows`.
Step<std::size_t> StubFiller::readRows(std::size_t slot, Ids ids, std::vector<Error>& unfitRows) {
  ScanPlan plan{&memory_.def(slot), byId, std::move(ids), Order::ascending, ScanPlan::noLimit};
  plan.skipsUnfitRows = true;
  PrimaryRead read(primary_);
  const RowSequence rows = co_await read.scan(plan);
  if (read.isStale()) co_return 0;
  std::vector<RowRef> found;
  found.reserve(rows.size());
  forEachRow(rows, [&found](const RowRef& row) { found.push_back(row); });
  memory_.replaceStubs(slot, found);
  tables_[slot].rowsRead += found.size();
  for (const Error& error : read.unfitRows()) {
    if (!recent_.contains(slot, error.place().rowId)) unfitRows.push_back(error);
  }
  co_return rows.size();
}

StubFiller::Ids StubFiller::stubsIn(const RowSequence& rows) {
  Ids ids;
  forEachRow(rows, [&ids](const RowRef& row) {
    if (isStub(*row)) ids.push_back(idRange(row->type().id(*row)));
  });
  sortPoints(ids);
  return ids;
}

/// Remembers that a scan found no stub. REQUIRES: rows is the result of the plan.
void StubFiller::noteLoaded(std::size_t slot, const ScanPlan& plan, const RowSequence& rows) {
  if (rows.size() <= fewRows) return;
  assert(stubsIn(rows).empty() && "invariant 2: a range without a stub is covered");
  coverScanned(tables_[slot].loaded[plan.indexNumber], plan, rows);
}

StubFiller::Ids StubFiller::stubsOf(Transaction& transaction, std::size_t slot, const WriteBatch& batch,
                                    bool findsFirst) const {
  Ids ids;
  if (batch.type == OpType::insert) return ids;  // no row is replaced
  const TableDef& table = memory_.def(slot);
  const memory::Tree& tree = transaction.memory().table(slot).trees[byId];
  forEachId(table, batch, [&](std::string_view id) {
    if (findsFirst && !ids.empty()) return;
    KeyRange range = idRange(id);
    const RowRef* row = tree.find(range.lower, memory_.work());
    if (row != nullptr && isStub(**row) && !transaction.isUnfit(slot, id)) ids.push_back(std::move(range));
  });
  sortPoints(ids);
  return ids;
}

bool StubFiller::canWrite(Transaction& transaction, std::size_t slot, const WriteBatch& batch) {
  return !tables_[slot].isStale && stubsOf(transaction, slot, batch, true).empty();
}

Step<void> StubFiller::fillForWrite(Transaction& transaction, std::size_t slot, const WriteBatch& batch) {
  for (Attempt attempt;;) {
    co_await readKeys(slot);
    Ids ids = stubsOf(transaction, slot, batch, false);
    if (ids.empty()) co_return;
    if (!mayRead(slot, attempt, ids)) continue;
    std::vector<Error> unfitRows;
    co_await readRows(slot, std::move(ids), unfitRows);
    for (const Error& error : unfitRows) transaction.noteUnfit(slot, error.place().rowId);
  }
}

Step<std::size_t> StubFiller::fillTable(std::size_t slot) {
  std::size_t rowsCount = 0;
  for (Attempt attempt;;) {
    co_await readKeys(slot);
    const memory::Tree& tree = memory_.table(slot).trees[byId];
    Ids stubs;
    for (memory::TreeCursor cursor(tree.root(), 0, tree.size()); !cursor.atEnd() && stubs.empty(); cursor.advance(1)) {
      if (isStub(*cursor.row())) stubs.push_back(idRange(cursor.row()->type().id(*cursor.row())));
    }
    if (stubs.empty()) {
      for (Coverage& each : tables_[slot].loaded) {
        each.clear();
        each.add(KeyRange::all());
      }
      co_return rowsCount;
    }
    if (!mayRead(slot, attempt, stubs)) continue;
    std::vector<Error> unfitRows;
    rowsCount += co_await readRows(slot, {KeyRange::all()}, unfitRows);
    if (!unfitRows.empty()) throw unfitRows.front();
  }
}

/// Returns about how many rows are not stubs: the rows read, plus added and less deleted rows; a deleted row was read
/// before.
std::size_t StubFiller::rowsInMemory(std::size_t slot) const noexcept {
  const Table& table = tables_[slot];
  if (table.isStale || table.loaded[byId].isWhole()) return 0;
  const std::size_t count = table.rowsRead + memory_.table(slot).trees[byId].size();
  return count - std::min(count, table.keysCount);
}

std::size_t StubFiller::evictableRows() const noexcept {
  std::size_t count = 0;
  for (std::size_t slot = 0; slot < tables_.size(); ++slot) count += rowsInMemory(slot);
  return count;
}

std::size_t StubFiller::evictRows() {
  std::size_t count = 0;
  for (std::size_t slot = 0; slot < tables_.size(); ++slot) {
    if (rowsInMemory(slot) > 0) count += evictRowsOf(slot);
  }
  return count;
}

/// Evicts the rows of a table. O(keys), and O(log keys) for each row.
std::size_t StubFiller::evictRowsOf(std::size_t slot) {
  Table& table = tables_[slot];
  const TableDef& def = memory_.def(slot);
  const memory::Tree& tree = memory_.table(slot).trees[byId];
  std::vector<RowRef> flushed;
  std::size_t unflushedCount = 0;
  for (memory::TreeCursor cursor(tree.root(), 0, tree.size()); !cursor.atEnd(); cursor.advance(1)) {
    const RowRef& row = cursor.row();
    if (isStub(*row)) continue;
    if (recent_.isUnflushed(slot, def.rowType().id(*row))) {
      ++unflushedCount;
    } else {
      flushed.push_back(row);
    }
  }
  for (Coverage& each : table.loaded) each.clear();
  memory_.evictRows(slot, flushed);
  table.keysCount = memory_.table(slot).trees[byId].size();
  table.rowsRead = unflushedCount;
  return flushed.size();
}

void StubFiller::evictAll() {
  for (Table& table : tables_) {
    table.isStale = true;
    for (Coverage& each : table.loaded) each.clear();
  }
}

}  // namespace hyperdb::detail::hybrid
