// Op: one row that was written, as hooks, commit events and drivers see it.
#pragma once

#include <string_view>
#include <vector>

#include <hyperdb/engine/table_def.hpp>
#include <hyperdb/row.hpp>

namespace hyperdb {

template <class Row>
struct ChangeOp;

/// The kind of write that made an Op.
enum class OpType : unsigned char { insert, upsert, delete_ };

/// One row that was written. An insert has a new row, a deletion an old one, an upsert a new one and, if it replaced a
/// row, an old one. An upsert whose row equals the stored one keeps the stored object: oldRow == newRow.
///
/// A stored row that does not fit its table can be replaced and deleted, but not reported: the replacing upsert has
/// no old row, the deletion no op. Instead the driver appends an op that has neither row. The runtime removes it and
/// announces an unknown change when the transaction commits.
struct Op {
  OpType type;
  const TableDef* table;
  RowRef oldRow;
  RowRef newRow;

  /// Returns the row after the write; of a deletion, the deleted row.
  const RowRef& row() const noexcept { return newRow ? newRow : oldRow; }
  /// Returns the row's id. The view lives as long as the op.
  std::string_view rowId() const noexcept { return table->rowType().id(*row()); }
  /// Returns the row as an object: itself in a dynamic table, otherwise a converted copy. O(size of the row).
  RowPtr<Object> object() const;
  /// Returns both rows as pointers to `Row`; with Object as `object` returns them. Throws Error(invalidArgument),
  /// naming the table, when its rows are of another type. Defined in hooks.hpp.
  template <class Row>
  ChangeOp<Row> as() const;
};
using Ops = std::vector<Op>;

}  // namespace hyperdb
