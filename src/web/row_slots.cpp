#include "web/row_slots.hpp"

#include <algorithm>

namespace hyperdb::detail {

namespace {
constexpr std::size_t examinedPerNewSlot = 4;
constexpr std::size_t examinedPerSweep = 16;
}  // namespace

RowSlots::Place RowSlots::slotOf(const RowRef& row) {
  const auto found = slots_.find(row.get());
  if (found != slots_.end()) return {found->second, false};
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(rows_.size()));
    rows_.emplace_back();
  }
  const std::uint32_t slot = free_.back();
  slots_.emplace(row.get(), slot);
  free_.pop_back();
  rows_[slot] = row;
  due_ += examinedPerNewSlot;
  return {slot, true};
}

void RowSlots::examine(std::uint32_t slot) {
  RowRef& row = rows_[slot];
  if (!row || row->isShared()) return;
  free_.push_back(slot);
  freed_.push_back(slot);
  slots_.erase(row.get());
  row = RowRef();
}

const std::vector<std::uint32_t>& RowSlots::sweep() {
  freed_.clear();
  const std::size_t count = std::min(due_ + examinedPerSweep, rows_.size());
  due_ = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (hand_ >= rows_.size()) hand_ = 0;
    examine(static_cast<std::uint32_t>(hand_++));
  }
  return freed_;
}

const std::vector<std::uint32_t>& RowSlots::sweepAll() {
  freed_.clear();
  for (std::size_t slot = 0; slot < rows_.size(); ++slot) examine(static_cast<std::uint32_t>(slot));
  return freed_;
}

}  // namespace hyperdb::detail
