// RowSlots: which rows the page has as objects. A row is sent once and then named by its slot, so that the page's
// objects are identical while the row is unchanged.
//
// A slot keeps its row alive. `sweep` frees slots whose rows nothing else uses; it looks at a few slots for each that
// was made, so that unused ones are a bounded part of all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include <hyperdb/row.hpp>

namespace hyperdb::detail {

class RowSlots {
 public:
  struct Place {
    std::uint32_t slot;
    bool isNew;  ///< the page does not have the row yet
  };

  /// Returns the row's slot; makes one if it has none.
  Place slotOf(const RowRef& row);
  /// Returns the row of a slot; empty if there is none.
  RowRef rowAt(std::uint32_t slot) const { return slot < rows_.size() ? rows_[slot] : RowRef(); }
  /// Examines some slots; returns those that are free now. The view lives until the next call.
  const std::vector<std::uint32_t>& sweep();
  /// Examines all slots.
  const std::vector<std::uint32_t>& sweepAll();
  std::size_t usedCount() const noexcept { return slots_.size(); }

 private:
  void examine(std::uint32_t slot);

  std::vector<RowRef> rows_;  // by slot
  boost::unordered_flat_map<const RowHeader*, std::uint32_t> slots_;
  std::vector<std::uint32_t> free_;
  std::vector<std::uint32_t> freed_;  // by the last sweep
  std::size_t hand_ = 0;              // the slot that the sweep examines next
  std::size_t due_ = 0;               // slots to examine
};

}  // namespace hyperdb::detail
