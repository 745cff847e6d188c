#include "query/row_array.hpp"

#include <new>

#include <hyperdb/detail/builtin.hpp>

namespace hyperdb::detail {
namespace {

constexpr std::size_t prefetchedMax = 64;

/// Prefetches the rows, whose reference counts are scattered over memory.
void prefetchRows(const RowRef* rows, std::ptrdiff_t step, std::size_t count) noexcept {
  for (std::size_t i = 0; i < count && i < prefetchedMax; ++i, rows += step) prefetchForWrite(rows->get());
}

}  // namespace

RowArray::~RowArray() {
  prefetchRows(rows(), 1, size_);
  for (std::size_t i = 0; i < size_; ++i) rows()[i].~RowRef();
}

void RowArray::operator delete(void* block) noexcept { ::operator delete(block); }

RowArrayBuilder::RowArrayBuilder(std::size_t capacity) {
  if (capacity == 0) return;
  static_assert(sizeof(RowArray) % alignof(RowRef) == 0, "rows stand behind the object");
  void* block = ::operator new(sizeof(RowArray) + capacity * sizeof(RowRef));
  array_ = ::new (block) RowArray();
  holder_ = RowSequence(array_);
}

void RowArrayBuilder::add(RowRef row) noexcept {
  ::new (static_cast<void*>(array_->rows() + array_->size_)) RowRef(std::move(row));
  ++array_->size_;
}

void RowArrayBuilder::add(RowRun run) noexcept {
  prefetchRows(run.rows, run.step, run.count);
  for (std::size_t i = 0; i < run.count; ++i) add(run.rows[static_cast<std::ptrdiff_t>(i) * run.step]);
}

}  // namespace hyperdb::detail
