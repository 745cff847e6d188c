// Rows that hooks write: {"id": {"$concat": ["log-", {"$new": "id"}]}, "what": {"$type": true}}.
#pragma once

#include <hyperdb/row.hpp>
#include <hyperdb/value.hpp>

namespace hyperdb::conformance {

/// What the placeholders of a template stand for.
struct TemplateSource {
  RowPtr<Object> oldRow;      ///< {"$old": column}
  RowPtr<Object> newRow;      ///< {"$new": column}
  RowPtr<Object> scannedRow;  ///< {"$row": column}
  const char* type = "";      ///< {"$type": true}
};

/// The value with its placeholders filled in; a column that is absent gives undefined.
Value fillIn(const Value& written, const TemplateSource& source);

}  // namespace hyperdb::conformance
