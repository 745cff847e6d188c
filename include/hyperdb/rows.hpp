// Rows<T>: the rows of a result. What queries return, and usually selectors too.
#pragma once

#include <cstddef>
#include <iterator>
#include <utility>
#include <vector>

#include <hyperdb/detail/builtin.hpp>
#include <hyperdb/engine/row_sequence.hpp>
#include <hyperdb/row.hpp>

namespace hyperdb {

namespace detail {

[[noreturn]] void throwBadPosition(std::size_t position, std::size_t size);

/// Prefetches the memory of a row that will be read soon.
inline void prefetchRow(const RowRef& row, std::size_t size) noexcept {
  const char* address = reinterpret_cast<const char*>(row.get());
  prefetch(address);
  if (size > 64) prefetch(address + 64);
}

}  // namespace detail

template <class T>
class RowPtrs;

/// An immutable list of rows that may be kept and passed around freely: the rows in it never change and live as long as
/// any Rows or RowPtr to them. Copies are O(1).
///
/// Thread safety: immutable; may be read by any thread.
template <class T>
class Rows {
 public:
  class Iterator;
  using value_type = T;
  using size_type = std::size_t;
  using difference_type = std::ptrdiff_t;
  using reference = const T&;
  using const_reference = const T&;
  using const_iterator = Iterator;
  using iterator = Iterator;

  Rows() noexcept = default;  ///< no rows
  /// Wraps a sequence. REQUIRES: every row is a RowBox<T>.
  explicit Rows(RowSequence rows) noexcept : rows_(std::move(rows)) {}

  std::size_t size() const noexcept { return rows_.size(); }
  bool empty() const noexcept { return rows_.empty(); }
  /// Returns the row at this position. REQUIRES: position < size(). O(log n), O(1) for small results; iterate to read
  /// all rows.
  const T& operator[](std::size_t position) const noexcept HYPERDB_LIFETIMEBOUND { return contentOf(rows_[position]); }
  /// Returns the row at this position; throws Error(invalidArgument) for a position past the end.
  const T& at(std::size_t position) const HYPERDB_LIFETIMEBOUND {
    if (position >= size()) detail::throwBadPosition(position, size());
    return (*this)[position];
  }
  /// Returns a pointer that keeps this row alive without the rest. REQUIRES: position < size().
  RowPtr<T> ptr(std::size_t position) const noexcept { return RowPtr<T>(rows_[position]); }
  const T& front() const noexcept HYPERDB_LIFETIMEBOUND { return (*this)[0]; }  ///< REQUIRES: not empty
  const T& back() const noexcept HYPERDB_LIFETIMEBOUND { return (*this)[size() - 1]; }

  /// Iterators are valid as long as this result or a copy of it. A full walk costs O(n).
  Iterator begin() const noexcept { return Iterator(rows_.body(), 0, size()); }
  Iterator end() const noexcept { return Iterator(rows_.body(), size(), size()); }

  /// Returns the same rows as RowPtrs, to keep some of them: `for (RowPtr<Task> task : tasks.ptrs())`. O(1).
  RowPtrs<T> ptrs() const noexcept { return RowPtrs<T>(*this); }
  /// Returns copies of the rows. O(n).
  std::vector<T> toVector() const { return std::vector<T>(begin(), end()); }
  const RowSequence& sequence() const noexcept { return rows_; }

  /// Returns whether both hold the same rows in the same order: see sameRows.
  friend bool operator==(const Rows& a, const Rows& b) { return sameRows(a.rows_, b.rows_); }

 private:
  static const T& contentOf(const RowRef& row) noexcept { return static_cast<const RowBox<T>*>(row.get())->value; }

  RowSequence rows_;
};

/// Random access; iterates over runs of adjacent rows and prefetches.
template <class T>
class Rows<T>::Iterator {
 public:
  using iterator_category = std::random_access_iterator_tag;
  using value_type = T;
  using difference_type = std::ptrdiff_t;
  using pointer = const T*;
  using reference = const T&;

  Iterator() noexcept = default;

  const T& operator*() const noexcept { return contentOf(*current_); }
  const T* operator->() const noexcept { return &**this; }
  const T& operator[](std::ptrdiff_t distance) const noexcept { return *(*this + distance); }
  /// Returns a pointer that keeps this row alive.
  RowPtr<T> ptr() const noexcept { return RowPtr<T>(*current_); }

