#include "schema/stored_row.hpp"

#include <hyperdb/detail/failure.hpp>

namespace hyperdb::detail {

RowRef readStoredRow(const TableDef& table, std::optional<std::string_view> id, std::string_view text,
                     ValidationFailure& failure) {
  const RowType& type = table.rowType();
  RowRef row;
  try {
    row = type.fromJson(text, Strictness::shape, failure);
  } catch (const Error& error) {
    failWith(failure, "JSON", error.message());
  }
  if (!row || !id || type.id(*row) == *id) return row;
  failWith(failure, "the row's own id, " + describe(Value(*id)), Value(type.id(*row)));
  failIn(failure, "id");
  return {};
}

}  // namespace hyperdb::detail
