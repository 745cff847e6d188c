// Stub rows: what stands in the trees for a row that memory has not read: nothing but its id.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include <hyperdb/driver.hpp>
#include <hyperdb/row.hpp>
#include <hyperdb/row_type.hpp>

#include "driver/memory/database_state.hpp"

namespace hyperdb::detail::hybrid {

/// A row of a type of its own, that only knows its id: one object in all trees of a table.
RowRef makeStub(std::string id);
bool isStub(const RowHeader& row) noexcept;
/// Returns the id of an op's row, which may be a stub: that of a removed row that could not be read.
inline std::string_view rowIdOf(const Op& op) noexcept { return op.row()->type().id(*op.row()); }

/// Puts a row in the place of its stub in every tree. False, and nothing is done, if the trees have no stub of this id,
/// or not exactly at the row's keys: then it is not the row that the stub stands for.
/// Throws std::bad_alloc: the trees may have been changed in part.
bool replaceStub(memory::TableState& table, const TableDef& def, const RowRef& row, DriverCounters& work);

/// Takes the stubs of these ids out of every tree, wherever they are; ids without a stub are ignored. Returns whether
/// there was one. Looks at the whole table if there is, since a stub does not know its keys.
bool eraseStubs(memory::TableState& table, std::span<const std::string_view> ids, DriverCounters& work);

}  // namespace hyperdb::detail::hybrid
