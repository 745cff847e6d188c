// Hooks: coroutines that run inside the committing transaction, after each write command or scan. What they are told;
// SubscribableDB registers them.
//
// Thread safety: hooks run on the home thread; the rows that they are given may go to any thread.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <hyperdb/command.hpp>
#include <hyperdb/driver.hpp>
#include <hyperdb/table.hpp>

namespace hyperdb {

/// What a hook is told besides the rows. Lives until the hook has ended.
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
/// A row that was added or replaced, for `afterUpsert`. `old` is empty when it is a new row; it is `row` when nothing
/// has changed.
template <class Row>
struct UpsertOp {
  RowPtr<Row> old;
  RowPtr<Row> row;
};
/// A row that was removed, for `afterDelete`.
template <class Row>
struct DeleteOp {
  RowPtr<Row> old;
};

/// A scan that succeeded. The references live until the hook has ended.
struct ScanEvent {
  AnyTable table;
  const QuerySpec& query;
  const ScanPlan& plan;
  const RowSequence& rows;
};

namespace detail {

/// Rows of the op as the user's type: a dynamic table over typed rows gets them converted.
template <class Row>
RowPtr<Row> hookRow(const RowRef& row) {
  if (!row) return {};
  if constexpr (std::is_same_v<Row, Object>) {
    return RowPtr<Row>(toObjectRow(row));
  } else {
    return RowPtr<Row>(row);
  }
}

template <class Row>
InsertOp<Row> typedOp(const Op& op, InsertOp<Row>*) {
  return {hookRow<Row>(op.newRow)};
}
template <class Row>
UpsertOp<Row> typedOp(const Op& op, UpsertOp<Row>*) {
  return {hookRow<Row>(op.oldRow), hookRow<Row>(op.newRow)};
}
template <class Row>
DeleteOp<Row> typedOp(const Op& op, DeleteOp<Row>*) {
  return {hookRow<Row>(op.oldRow)};
}

using WriteHook = std::function<Action<void>(HookContext&, std::span<const Op>)>;
using ScanHook = std::function<Action<void>(HookContext&, const ScanEvent&)>;

/// Translates ops and then runs the user's hook. A coroutine: the typed ops live in its frame.
template <class TypedOp, class Hook>
Action<void> runTypedHook(const Hook& hook, HookContext& context, std::span<const Op> ops) {
  std::vector<TypedOp> typed;
  typed.reserve(ops.size());
  for (const Op& op : ops) typed.push_back(typedOp(op, static_cast<TypedOp*>(nullptr)));
  co_await hook(context, std::span<const TypedOp>(typed));
}

}  // namespace detail
}  // namespace hyperdb
