// modify: changes some members of a row, by its id.
//
//   bool wasThere = co_await modify(tasksTable, "t1", [&](Task& task) { task.title = title; });
//
// Thread safety: as any Action.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <hyperdb/command.hpp>

namespace hyperdb {

namespace detail {

/// The change of a row. Belongs to the command that runs it.
class RowChange {
 public:
  RowChange() = default;
  RowChange(const RowChange&) = delete;
  RowChange& operator=(const RowChange&) = delete;
  virtual ~RowChange() = default;
  /// Adds a changed copy of the row to the command.
  virtual void apply(const RowRef& row, WriteCommand& command) = 0;
};

template <class Row, class Function>
class TypedRowChange final : public RowChange {
 public:
  explicit TypedRowChange(Function function) : function_(std::move(function)) {}
  void apply(const RowRef& row, WriteCommand& command) override {
    Row changed = *rowPtrAs<Row>(row);
    function_(changed);
    addRow<Row>(command, std::move(changed));
  }

 private:
  Function function_;
};

Action<bool> modifyRow(std::shared_ptr<const TableDef> table, std::string id, std::unique_ptr<RowChange> change);

}  // namespace detail

/// Changes the row with this id: calls `change` with a copy of it as `Row&`, which then replaces the row as an
/// `upsert` does, with its hooks. Returns whether there is such a row; without one `change` is not called, which is
/// no error. Fails, with nothing written, with what `change` throws, Error(invalidArgument) when it changes the id,
/// uniqueViolation or invalidRow. A row that `change` leaves as it is invalidates no live result. For actions,
/// `execSync` and `execAsync`. O(log n) for each index.
///
/// `change` is moved into the command and lives as long as the command; what it refers to must live until the command
/// has ended.
template <class Row, class Function>
Action<bool> modify(const Table<Row>& table, std::string_view id, Function change) {
  constexpr bool takesRow = std::is_invocable_v<Function&, Row&> && !std::is_invocable_v<Function&, Row&&>;
  static_assert(takesRow, "hyperdb: modify takes a function of the row by reference: [&](Row& row) { row.x = 1; }");
  if constexpr (takesRow) {
    constexpr bool givesNothing = std::is_void_v<std::invoke_result_t<Function&, Row&>>;
    static_assert(givesNothing, "hyperdb: modify takes a function that returns nothing, and awaits nothing");
    using Change = detail::TypedRowChange<Row, Function>;
    return detail::modifyRow(table.sharedDef(), std::string(id), std::make_unique<Change>(std::move(change)));
  } else {
    return {};
  }
}

}  // namespace hyperdb
