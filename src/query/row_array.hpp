// RowArray: a result as an array.
#pragma once

#include <cstddef>

#include <hyperdb/engine/row_sequence.hpp>

namespace hyperdb::detail {

/// One allocation: the rows are stored behind the object. Made by RowArrayBuilder only.
class RowArray final : public RowSequenceBody {
 public:
  ~RowArray() override;
  std::size_t size() const noexcept override { return size_; }
  RowRun runAt(std::size_t position) const noexcept override { return {rows() + position, 1, size_ - position}; }
  static void operator delete(void* block) noexcept;

 private:
  friend class RowArrayBuilder;
  RowArray() noexcept = default;
  RowRef* rows() noexcept { return reinterpret_cast<RowRef*>(this + 1); }
  const RowRef* rows() const noexcept { return reinterpret_cast<const RowRef*>(this + 1); }

  std::size_t size_ = 0;
};

/// Fills an array of a size known at the start. Throws std::bad_alloc from the constructor only.
class RowArrayBuilder {
 public:
  explicit RowArrayBuilder(std::size_t capacity);

  /// Adds a row. REQUIRES: fewer than `capacity` rows were added.
  void add(RowRef row) noexcept;
  void add(RowRun run) noexcept;
  RowSequence finish() noexcept { return array_ == nullptr ? RowSequence() : RowSequence(std::move(holder_)); }

 private:
  RowArray* array_ = nullptr;
  RowSequence holder_;
};

}  // namespace hyperdb::detail
