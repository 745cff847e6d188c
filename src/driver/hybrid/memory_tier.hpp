// MemoryTier: the upper tier: trees of the memory driver, into which rows from the primary are put while transactions
// are open.
//
// Invariants
// 1. A row in the committed state is the current one, whatever the primary has.
// 2. A row that is put in because it was read from the primary (a *fill*) is put into every state that somebody still
//    reads, and into what the writer has changed. It belongs there: memory did not know the row, so nobody has written
//    it since that state was committed. So what is covered is covered in every one of these states, and a transaction
//    reads the state with which it began from the first read to the last, however much is filled meanwhile.
// 3. The writer's base is the committed state. Its fork of a table is that state's table with its own writes: so the
//    memory driver's commit, which swaps whole tables, loses nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "driver/memory/memory_transaction.hpp"

namespace hyperdb::detail::hybrid {

class Transaction;

/// Home thread. Functions that throw have changed nothing, except that the writer's transaction may have been rolled
/// back for want of memory.
class MemoryTier {
 public:
  using TableState = memory::TableState;

  MemoryTier() : store_(std::make_shared<memory::Store>()) {}
  MemoryTier(const MemoryTier&) = delete;
  MemoryTier& operator=(const MemoryTier&) = delete;

  const std::shared_ptr<memory::Store>& store() const noexcept { return store_; }
  DriverCounters& work() const noexcept { return store_->work; }

  // Tables.
  void checkTables(std::span<const std::shared_ptr<const TableDef>> tables) const;
  void addTables(std::span<const std::shared_ptr<const TableDef>> tables);
  std::size_t slotsCount() const noexcept { return current().tables.size(); }
  std::size_t slotOf(const TableDef& table) const { return current().catalog->slotOf(table); }
  std::optional<std::size_t> findSlot(std::string_view tableName) const noexcept;
  const TableDef& def(std::size_t slot) const noexcept { return *current().catalog->slot(slot).table; }
  /// The committed rows.
  const TableState& table(std::size_t slot) const noexcept { return *current().tables[slot]; }
  /// The committed row, or null. `key` is its key in byId.
  const RowRef* find(std::size_t slot, std::string_view key) const noexcept {
    return table(slot).trees[TableDef::byIdIndex].find(key, store_->work);
  }

  // Open transactions.
  void enter(Transaction& transaction);
  void leave(Transaction& transaction) noexcept;
  bool isAnyOpen() const noexcept { return !open_.empty(); }
  template <class Take>
  void forEachOpen(Take take) const {
    for (Transaction* transaction : open_) take(*transaction);
  }

  // Rows from the primary.

  /// From now on there may be stubs.
  void allowStubs() noexcept { mayHaveStubs_ = true; }
  bool mayHaveStubs() const noexcept { return mayHaveStubs_; }
  /// Puts rows in that memory did not know. Throws Error(uniqueViolation) when that can't be.
  void fill(std::size_t slot, std::span<const RowRef> rows);
  /// Puts rows in the places of their stubs, but for those whose keys are others than the stub's.
  void replaceStubs(std::size_t slot, std::span<const RowRef> rows);
  /// Puts stubs in the places of these rows of the committed state. REQUIRES: no transaction is open.
  void dropRows(std::size_t slot, std::span<const RowRef> rows);
  /// Writes what somebody else has written, into the committed state and below what the writer has written. Returns the
  /// ops that this was. Throws Error(uniqueViolation).
  Ops merge(std::size_t slot, std::span<const RowRef> rows, std::span<const std::string> removedIds);
  /// Adds rows to a table that nobody else has. Throws Error(uniqueViolation).
  void addRows(std::size_t slot, TableState& table, std::span<const RowRef> rows) const;
  /// Puts another table in the committed one's place; who reads goes on with the committed state. What the writer has
  /// written stays.
  void replaceTable(std::size_t slot, TableState table);
  /// The same for a table that nobody can read or write before: it is put into every state, and of the other tables
  /// everybody keeps what they see.
  void fillTable(std::size_t slot, TableState table);
  /// Lets every transaction that reads an older state go on with the committed one: the rows of the older one can't
  /// be read from the primary any more. A transaction that has read before has lost its snapshot.
  void moveReaders() noexcept;
  /// How often that was so.
  std::uint64_t movesCount() const noexcept { return movesCount_; }

  /// Forgets everything.
  void clear() noexcept;

 private:
  /// Changes a table; says whether it did. What is changed is the writer's own fork if `writer` is not null.
  using Edit = std::function<bool(TableState& table, const Transaction* writer)>;
  enum class Whom : unsigned char { newest, everybody };
  struct Edited;

  const memory::DatabaseState& current() const noexcept { return *store_->current.get(); }
  Edited edited(const memory::StatePtr& state, std::size_t slot, const Edit& edit) const;
  void change(std::size_t slot, Whom whom, const Edit& edit);
  void setBases(std::vector<Edited>& all, Whom whom) noexcept;
  void exchangeTable(std::size_t slot, const TableState& table, Whom whom);
  Transaction* writer() const noexcept;
  struct Written {
    Ops ops;
    bool hadStubs = false;  ///< whether rows that memory had not read were taken out
  };
  Written write(std::size_t slot, TableState& table, std::span<const RowRef> rows,
                std::span<const std::string> removedIds, const Transaction* writer) const;

  std::shared_ptr<memory::Store> store_;
  std::vector<Transaction*> open_;
  bool mayHaveStubs_ = false;
  std::uint64_t movesCount_ = 0;
};

}  // namespace hyperdb::detail::hybrid
