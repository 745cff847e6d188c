// What a commit of another process does to memory and to live results.
#pragma once

#include <hyperdb/driver.hpp>

namespace hyperdb::detail::hybrid {

class Core;

/// Applies the ops that the primary reports to memory, except those of ids with an unflushed change, and returns the
/// ops to announce. For each row they lead from what the commit replaced, over what memory had (a read may have taken
/// it from the primary before the report came), to what the row is now: a live result may show any of these.
/// Throws Error(uniqueViolation), std::bad_alloc: then memory may have applied a part.
Ops mergeExternal(Core& core, const Ops& ops);

/// Appends the op that turns the row `before` into `after`, unless they are equal. Either may be null.
void appendOp(Ops& ops, const TableDef* table, const RowRef& before, const RowRef& after);

}  // namespace hyperdb::detail::hybrid
