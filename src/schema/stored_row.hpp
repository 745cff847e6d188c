// Stored rows: reading one, and the error for one that does not fit its table.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <hyperdb/engine/table_def.hpp>
#include <hyperdb/error.hpp>
#include <hyperdb/validator.hpp>

namespace hyperdb::detail {

/// Returns the row that a storage has under that id, if the caller knows it. Empty, with `failure` filled, if the text
/// is not JSON, does not fit the table or says another id.
RowRef readStoredRow(const TableDef& table, std::optional<std::string_view> id, std::string_view text,
                     ValidationFailure& failure);

/// Returns the invalidRow error for a stored row that can't be read.
inline Error unfitRowError(const TableDef& table, const ValidationFailure& failure, std::string_view id) {
  return Error(ErrorCode::invalidRow,
               "a stored row does not fit its table, but can be replaced or deleted by its id: " + failure.message(),
               {table.name(), {}, failure.path, std::string(id), {}});
}

}  // namespace hyperdb::detail
