#include <hyperdb/row.hpp>

#include <cassert>

#include <hyperdb/row_type.hpp>

namespace hyperdb {

namespace {

std::atomic<std::int64_t> rowsAliveCount{0};

}  // namespace

RowHeader::RowHeader(const RowType& type) noexcept : type_(&type) {
  rowsAliveCount.fetch_add(1, std::memory_order_relaxed);
}

RowHeader::~RowHeader() {
  assert(references_.load(std::memory_order_relaxed) == 0);
  rowsAliveCount.fetch_sub(1, std::memory_order_relaxed);
}

std::int64_t RowHeader::liveCount() noexcept { return rowsAliveCount.load(std::memory_order_relaxed); }

bool detail::haveSameContent(const RowHeader& a, const RowHeader& b) noexcept {
  return &a.type() == &b.type() && a.type().equal(a, b);
}

void RowHeader::destroy() const noexcept { type_->destroy(*this); }

}  // namespace hyperdb
