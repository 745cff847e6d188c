// One branch of a `where` as a range of keys.
#pragma once

#include <string>
#include <vector>

#include <hyperdb/engine/query_spec.hpp>
#include <hyperdb/error.hpp>

namespace hyperdb::detail {

/// Adds the keys of `index` that fulfil all conditions of the branch: one range, thanks to the prefix rule, or one
/// for each combination of the values of an `in`, in any order. No range if the conditions exclude each other. Throws
/// as planQuery does.
void appendBranchRanges(const TableDef& table, const IndexDef& index, const Branch& branch, const PlanOptions& options,
                        std::vector<KeyRange>& ranges);

/// Throws an Error with its place: `message` says what is wrong.
[[noreturn]] void failQuery(ErrorCode code, const std::string& message, const TableDef& table, const IndexDef& index,
                            const std::string& column = {});

}  // namespace hyperdb::detail
