#include "driver/hybrid/transaction.hpp"

#include <algorithm>
#include <cassert>
#include <optional>
#include <utility>

#include <hyperdb/error.hpp>

#include "driver/hybrid/evictor.hpp"
#include "driver/hybrid/row_ranges.hpp"
#include "driver/hybrid/stub_row.hpp"
#include "key/key_of_id.hpp"

namespace hyperdb::detail::hybrid {

Transaction::Transaction(std::shared_ptr<const TransactionParts> parts, TransactionMode mode)
    : parts_(std::move(parts)),
      primary_(parts_->primary),
      tier_(parts_->memory),
      recent_(parts_->recent),
      filler_(parts_->filler),
      flusher_(parts_->flusher),
      changes_(parts_->changes),
      notifier_(parts_->notifier),
      evictor_(parts_->evictor),
      scheduler_(parts_->scheduler),
      status_(parts_->status),
      counters_(parts_->counters),
      memory_(tier_.store(), mode),
      mode_(mode),
      epoch_(changes_.epoch()),
      movesCount_(tier_.movesCount()),
      isMergeOpen_(mode == TransactionMode::externalMerge) {
  tier_.enter(*this);
  isEntered_ = true;
}

Transaction::~Transaction() { rollback(); }

void Transaction::rollback() noexcept {
  running_.stop();
  memory_.rollback();
  finish();
  // Whatever the reason: the primary has changes that memory does not have.
  if (std::exchange(isMergeOpen_, false)) changes_.noteUnmerged();
}

void Transaction::finish() noexcept {
  const bool hasLeft = std::exchange(isEntered_, false);
  if (hasLeft) tier_.leave(*this);
  ops_.clear();
  clearKnown();
  writtenIds_.clear();
  indexedOps_ = 0;
  // After a lost snapshot the command re-runs and must find the rows that it has read so far; otherwise it might
  // never end.
  if (hasLeft && !isSnapshotLost_) evictor_.evictExcess();
}

void Transaction::checkOpen() const {
  if (!memory_.isOpen()) {
    throw Error(ErrorCode::transactionFinished, "the transaction was committed or rolled back before");
  }
  status_.checkUsable();
  if (isSnapshotLost_) {
    throw Error(ErrorCode::snapshotLost, "another process has committed between two reads of the transaction");
  }
}

/// Starts the step, the only one of this transaction that is running.
template <class T>
Completion<T> Transaction::run(Step<T> step) {
  return running_.startAsync(std::move(step), scheduler_.outer());
}

Completion<ScanResult> Transaction::scan(const ScanPlan& plan) try {
  checkOpen();
  const std::size_t slot = memory_.slotOf(*plan.table);
  if (!filler_.canAnswer(*this, slot, plan)) {
    return run(fillAndScan(slot, plan));
  }
  ++counters_.scansByMemory;
  hasRead_ = true;
  Completion<ScanResult> answer = memory_.scan(plan);
  ScanResult result = answer.get();
  result.answeredBy = MemoryTier::name;
  return result;
} catch (...) {
  return std::current_exception();
}

Step<ScanResult> Transaction::fillAndScan(std::size_t slot, ScanPlan plan) {
  const FillWork work = co_await filler_.fillFor(*this, slot, plan);
  checkOpen();
  hasRead_ = true;
  ScanResult result = memory_.scan(plan).get();
  result.rowsExamined += work.rowsCount;
  result.answeredBy = work.readsCount > 0 ? primary_.name() : MemoryTier::name;
  ++(work.readsCount > 0 ? counters_.scansByPrimary : counters_.scansByMemory);
  co_return result;
}

Completion<Ops> Transaction::insert(const TableDef& table, std::span<const RowRef> rows) {
  return write(table, {OpType::insert, rows, {}});
}

Completion<Ops> Transaction::upsert(const TableDef& table, std::span<const RowRef> rows) {
  return write(table, {OpType::upsert, rows, {}});
}

Completion<Ops> Transaction::deleteRows(const TableDef& table, std::span<const std::string> ids) {
  return write(table, {OpType::delete_, {}, ids});
}

Completion<Ops> Transaction::write(const TableDef& table, const WriteBatch& batch) try {
  checkOpen();
  const std::size_t slot = memory_.slotOf(table);
  const bool isMerge = mode_ == TransactionMode::externalMerge;
  if (isMerge && filler_.canMerge(slot)) return mergeBatch(table, slot, batch);
  if (!isMerge && filler_.canWrite(*this, slot, batch)) return applyFilled(table, slot, batch);
  OwnedBatch owned{batch.type, {batch.rows.begin(), batch.rows.end()}, {batch.ids.begin(), batch.ids.end()}};
  if (isMerge) return run(fillAndMerge(table, slot, std::move(owned)));
  return run(fillAndWrite(table, slot, std::move(owned)));
} catch (...) {
  return std::current_exception();
}

Step<Ops> Transaction::fillAndWrite(const TableDef& table, std::size_t slot, OwnedBatch batch) {
  co_await filler_.fillForWrite(*this, slot, batch.view());
  checkOpen();
  co_return applyFilled(table, slot, batch.view());
}

/// Writes a batch, all of whose ids and unique values memory knows.
Ops Transaction::applyFilled(const TableDef& table, std::size_t slot, const WriteBatch& batch) {
  assert(filler_.canWrite(*this, slot, batch) && "invariant 3: what is written is known before");
  std::vector<std::string_view> ids;
  if (!unfit_.empty()) {
    forEachId(table, batch, [&](std::string_view id) {
      if (isUnfit(slot, id)) ids.push_back(id);
    });
  }
  return ids.empty() ? apply(table, batch) : replaceUnfit(table, slot, batch, ids);
}

/// Writes a batch that replaces or deletes rows of the primary which do not fit: memory has no row of these ids.
Ops Transaction::replaceUnfit(const TableDef& table, std::size_t slot, const WriteBatch& batch,
                              const std::vector<std::string_view>& ids) {
  if (batch.type == OpType::insert) {
    throw Error(ErrorCode::duplicateId, "a row with this id is there already",
                {table.name(), "byId", "id", std::string(ids.front()), {}});
  }
  std::vector<RowRef> stubs;
  if (batch.type == OpType::delete_) {
    for (const std::string_view id : ids) stubs.push_back(makeStub(std::string(id)));
  }
  try {
    Ops ops = applyOverStubs(table, slot, batch, ids);
    hasReplacedUnfit_ = true;
    for (RowRef& stub : stubs) ops_.push_back({OpType::delete_, &table, std::move(stub), {}});
    for (const std::string_view id : ids) unfit_.erase({slot, std::string(id)});
    ops.push_back({batch.type, &table, {}, {}});
    return ops;
  } catch (const Error&) {
    known_.clear();  // the rows stay after all, with their unique values
    throw;
  } catch (...) {
    memory_.rollback();
    throw;
  }
}

/// Writes to memory, which checks the batch. REQUIRES: memory knows all its ids and unique values.
Ops Transaction::apply(const TableDef& table, const WriteBatch& batch) {
  Completion<Ops> written = batch.type == OpType::insert   ? memory_.insert(table, batch.rows)
                            : batch.type == OpType::upsert ? memory_.upsert(table, batch.rows)
                                                           : memory_.deleteRows(table, batch.ids);
  Ops ops;
  try {
    ops = written.get();
  } catch (...) {
    hasRead_ = true;  // a refusal reveals rows to the caller; a successful write does not
    throw;
  }
  try {
    ops_.insert(ops_.end(), ops.begin(), ops.end());
  } catch (...) {
    memory_.rollback();  // a write that is not recorded would never be flushed
    throw;
  }
  return ops;
}

Step<Ops> Transaction::fillAndMerge(const TableDef& table, std::size_t slot, OwnedBatch batch) {
  try {
    co_await filler_.fillForMerge(slot);
    checkOpen();
    co_return mergeBatch(table, slot, batch.view());
  } catch (...) {
    isMergePartial_ = true;
    throw;
  }
}

/// Merges a batch that the primary has already. An id with an unflushed change keeps that change, which the primary
/// will get: memory is newer.
Ops Transaction::mergeBatch(const TableDef& table, std::size_t slot, const WriteBatch& batch) try {
  if (rollsBack(table, slot, batch)) isMergePartial_ = true;
  OwnedBatch newer{batch.type, {}, {}};
  std::vector<std::string_view> ids;
  for (const RowRef& row : batch.rows) {
    const std::string_view id = table.rowType().id(*row);
    if (recent_.isUnflushed(slot, id)) continue;
    newer.rows.push_back(row);
    ids.push_back(id);
  }
  for (const std::string& id : batch.ids) {
    if (recent_.isUnflushed(slot, id)) continue;
    newer.ids.push_back(id);
    ids.push_back(id);
  }
  if (batch.type == OpType::insert) {
    std::vector<std::string_view> sorted = ids;
    std::sort(sorted.begin(), sorted.end());
    const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
    if (twice != sorted.end()) {
      throw Error(ErrorCode::duplicateId, "two rows of the batch have this id",
                  {table.name(), "byId", "id", std::string(*twice), {}});
    }
    newer.type = OpType::upsert;
  }
  Ops ops = applyOverStubs(table, slot, newer.view(), ids);
  for (std::size_t i = 0; i < ops.size(); ++i) {
    if (batch.type == OpType::insert && !ops[i].oldRow) ops[i].type = OpType::insert;
    // Memory may have read the row after the change: then no live result has seen it yet.
    if (ops[i].oldRow == ops[i].newRow) ops[i].newRow = newer.rows[i];
  }
  for (const std::string& id : newer.ids) {
    mergedIds_.push_back(std::make_unique<std::pair<std::size_t, std::string>>(slot, id));
  }
  return ops;
} catch (...) {
  isMergePartial_ = true;
  throw;
}

/// Writes the batch in the place of rows and stubs. When it is refused both stay.
Ops Transaction::applyOverStubs(const TableDef& table, std::size_t slot, const WriteBatch& batch,
                                std::span<const std::string_view> ids) {
  if (!tier_.mayHaveStubs()) return apply(table, batch);
  std::optional<memory::TableState> before = memory_.fork(slot);
  try {
    const bool hasErased = eraseStubs(memory_.fork(slot), ids, tier_.work());
    if (!hasErased) before.reset();  // otherwise the batch would copy every node that it changes
    Ops ops = apply(table, batch);
    hasErasedStubs_ = hasErasedStubs_ || hasErased;
    return ops;
  } catch (...) {
    if (memory_.isOpen() && before) memory_.fork(slot) = *std::move(before);
    throw;
  }
}

/// Returns whether the batch rolls back what this transaction has merged, as the runtime does for a failed part of an
/// action: then memory has less than the primary.
bool Transaction::rollsBack(const TableDef& table, std::size_t slot, const WriteBatch& batch) const {
  for (const std::string& id : batch.ids) {
    if (hasWritten(slot, id)) return true;
  }
  return std::any_of(batch.rows.begin(), batch.rows.end(), [&](const RowRef& row) {
    if (!hasWritten(slot, table.rowType().id(*row))) return false;
    return std::any_of(ops_.begin(), ops_.end(), [&row](const Op& op) { return op.oldRow == row; });
  });
}

Completion<void> Transaction::commit() try {
  checkOpen();
  if (mode_ == TransactionMode::externalMerge) {
    finishMerge();
    return Unit{};
  }
  if (ops_.empty() || flusher_.makeRoom()) {
    notifier_.notifyPreceding(finishCommit(), true);
    return Unit{};
  }
  return run(commitWithRoom());
} catch (...) {
  return std::current_exception();
}

Step<void> Transaction::commitWithRoom() {
  do {
    co_await flusher_.room();
    checkOpen();
  } while (!flusher_.makeRoom());
  notifier_.notifyPreceding(finishCommit(), false);
}

/// Returns the ops to announce before the commit.
Ops Transaction::finishCommit() {
  notifier_.notify();  // these commits precede this one
  checkOpen();         // making room flushes, and may meet another process's commit
  Ops before = opsBeforeCommit();
  Flusher::Prepared prepared = flusher_.prepare(std::move(ops_));
  assert((!isWriter() || memory_.base() == tier_.store()->current.get()) && "the writer's base is the committed state");
  memory_.commit().get();
  // What it has looked up was evicted since. Readers of the previous state can't learn what stood in these places.
  if (epoch_ != changes_.epoch() || hasReplacedUnfit_) tier_.moveReaders();
  flusher_.push(std::move(prepared));
  finish();
  return before;
}

/// Returns the ops from the rows that another process has written since this transaction replaced them, back to the
/// rows that it has replaced: a live result may show the former already, and the commit announces only the latter.
Ops Transaction::opsBeforeCommit() const {
  Ops ops;
  if (movesCount_ == tier_.movesCount()) return ops;
  std::vector<boost::unordered_flat_set<std::string_view>> seen(tier_.slotsCount());
  KeyBytes key;
  for (const Op& op : ops_) {
    const std::size_t slot = tier_.slotOf(*op.table);
    if (op.oldRow == op.newRow || (op.oldRow && isStub(*op.oldRow))) continue;
    if (!seen[slot].insert(op.rowId()).second) continue;
    const RowRef* committed = tier_.find(slot, keyOfId(op.rowId(), key));
    if (committed != nullptr && !isStub(**committed)) appendOp(ops, op.table, *committed, op.oldRow);
  }
  return ops;
}

void Transaction::finishMerge() {
  isMergeOpen_ = false;
  Ops before;
  try {
    before = opsBeforeCommit();
    // The steps that may fail come first: evicting everything then does no harm.
    for (const Op& op : ops_) recent_.wroteElsewhere(tier_.slotOf(*op.table), op.rowId());
    for (const auto& each : mergedIds_) recent_.wroteElsewhere(each->first, each->second);
    memory_.commit().get();
  } catch (...) {
    rollback();
    changes_.onUnknown();
    throw;
  }
  // The primary has these changes, so rows read from it do not belong to older states.
  if (!ops_.empty() || !mergedIds_.empty()) tier_.moveReaders();
  finish();
  if (isMergePartial_) {
    changes_.onUnknown();
  } else {
    notifier_.notifyMerged(std::move(before), counters_.rowsEvicted > 0);
  }
}

bool Transaction::hasWritten(std::size_t slot, std::string_view id) const {
  indexOps();
  return slot < writtenIds_.size() && writtenIds_[slot].contains(id);
}

void Transaction::indexOps() const {
  if (writtenIds_.size() < tier_.slotsCount()) writtenIds_.resize(tier_.slotsCount());
  for (; indexedOps_ < ops_.size(); ++indexedOps_) {
    const Op& op = ops_[indexedOps_];
    if (op.oldRow && op.oldRow == op.newRow) continue;  // nothing of it is flushed
    writtenIds_[tier_.slotOf(*op.table)].insert(rowIdOf(op));
  }
  for (const auto& each : mergedIds_) writtenIds_[each->first].insert(each->second);
}

bool Transaction::mayHaveCoveredStubs() const noexcept {
  return isWriter() && (hasErasedStubs_ || epoch_ != changes_.epoch());
}

const Coverage* Transaction::known(std::size_t slot, std::size_t indexNumber) const noexcept {
  for (const Known& known : known_) {
    if (known.slot == slot && known.indexNumber == indexNumber) return &known.ranges;
  }
  return nullptr;
}

Coverage& Transaction::addKnown(std::size_t slot, std::size_t indexNumber) {
  for (Known& known : known_) {
    if (known.slot == slot && known.indexNumber == indexNumber) return known.ranges;
  }
  known_.push_back({slot, indexNumber, {}});
  return known_.back().ranges;
}

}  // namespace hyperdb::detail::hybrid
