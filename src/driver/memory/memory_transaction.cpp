#include "driver/memory/memory_transaction.hpp"

#include <cassert>

#include <hyperdb/error.hpp>

namespace hyperdb::detail::memory {

void MemoryTransaction::checkOpen() const {
  if (base_ == nullptr) {
    throw Error(ErrorCode::transactionFinished, "the transaction was committed or rolled back before");
  }
}

std::size_t MemoryTransaction::slotOf(const TableDef& table) {
  if (lastTable_ == &table) return lastSlot_;
  lastSlot_ = base_->catalog->slotOf(table);
  lastTable_ = &table;
  return lastSlot_;
}

TableState& MemoryTransaction::fork(std::size_t slot) {
  if (forks_.size() <= slot) forks_.resize(base_->tables.size());
  if (forks_[slot] == nullptr) forks_[slot] = std::make_shared<TableState>(*base_->tables[slot]);
  return *forks_[slot];
}

Completion<ScanResult> MemoryTransaction::scan(const ScanPlan& plan) try {
  checkOpen();
  const std::size_t slot = slotOf(*plan.table);
  return scanTable(table(slot), *base_->catalog, slot, plan, store_->work);
} catch (...) {
  return std::current_exception();
}

/// Does a batch. An Error has left the table unchanged; any other exception requires a rollback, which is done at
/// once.
template <class Write>
Completion<Ops> MemoryTransaction::write(const TableDef& table, Write write) {
  assert(mode_ != TransactionMode::readOnly);
  try {
    checkOpen();
    const std::size_t slot = slotOf(table);
    TableWriter writer(table, *base_->catalog->slot(slot).table, fork(slot), store_->buffers, store_->work);
    Ops ops = write(writer);
    store_->buffers.giveBack();
    return ops;
  } catch (const Error&) {
    store_->buffers.giveBack();
    return std::current_exception();
  } catch (...) {
    rollback();
    return std::current_exception();
  }
}

Completion<Ops> MemoryTransaction::insert(const TableDef& table, std::span<const RowRef> rows) {
  return write(table, [rows](TableWriter& writer) { return writer.insert(rows); });
}

Completion<Ops> MemoryTransaction::upsert(const TableDef& table, std::span<const RowRef> rows) {
  return write(table, [rows](TableWriter& writer) { return writer.upsert(rows); });
}

Completion<Ops> MemoryTransaction::deleteRows(const TableDef& table, std::span<const std::string> ids) {
  return write(table, [ids](TableWriter& writer) { return writer.remove(ids); });
}

Completion<void> MemoryTransaction::commit() try {
  checkOpen();
  if (!forks_.empty()) {
    // Tables may have been loaded meanwhile: the new state follows the current one, not this transaction's base.
    auto state = std::make_shared<DatabaseState>(*store_->current.get());
    assert(forks_.size() <= state->tables.size());
    for (std::size_t slot = 0; slot < forks_.size(); ++slot) {
      if (forks_[slot] != nullptr) state->tables[slot] = forks_[slot];
    }
    base_.reset();
    store_->current.set(std::move(state));
    settleForks();  // the old state is freed now, unless a reader has it
  }
  rollback();  // nothing is left to roll back
  return Unit{};
} catch (...) {
  return std::current_exception();
}

void MemoryTransaction::settleForks() noexcept {
  for (const std::shared_ptr<TableState>& fork : forks_) {
    if (fork == nullptr) continue;
    for (Tree& tree : fork->trees) tree.settle(&store_->borrowers);
  }
  store_->borrowers.visit();
}

void MemoryTransaction::rollback() noexcept {
  forks_.clear();
  base_.reset();
  lastTable_ = nullptr;
}

}  // namespace hyperdb::detail::memory
