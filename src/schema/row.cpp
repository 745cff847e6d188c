#include <hyperdb/row.hpp>

#include <cassert>
#include <string>
#include <unordered_map>

#include <hyperdb/engine/row_type.hpp>
#include <hyperdb/error.hpp>

#include "base/mutex.hpp"

namespace hyperdb {

namespace {

std::atomic<std::int64_t> rowsAliveCount{0};

/// The unknown members of all rows that have some. Such rows are rare, so the others need no space for them.
struct UnknownMembers {
  detail::Mutex mutex;
  std::unordered_map<const RowHeader*, Object> ofRow HYPERDB_GUARDED_BY(mutex);
};

UnknownMembers& unknownMembersOfRows() {
  static auto& all = *new UnknownMembers;  // rows may outlive static objects
  return all;
}

}  // namespace

RowHeader::RowHeader(const RowType& type) noexcept : type_(&type) {
  rowsAliveCount.fetch_add(1, std::memory_order_relaxed);
}

RowHeader::~RowHeader() {
  if (hasUnknownMembers_) {
    UnknownMembers& all = unknownMembersOfRows();
    const detail::MutexLock lock(all.mutex);
    all.ofRow.erase(this);
  }
  assert(references_.load(std::memory_order_relaxed) == 0);
  rowsAliveCount.fetch_sub(1, std::memory_order_relaxed);
}

std::int64_t RowHeader::liveCount() noexcept { return rowsAliveCount.load(std::memory_order_relaxed); }

const Object* RowHeader::unknownMembers() const noexcept {
  if (!hasUnknownMembers_) return nullptr;
  UnknownMembers& all = unknownMembersOfRows();
  const detail::MutexLock lock(all.mutex);
  return &all.ofRow.find(this)->second;
}

void RowHeader::keepUnknownMembers(Object members) const {
  if (members.empty()) return;
  UnknownMembers& all = unknownMembersOfRows();
  const detail::MutexLock lock(all.mutex);
  all.ofRow.emplace(this, std::move(members));
  hasUnknownMembers_ = true;
}

RowRef detail::rowToStore(const RowRef& oldRow, const RowRef& row) {
  if (!oldRow || oldRow == row) return row;
  const RowType& type = row->type();
  const Object* kept = oldRow->unknownMembers();
  const Object* own = row->unknownMembers();
  if (type.equal(*oldRow, *row) && (own == nullptr || (kept != nullptr && *own == *kept))) return oldRow;
  if (kept == nullptr || own != nullptr) return row;
  std::string text;
  type.appendJson(*row, text);
  ValidationFailure failure;
  RowRef copy = type.fromJson(text, Strictness::shape, failure);
  if (!copy) {
    throw Error(ErrorCode::invalidRow, "a row that can't be read back: " + failure.message(),
                {{}, {}, failure.path, std::string(type.id(*row)), {}});
  }
  copy->keepUnknownMembers(*kept);
  return copy;
}

bool detail::haveSameContent(const RowHeader& a, const RowHeader& b) noexcept {
  return &a.type() == &b.type() && a.type().equal(a, b);
}

void RowHeader::destroy() const noexcept { type_->destroy(*this); }

}  // namespace hyperdb
