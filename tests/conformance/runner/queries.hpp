// Queries, made from the descriptions of scans.
#pragma once

#include <hyperdb/command.hpp>

namespace hyperdb::conformance {

/// Runs the query that `scan` describes; with "first" it gives one row at most. `outer` is the row whose columns stand
/// for {"$row": "column"} in conditions.
Selector<Rows<Object>> runScan(Object scan, RowPtr<Object> outer = {});

/// Runs the queries one after the other, with what follows from their rows, and joins the results.
Selector<Rows<Object>> runQueries(Array queries);

}  // namespace hyperdb::conformance
