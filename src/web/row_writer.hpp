// RowWriter: results as bytes. A row is its slot, with the row's object behind it when the page has not seen it yet:
// the varint `slot * 2 + isNew`, then the object if it is new.
#pragma once

#include <hyperdb/detail/web_result.hpp>

#include "web/row_slots.hpp"
#include "web/value_bytes.hpp"

namespace hyperdb::detail {

class RowWriter final : public WebWriter {
 public:
  RowWriter(ByteWriter& out, ValueWriter& values, RowSlots& slots) noexcept
      : out_(out), values_(values), slots_(slots) {}

  void value(const Value& value) override { values_.write(value); }
  void row(const RowRef& row) override;
  void rows(const RowSequence& rows) override;
  void beginArray(std::size_t size) override;

  /// Writes `count` rows from `first` on.
  void rowsFrom(const RowSequence& rows, std::size_t first, std::size_t count);
  /// Writes what turns `before` into `after`: the new size; the removed positions, each as the distance from the one
  /// before; the updated ones with their rows; the inserted ones with their rows. Without `withRows` positions alone.
  void changes(const RowSequence& before, const RowSequence& after, bool withRows);

 private:
  void slotOf(const RowRef& row);

  ByteWriter& out_;
  ValueWriter& values_;
  RowSlots& slots_;
};

}  // namespace hyperdb::detail
