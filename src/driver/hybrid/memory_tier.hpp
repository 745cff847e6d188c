// MemoryTier: the memory of the cache: trees of the memory driver, into which rows from the primary are filled while
// transactions are open.
//
// Invariants
// 1. A row in the committed state is the current one, whatever the primary has.
// 2. A row that was read from the primary (a *fill*) is put into every state that still has a reader, and into the
//    tables that the writer has forked. It belongs there: memory did not know the row, so it was not written since that
//    state was committed. So a covered range is covered in every one of these states, and a transaction keeps its
//    snapshot from its first read to its last, however much is filled meanwhile.
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

/// Home thread. A function that throws has changed nothing, except that the writer's transaction may have been rolled
/// back for lack of memory.
class MemoryTier {
 public:
  using TableState = memory::TableState;
  static constexpr std::string_view name = "memory";  ///< in traces

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
  /// Returns the committed rows.
  const TableState& table(std::size_t slot) const noexcept { return *current().tables[slot]; }
  /// Returns the committed row, or null. `key` is its key in byId.
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

  /// Permits stubs from now on.
  void allowStubs() noexcept { mayHaveStubs_ = true; }
  bool mayHaveStubs() const noexcept { return mayHaveStubs_; }
  /// Adds rows that memory did not know. Throws Error(uniqueViolation) if they contradict rows in memory.
  void fill(std::size_t slot, std::span<const RowRef> rows);
  /// Replaces stubs by their rows, except rows whose keys differ from the stub's.
  void replaceStubs(std::size_t slot, std::span<const RowRef> rows);
  /// Evicts these rows of the committed state: puts stubs in their places. REQUIRES: no transaction is open.
  void evictRows(std::size_t slot, std::span<const RowRef> rows);
  /// Merges changes of another writer into the committed state, below the writes of the local writer. Returns the ops
  /// that this made. Throws Error(uniqueViolation).
  Ops merge(std::size_t slot, std::span<const RowRef> rows, std::span<const std::string> deletedIds);
  /// Adds rows to a table that is not shared. Throws Error(uniqueViolation).
  void addRows(std::size_t slot, TableState& table, std::span<const RowRef> rows) const;
  /// Replaces the committed table; readers move to the committed state. The writer's own writes stay.
  void replaceTable(std::size_t slot, TableState table);
  /// Sets the content of a table that could not be read or written before, in every state; readers keep their
  /// snapshots of the other tables.
  void fillTable(std::size_t slot, TableState table);
  /// Moves every transaction that reads an older state to the committed one: the rows of the older one can't be read
  /// from the primary any more. A transaction that has read before has lost its snapshot.
  void moveReaders() noexcept;
  /// Returns how often that happened.
  std::uint64_t movesCount() const noexcept { return movesCount_; }

  /// Evicts everything.
  void clear() noexcept;

 private:
  /// Changes a table; returns whether it did. Gets the writer's own fork if `writer` is not null.
  using Edit = std::function<bool(TableState& table, const Transaction* writer)>;
  enum class States : unsigned char { committed, all };
  struct Edited;

  const memory::DatabaseState& current() const noexcept { return *store_->current.get(); }
  Edited edited(const memory::StatePtr& state, std::size_t slot, const Edit& edit) const;
  void change(std::size_t slot, States states, const Edit& edit);
  void setBases(std::vector<Edited>& all, States states) noexcept;
  void exchangeTable(std::size_t slot, const TableState& table, States states);
  Transaction* writer() const noexcept;
  struct Written {
    Ops ops;
    bool hadStubs = false;  ///< whether stubs were removed
  };
  Written write(std::size_t slot, TableState& table, std::span<const RowRef> rows,
                std::span<const std::string> deletedIds, const Transaction* writer) const;

  std::shared_ptr<memory::Store> store_;
  std::vector<Transaction*> open_;
  bool mayHaveStubs_ = false;
  std::uint64_t movesCount_ = 0;
};

}  // namespace hyperdb::detail::hybrid
