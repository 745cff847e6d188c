// A result of which only the size is known: what a driver returns for a plan that only counts.
#pragma once

#include <cassert>
#include <cstddef>

#include <hyperdb/engine/row_sequence.hpp>

namespace hyperdb::detail {

class CountedRows final : public RowSequenceBody {
 public:
  explicit CountedRows(std::size_t count) noexcept : count_(count) {}
  std::size_t size() const noexcept override { return count_; }
  RowRun runAt(std::size_t) const noexcept override {
    assert(false && "the rows were counted, not read");
    return {};
  }

 private:
  std::size_t count_;
};

/// Returns a sequence of `count` rows, none of which can be read.
inline RowSequence countedRows(std::size_t count) { return RowSequence(new CountedRows(count)); }

}  // namespace hyperdb::detail
