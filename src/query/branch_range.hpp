// One branch of a `where` as a range of keys.
#pragma once

#include <optional>
#include <string>

#include <hyperdb/error.hpp>
#include <hyperdb/query_spec.hpp>

namespace hyperdb::detail {

/// The keys of `index` that fulfil all conditions of the branch: always a single range, thanks to the prefix rule.
/// Nothing if the conditions exclude each other. Throws as planQuery does.
std::optional<KeyRange> branchRange(const TableDef& table, const IndexDef& index, const Branch& branch,
                                    const PlanOptions& options);

/// Error with the place filled in: `message` says what is wrong.
[[noreturn]] void failQuery(ErrorCode code, const std::string& message, const TableDef& table, const IndexDef& index,
                            const std::string& column = {});

}  // namespace hyperdb::detail