  Iterator& operator++() noexcept {
    ++position_;
    ++walkedCount_;
    if (--leftCount_ > 0) {
      current_ += step_;
      if (leftCount_ > aheadCount) prefetch(aheadCount);
    } else {
      enterRun();
    }
    return *this;
  }
  Iterator& operator--() noexcept {
    --position_;
    if (walkedCount_ > 0 && leftCount_ > 0) {
      --walkedCount_;
      ++leftCount_;
      current_ -= step_;
    } else {
      enterRun();
    }
    return *this;
  }
  Iterator operator++(int) noexcept {
    Iterator before = *this;
    ++*this;
    return before;
  }
  Iterator operator--(int) noexcept {
    Iterator before = *this;
    --*this;
    return before;
  }
  Iterator& operator+=(std::ptrdiff_t distance) noexcept {
    position_ = static_cast<std::size_t>(static_cast<std::ptrdiff_t>(position_) + distance);
    enterRun();
    return *this;
  }
  Iterator& operator-=(std::ptrdiff_t distance) noexcept { return *this += -distance; }

  friend Iterator operator+(Iterator at, std::ptrdiff_t distance) noexcept { return at += distance; }
  friend Iterator operator+(std::ptrdiff_t distance, Iterator at) noexcept { return at += distance; }
  friend Iterator operator-(Iterator at, std::ptrdiff_t distance) noexcept { return at -= distance; }
  friend std::ptrdiff_t operator-(const Iterator& a, const Iterator& b) noexcept {
    return static_cast<std::ptrdiff_t>(a.position_) - static_cast<std::ptrdiff_t>(b.position_);
  }
  friend bool operator==(const Iterator& a, const Iterator& b) noexcept { return a.position_ == b.position_; }
  friend auto operator<=>(const Iterator& a, const Iterator& b) noexcept { return a.position_ <=> b.position_; }

 private:
  friend class Rows;
  static constexpr std::size_t aheadCount = 8;

  Iterator(const RowSequenceBody* body, std::size_t position, std::size_t size) noexcept
      : body_(body), position_(position), size_(size) {
    enterRun();
  }

  /// Finds the run that starts at the current position. There is none at the end.
  void enterRun() noexcept {
    walkedCount_ = 0;
    leftCount_ = 0;
    current_ = nullptr;
    if (position_ >= size_) return;
    const RowRun run = body_->runAt(position_);
    current_ = run.rows;
    step_ = run.step;
    leftCount_ = run.count;
    for (std::size_t i = 1; i <= aheadCount && i < leftCount_; ++i) prefetch(i);
  }
  void prefetch(std::size_t distance) const noexcept {
    detail::prefetchRow(current_[static_cast<std::ptrdiff_t>(distance) * step_], sizeof(RowBox<T>));
  }

  const RowSequenceBody* body_ = nullptr;
  const RowRef* current_ = nullptr;
  std::ptrdiff_t step_ = 1;
  std::size_t position_ = 0;
  std::size_t size_ = 0;
  std::size_t leftCount_ = 0;    // rows of the run from the current one on, that one included
  std::size_t walkedCount_ = 0;  // rows of the run before the current one
};

/// The result of `Rows::ptrs()`: the rows of a result as RowPtr<T>, each of which keeps its row alive. Holds the
/// result.
template <class T>
class RowPtrs {
 public:
  class Iterator;
  using value_type = RowPtr<T>;
  using const_iterator = Iterator;
  using iterator = Iterator;

  explicit RowPtrs(Rows<T> rows) noexcept : rows_(std::move(rows)) {}

  std::size_t size() const noexcept { return rows_.size(); }
  bool empty() const noexcept { return rows_.empty(); }
  /// Returns the row at this position. REQUIRES: position < size().
  RowPtr<T> operator[](std::size_t position) const noexcept { return rows_.ptr(position); }
  /// Iterators are valid as long as this object.
  Iterator begin() const noexcept { return Iterator(rows_.begin()); }
  Iterator end() const noexcept { return Iterator(rows_.end()); }

 private:
  Rows<T> rows_;
};

/// Iterates as Rows<T>::Iterator does.
template <class T>
class RowPtrs<T>::Iterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = RowPtr<T>;
  using difference_type = std::ptrdiff_t;
  using pointer = void;
  using reference = RowPtr<T>;

  Iterator() noexcept = default;
  explicit Iterator(typename Rows<T>::Iterator at) noexcept : at_(at) {}

  RowPtr<T> operator*() const noexcept { return at_.ptr(); }
  Iterator& operator++() noexcept {
    ++at_;
    return *this;
  }
  Iterator operator++(int) noexcept { return Iterator(at_++); }
  friend bool operator==(const Iterator& a, const Iterator& b) noexcept { return a.at_ == b.at_; }

 private:
  typename Rows<T>::Iterator at_;
};

/// Returns the row as a dynamic object: itself if it is one, otherwise a converted copy.
RowRef toObjectRow(const RowRef& row);
/// Converts all of them; returns the same sequence if its rows are objects. O(size of the rows).
RowSequence toObjectRows(const RowSequence& rows);

}  // namespace hyperdb
