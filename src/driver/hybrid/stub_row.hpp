// Stub: a placeholder row: its key is known, its row is not loaded. In the trees it stands for the row and has only
// its id.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include <hyperdb/engine/driver.hpp>
#include <hyperdb/engine/row_type.hpp>
#include <hyperdb/row.hpp>

#include "driver/memory/database_state.hpp"

namespace hyperdb::detail::hybrid {

/// Makes a stub: a row of a type of its own, that only knows its id; one object in all trees of a table.
RowRef makeStub(std::string id);
bool isStub(const RowHeader& row) noexcept;
/// Returns the id of an op's row, which may be a stub: that of a removed row that could not be read.
inline std::string_view rowIdOf(const Op& op) noexcept { return op.row()->type().id(*op.row()); }

/// Replaces a stub by its row in every tree. Returns false, with nothing changed, if the trees have no stub of this
/// id, or not exactly at the row's keys: then it is not the row that the stub stands for. Throws std::bad_alloc: the
/// trees may have been changed in part.
bool replaceStub(memory::TableState& table, const TableDef& def, const RowRef& row, DriverCounters& work);

/// Removes the stubs of these ids from every tree, wherever they are; ids without a stub are ignored. Returns whether
/// there was one. Scans the whole table if there is, since a stub does not know its keys.
bool eraseStubs(memory::TableState& table, std::span<const std::string_view> ids, DriverCounters& work);

}  // namespace hyperdb::detail::hybrid
