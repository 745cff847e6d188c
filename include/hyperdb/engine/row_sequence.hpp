// RowSequence: an immutable result of untyped rows. Rows<T> is its typed interface.
//
// Thread safety: immutable; may be read and dropped by any thread.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include <hyperdb/row.hpp>

namespace hyperdb {

struct RowChanges;

/// A run of rows that are adjacent in memory: rows[0], rows[step], ... `count` of them.
struct RowRun {
  const RowRef* rows = nullptr;
  std::ptrdiff_t step = 1;  ///< 1 or -1
  std::size_t count = 0;
};

/// The storage of a result: a window into a tree, an array, ... Reference-counted.
class RowSequenceBody {
 public:
  RowSequenceBody() = default;
  RowSequenceBody(const RowSequenceBody&) = delete;
  RowSequenceBody& operator=(const RowSequenceBody&) = delete;
  virtual ~RowSequenceBody() = default;

  virtual std::size_t size() const noexcept = 0;
  /// Returns the run that starts at `position` (0 <= position < size). O(log n).
  virtual RowRun runAt(std::size_t position) const noexcept = 0;
  /// Computes the difference `before` -> this from shared structure; returns false when this body has no better way
  /// than comparing row by row.
  virtual bool diffFrom(const RowSequenceBody& /*before*/, RowChanges& /*out*/) const { return false; }

  void retain() const noexcept { references_.fetch_add(1, std::memory_order_relaxed); }
  void release() const noexcept {
    if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
  }

 private:
  mutable std::atomic<std::uint32_t> references_{0};
};

/// A value handle on a result. Copies are O(1). Keeps its rows (and, for a window, the tree that holds them) alive.
class RowSequence {
 public:
  RowSequence() noexcept = default;  ///< no rows
  explicit RowSequence(const RowSequenceBody* body) noexcept : body_(body) {
    if (body_) body_->retain();
  }
  RowSequence(const RowSequence& other) noexcept : RowSequence(other.body_) {}
  RowSequence(RowSequence&& other) noexcept : body_(std::exchange(other.body_, nullptr)) {}
  RowSequence& operator=(RowSequence other) noexcept {
    std::swap(body_, other.body_);
    return *this;
  }
  ~RowSequence() {
    if (body_) body_->release();
  }

  /// Returns an array of these rows. O(n).
  static RowSequence fromRows(std::vector<RowRef> rows);

  std::size_t size() const noexcept { return body_ ? body_->size() : 0; }
  bool empty() const noexcept { return size() == 0; }
  /// Returns the row at `position` (< size()). O(log n) for windows, O(1) for arrays.
  const RowRef& operator[](std::size_t position) const noexcept { return *body_->runAt(position).rows; }
  /// Returns the run of rows that starts there. REQUIRES: position < size().
  RowRun runAt(std::size_t position) const noexcept { return body_->runAt(position); }
  const RowSequenceBody* body() const noexcept { return body_; }

 private:
  const RowSequenceBody* body_ = nullptr;
};

/// The difference between two results. `removed` are positions in the old result, `inserted` positions in the new
/// one, both ascending; an updated row has a position in each. A row whose place in the order changed is removed and
/// inserted. Removing the removed rows from the old result, inserting the inserted ones and replacing the updated
/// ones makes the new result.
struct RowChanges {
  struct Updated {
    std::size_t oldPosition;
    std::size_t newPosition;
    friend bool operator==(const Updated&, const Updated&) = default;
  };
  std::vector<std::size_t> removed;
  std::vector<std::size_t> inserted;
  std::vector<Updated> updated;

  bool empty() const noexcept { return removed.empty() && inserted.empty() && updated.empty(); }
  friend bool operator==(const RowChanges&, const RowChanges&) = default;
};

/// Returns the changes that turn `before` into `after`; a row is unchanged if isSameRow says so. For two windows of
/// one index O(changes * log n): shared subtrees are skipped. For other results O(n): an edit script over the ids
/// that keeps common ends and rows in order.
RowChanges diffRows(const RowSequence& before, const RowSequence& after);

/// Returns whether both hold the same rows (see isSameRow) in the same order. O(1) for results of different sizes;
/// for two windows of one index as diffRows; otherwise O(n), stopping at the first difference.
bool sameRows(const RowSequence& a, const RowSequence& b);

}  // namespace hyperdb
