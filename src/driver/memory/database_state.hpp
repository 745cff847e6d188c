// DatabaseState: all tables of a memory database at one moment: a snapshot.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include <hyperdb/engine/driver.hpp>

#include "driver/catalog.hpp"
#include "driver/memory/tree.hpp"

namespace hyperdb::detail::memory {

/// The rows of a table: one tree for each index.
struct TableState {
  std::vector<Tree> trees;
};

struct DatabaseState {
  std::shared_ptr<const Catalog> catalog;
  std::vector<std::shared_ptr<const TableState>> tables;  ///< by slot
};
using StatePtr = std::shared_ptr<const DatabaseState>;

/// Returns the state with these tables added, empty, if it lacks them. Throws what Catalog::add does.
StatePtr withTables(const DatabaseState& state, std::span<const Catalog::TablePtr> tables);

/// Answers a plan from the trees of its table.
ScanResult scanTable(const TableState& table, const Catalog& catalog, std::size_t slot, const ScanPlan& plan,
                     DriverCounters& work);

/// The committed state of a database. The home thread reads and replaces it; any thread may copy the pointer.
class CurrentState {
 public:
  CurrentState() : empty_(makeEmpty()), state_(empty_) {}

  /// Returns the state. Home thread only.
  const StatePtr& get() const noexcept { return state_; }
  /// Replaces the state. Home thread only.
  void set(StatePtr state) noexcept {
    lock();
    state_.swap(state);
    unlock();
  }  // the old state is destroyed outside of the lock
  /// Returns a copy of the pointer. Any thread.
  StatePtr copy() const noexcept {
    lock();
    StatePtr result = state_;
    unlock();
    return result;
  }

  /// Drops all tables. Home thread only.
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
