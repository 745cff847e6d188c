// Rows in memory: immutable, reference-counted, of a C++ type that the engine knows only through a RowType.
//
// Thread safety: rows never change after they are made; any thread may hold and drop references to one row.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>

// Marks a result that is valid as long as the object it was read from: Clang then warns when the reference in
// `*(co_await query.first())` is kept.
#if defined(__clang__)
#define HYPERDB_LIFETIMEBOUND [[clang::lifetimebound]]
#else
#define HYPERDB_LIFETIMEBOUND
#endif

namespace hyperdb {

class Object;
class RowType;

/// The header in front of every row's content. One allocation per row.
class RowHeader {
 public:
  explicit RowHeader(const RowType& type) noexcept;
  RowHeader(const RowHeader&) = delete;
  RowHeader& operator=(const RowHeader&) = delete;

  const RowType& type() const noexcept { return *type_; }
  /// Counts a reference, or discounts it: dropping the last one destroys the row. RowRef calls them. Any thread.
  void retain() const noexcept { references_.fetch_add(1, std::memory_order_relaxed); }
  void release() const noexcept {
    if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) destroy();
  }

  /// Returns whether there is more than one reference.
  bool isShared() const noexcept { return references_.load(std::memory_order_acquire) > 1; }

  /// Returns the members of the stored row that its type does not name, or null if there are none. The program can't
  /// read them; they are written with the row, and an upsert copies them to the row that replaces it.
  const Object* unknownMembers() const noexcept;
  /// Sets the unknown members. Called once, before the row is shared.
  void keepUnknownMembers(Object members) const;

  /// Returns how many rows are alive in this process: tests assert that it returns to its earlier value.
  static std::int64_t liveCount() noexcept;

 protected:
  ~RowHeader();

 private:
  void destroy() const noexcept;

  const RowType* type_;
  mutable std::atomic<std::uint32_t> references_{0};
  mutable bool hasUnknownMembers_ = false;
};

/// A row of C++ type T. Its RowType outlives it: types of structs are never destroyed, rows of objects keep theirs
/// alive.
template <class T>
class RowBox final : public RowHeader {
 public:
  template <class... Args>
  explicit RowBox(const RowType& type, Args&&... args) : RowHeader(type), value{std::forward<Args>(args)...} {}
  const T value;
};

/// A counted reference to a row, or none.
class RowRef {
 public:
  RowRef() noexcept = default;
  explicit RowRef(const RowHeader* row) noexcept : row_(row) {
    if (row_) row_->retain();
  }
  RowRef(const RowRef& other) noexcept : RowRef(other.row_) {}
  RowRef(RowRef&& other) noexcept : row_(std::exchange(other.row_, nullptr)) {}
  RowRef& operator=(RowRef other) noexcept {
    std::swap(row_, other.row_);
    return *this;
  }
  ~RowRef() {
    if (row_) row_->release();
  }

  /// Takes ownership of a reference that the caller owns.
  static RowRef adopt(const RowHeader* row) noexcept {
    RowRef result;
    result.row_ = row;
    return result;
  }
  /// Passes ownership of the reference to the caller.
  const RowHeader* detach() noexcept { return std::exchange(row_, nullptr); }

  const RowHeader* get() const noexcept { return row_; }
  const RowHeader* operator->() const noexcept { return row_; }
  const RowHeader& operator*() const noexcept { return *row_; }
  explicit operator bool() const noexcept { return row_ != nullptr; }
  /// Compares identity, not content.
  friend bool operator==(const RowRef&, const RowRef&) = default;

 private:
  const RowHeader* row_ = nullptr;
};

namespace detail {
/// Returns the row that an upsert of `row` stores: the old one if it is equal, `row` with the unknown members of the
/// old one if it has some and `row` has none, otherwise `row`. `oldRow` may be empty.
RowRef rowToStore(const RowRef& oldRow, const RowRef& row);

/// Returns whether both rows are of one type and equal. Neither may be null.
bool haveSameContent(const RowHeader& a, const RowHeader& b) noexcept;
}  // namespace detail

/// Returns whether they are the same row: one object, or two of one type with equal content, since a storage may make
/// a new object each time that it reads a row. Compares the content only if the objects differ.
inline bool isSameRow(const RowHeader* a, const RowHeader* b) noexcept {
  return a == b || (a != nullptr && b != nullptr && detail::haveSameContent(*a, *b));
}
inline bool isSameRow(const RowRef& a, const RowRef& b) noexcept { return isSameRow(a.get(), b.get()); }

/// A reference to one row of type T that keeps it alive, or empty: the result of `first()`. The row never changes.
template <class T>
class RowPtr {
 public:
  using element_type = const T;

  RowPtr() noexcept = default;
  RowPtr(std::nullptr_t) noexcept {}  // NOLINT: like any pointer
  /// Wraps a reference. REQUIRES: the row is empty or a RowBox<T>.
  explicit RowPtr(RowRef row) noexcept : row_(std::move(row)) {}

  const T* get() const noexcept HYPERDB_LIFETIMEBOUND {
    return row_ ? &static_cast<const RowBox<T>*>(row_.get())->value : nullptr;
  }
  const T& operator*() const noexcept HYPERDB_LIFETIMEBOUND { return *get(); }
  const T* operator->() const noexcept HYPERDB_LIFETIMEBOUND { return get(); }
  explicit operator bool() const noexcept { return static_cast<bool>(row_); }
  const RowRef& ref() const noexcept { return row_; }
  /// Returns whether both are the same row (which is what "unchanged" means here): one object, or equal content.
  friend bool operator==(const RowPtr& a, const RowPtr& b) noexcept { return isSameRow(a.row_, b.row_); }

 private:
  RowRef row_;
};

}  // namespace hyperdb
