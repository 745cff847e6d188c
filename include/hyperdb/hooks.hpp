// Hooks: coroutines that run inside the committing transaction, after each write command or scan. This header has
// their parameters; SubscribableDB registers them.
//
// Thread safety: hooks run on the home thread; the rows passed to them may go to any thread.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <hyperdb/command.hpp>
#include <hyperdb/op.hpp>
#include <hyperdb/table.hpp>

namespace hyperdb {

/// What a hook receives besides the rows. Lives until the hook has ended.
struct HookContext {
  AnyTable table;
  const Traits& traits;
  OpType type;  ///< of the write command; meaningless for scans
};

/// A row that was added, for `afterInsert`. The pointer may be kept.
template <class Row>
struct InsertOp {
  RowPtr<Row> row;
};
/// A row that was added or replaced, for `afterUpsert`. `old` is empty when the row is new, and equal to `row` when
/// the upsert changed nothing.
template <class Row>
struct UpsertOp {
  RowPtr<Row> old;
  RowPtr<Row> row;
};
/// A row that was deleted, for `afterDelete`.
template <class Row>
struct DeleteOp {
  RowPtr<Row> old;
};

/// A row that was written, for `afterChange` on one table and `Op::as`. `old` is empty when the row is new, `row`
/// when it was deleted; they are one row when an upsert changed nothing.
template <class Row>
struct ChangeOp {
  OpType type;
  RowPtr<Row> old;
  RowPtr<Row> row;
};

/// A scan that succeeded. The references live until the hook has ended.
struct ScanEvent {
  AnyTable table;
  const QuerySpec& query;
  const ScanPlan& plan;
  const RowSequence& rows;
};

namespace detail {

/// Returns a row of the op as the user's type; converts rows of structs where Object is requested.
template <class Row>
RowPtr<Row> typedRow(const Op& op, const RowRef& row) {
  if (!row) return {};
  if constexpr (std::is_same_v<Row, Object>) {
    return RowPtr<Row>(toObjectRow(row));
  } else {
    if (row->type().representation() != structRowType<Row>()->representation()) throwOtherRowType(*op.table);
    return RowPtr<Row>(row);
  }
}

template <class Row>
InsertOp<Row> typedOp(const Op& op, InsertOp<Row>*) {
  return {typedRow<Row>(op, op.newRow)};
}
template <class Row>
UpsertOp<Row> typedOp(const Op& op, UpsertOp<Row>*) {
  return {typedRow<Row>(op, op.oldRow), typedRow<Row>(op, op.newRow)};
}
template <class Row>
DeleteOp<Row> typedOp(const Op& op, DeleteOp<Row>*) {
  return {typedRow<Row>(op, op.oldRow)};
}
template <class Row>
ChangeOp<Row> typedOp(const Op& op, ChangeOp<Row>*) {
  return op.as<Row>();
}

using WriteHook = std::function<Action<void>(HookContext&, std::span<const Op>)>;
using ScanHook = std::function<Action<void>(HookContext&, const ScanEvent&)>;

/// Converts the ops and then runs the user's hook. A coroutine: the typed ops live in its frame.
template <class TypedOp, class Hook>
Action<void> runTypedHook(const Hook& hook, HookContext& context, std::span<const Op> ops) {
  std::vector<TypedOp> typed;
  typed.reserve(ops.size());
  for (const Op& op : ops) typed.push_back(typedOp(op, static_cast<TypedOp*>(nullptr)));
  co_await hook(context, std::span<const TypedOp>(typed));
}

}  // namespace detail

/// See the declaration in op.hpp.
template <class Row>
ChangeOp<Row> Op::as() const {
  return {type, detail::typedRow<Row>(*this, oldRow), detail::typedRow<Row>(*this, newRow)};
}

}  // namespace hyperdb
