// DatabaseState: all tables of a memory database at one moment.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include <hyperdb/driver.hpp>

#include "driver/memory/tree.hpp"

namespace hyperdb::detail::memory {

/// The rows of a table: one tree for each index.
struct TableState {
  std::vector<Tree> trees;
};

/// Which tables are loaded. Immutable once it is in a state.
class Catalog {
 public:
  using TablePtr = std::shared_ptr<const TableDef>;

  struct Slot {
    TablePtr table;
    std::uint64_t firstLineage;  ///< lineages of the trees are this plus the index number; unique in this process
  };

  /// Throws Error(invalidDefinition) when a table of this name, but with another definition, or with rows of
  /// another C++ type, is there.
  void add(const TablePtr& table);

  std::size_t slotsCount() const noexcept { return slots_.size(); }
  const Slot& slot(std::size_t number) const noexcept { return slots_[number]; }
  /// The table's slot; also for an equivalent definition that was never loaded itself. Throws Error(unknownTable).
  std::size_t slotOf(const TableDef& table) const;
  /// The loaded table of that name, or null.
  const TableDef* findByName(std::string_view name) const noexcept {
    const auto found = slotByName_.find(name);
    return found == slotByName_.end() ? nullptr : slots_[found->second].table.get();
  }

 private:
  std::vector<Slot> slots_;
  std::vector<TablePtr> equivalents_;  ///< kept, so that their addresses stay theirs
  boost::unordered_flat_map<const TableDef*, std::size_t> slotByDefinition_;
  boost::unordered_flat_map<std::string_view, std::size_t> slotByName_;
};

struct DatabaseState {
  std::shared_ptr<const Catalog> catalog;
  std::vector<std::shared_ptr<const TableState>> tables;  ///< by slot
};
using StatePtr = std::shared_ptr<const DatabaseState>;

/// The state with these tables added, empty, if they are not in it. Throws what Catalog::add does.
StatePtr withTables(const DatabaseState& state, std::span<const Catalog::TablePtr> tables);

/// Answers a plan from the trees of its table.
ScanResult scanTable(const TableState& table, const Catalog& catalog, std::size_t slot, const ScanPlan& plan,
                     DriverCounters& work);

/// The committed state of a database. The home thread reads and replaces it; any thread may take a copy.
class CurrentState {
 public:
  CurrentState() : empty_(makeEmpty()), state_(empty_) {}

  /// Home thread only.
  const StatePtr& get() const noexcept { return state_; }
  /// Home thread only.
  void set(StatePtr state) noexcept {
    lock();
    state_.swap(state);
    unlock();
  }  // the old state dies outside of the lock
  /// Any thread.
  StatePtr copy() const noexcept {
    lock();
    StatePtr result = state_;
    unlock();
    return result;
  }

  /// Forgets all tables. Home thread only.
  void clear() noexcept { set(empty_); }

 private:
  static StatePtr makeEmpty();
  void lock() const noexcept {
    while (locked_.test_and_set(std::memory_order_acquire)) {
    }
  }
  void unlock() const noexcept { locked_.clear(std::memory_order_release); }

  StatePtr empty_;
  StatePtr state_;
  mutable std::atomic_flag locked_ = ATOMIC_FLAG_INIT;
};

}  // namespace hyperdb::detail::memory
