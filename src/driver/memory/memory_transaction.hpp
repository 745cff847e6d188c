// MemoryTransaction: a transaction on a fork of the trees that it writes to.
#pragma once

#include <exception>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <hyperdb/engine/driver.hpp>

#include "driver/memory/borrowers.hpp"
#include "driver/memory/database_state.hpp"
#include "driver/memory/table_writer.hpp"

namespace hyperdb::detail::memory {

/// What the transactions of a database share.
struct Store {
  CurrentState current;
  DriverCounters work;
  WriteBuffers buffers;
  Borrowers borrowers;
};

/// Reads the snapshot that was committed when it began, and its own writes. All completions are ready.
class MemoryTransaction final : public DriverTransaction {
 public:
  MemoryTransaction(std::shared_ptr<Store> store, TransactionMode mode) noexcept
      : store_(std::move(store)), base_(store_->current.get()), mode_(mode) {}

  Completion<ScanResult> scan(const ScanPlan& plan) override;
  Completion<Ops> insert(const TableDef& table, std::span<const RowRef> rows) override;
  Completion<Ops> upsert(const TableDef& table, std::span<const RowRef> rows) override;
  Completion<Ops> deleteRows(const TableDef& table, std::span<const std::string> ids) override;
  Completion<void> commit() override;
  void rollback() noexcept override;

  // For a write-behind cache, which keeps only a part of another storage's rows in memory and adds rows while
  // transactions are open.

  bool isOpen() const noexcept { return base_ != nullptr; }
  /// Returns the number of the table in a state. Throws Error(unknownTable). REQUIRES of this and the following
  /// functions: open.
  std::size_t slotOf(const TableDef& table);
  /// Returns the state that it reads where it has not written.
  const StatePtr& base() const noexcept { return base_; }
  /// Moves it to another state, which has the same tables or more.
  void setBase(StatePtr base) noexcept { base_ = std::move(base); }
  /// Returns the table as this transaction sees it.
  const TableState& table(std::size_t slot) const noexcept {
    return isForked(slot) ? *forks_[slot] : *base_->tables[slot];
  }
  bool isForked(std::size_t slot) const noexcept { return slot < forks_.size() && forks_[slot] != nullptr; }
  /// Returns its own copy of a table, made now if it has none.
  TableState& fork(std::size_t slot);

 private:
  template <class Write>
  Completion<Ops> write(const TableDef& table, Write write);
  void settleForks() noexcept;
  void checkOpen() const;

  std::shared_ptr<Store> store_;
  StatePtr base_;                                   ///< null when finished
  [[maybe_unused]] TransactionMode mode_;           // asserted only
  std::vector<std::shared_ptr<TableState>> forks_;  ///< by slot; null for tables that were not written to
  const TableDef* lastTable_ = nullptr;             ///< most transactions write to one table only
  std::size_t lastSlot_ = 0;
};

}  // namespace hyperdb::detail::memory
