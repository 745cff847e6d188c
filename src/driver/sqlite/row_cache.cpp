#include "driver/sqlite/row_cache.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace hyperdb::detail::sqlite {

namespace {

constexpr std::size_t entriesMin = 1024;
constexpr std::size_t entriesMaxMax = std::size_t{1} << 40;  // "as many as there are"

}  // namespace

RowCache::RowCache(std::size_t rowsMax)
    : entriesMax_(rowsMax == 0 ? 0 : std::bit_ceil(std::clamp(rowsMax, entriesMin, entriesMaxMax))) {}

std::size_t RowCache::setOf(std::uint32_t table, std::int64_t rowNumber) const noexcept {
  // Neighbouring rows are in neighbouring sets: rows that were written together are often read together.
  const auto number = static_cast<std::uint64_t>(rowNumber) + table * std::uint64_t{0x9E3779B97F4A7C15};
  return (number & (entries_.size() / places - 1)) * places;  // the number of sets is a power of two
}

const RowCache::CachedRow* RowCache::entryOf(std::uint32_t table, std::int64_t rowNumber) const noexcept {
  if (entries_.empty()) return nullptr;
  const CachedRow* set = entries_.data() + setOf(table, rowNumber);
  for (std::size_t i = 0; i < places; ++i) {
    if (set[i].rowNumber == rowNumber && set[i].table == table && set[i].row) return &set[i];
  }
  return nullptr;
}

RowRef RowCache::find(const Name& name, std::uint32_t epoch) noexcept {
  const MutexLock lock(mutex_);
  auto* entry = const_cast<CachedRow*>(entryOf(name.table, name.rowNumber));
  if (entry == nullptr || entry->textHash != name.textHash) return {};
  if (epoch != noEpoch) entry->epoch = epoch;
  return entry->row;
}

RowRef RowCache::findCurrent(std::uint32_t table, std::int64_t rowNumber, std::uint32_t epoch) const noexcept {
  const MutexLock lock(mutex_);
  const CachedRow* entry = entryOf(table, rowNumber);
  return entry != nullptr && entry->epoch == epoch ? entry->row : RowRef();
}

void RowCache::put(const Name& name, RowRef row, std::uint32_t epoch) noexcept {
  RowRef replaced;  // destroyed after the lock is released
  const MutexLock lock(mutex_);
  if (entriesMax_ == 0) return;
  try {
    const bool isFull = overflowsCount_ * 8 > entries_.size();
    if (entries_.empty() || (isFull && entries_.size() < entriesMax_)) grow();
  } catch (...) {
    if (entries_.empty()) return;
  }
  replaced = store({name.rowNumber, name.textHash, std::move(row), name.table, epoch});
}

RowRef RowCache::store(CachedRow entry) noexcept {
  CachedRow* set = entries_.data() + setOf(entry.table, entry.rowNumber);
  CachedRow* place = nullptr;
  for (std::size_t i = 0; i < places; ++i) {
    const bool isSame = set[i].rowNumber == entry.rowNumber && set[i].table == entry.table;
    if (isSame || (place == nullptr && !set[i].row)) place = &set[i];
    if (isSame) break;
  }
  if (place == nullptr) {
    place = set + nextVictim_++ % places;
    ++overflowsCount_;
  }
  std::swap(*place, entry);
  return std::move(entry.row);
}

void RowCache::grow() {
  std::vector<CachedRow> old(entries_.empty() ? entriesMin : entries_.size() * 2);
  old.swap(entries_);
  for (CachedRow& entry : old) {
    if (entry.row) store(std::move(entry));
  }
  overflowsCount_ = 0;
}

void RowCache::clear() noexcept {
  std::vector<CachedRow> gone;
  const MutexLock lock(mutex_);
  gone.swap(entries_);
  overflowsCount_ = 0;
}

}  // namespace hyperdb::detail::sqlite
