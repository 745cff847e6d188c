#include <hyperdb/error.hpp>

#include <hyperdb/value.hpp>

namespace hyperdb {

namespace {

/// Longer names and ids are cut.
constexpr std::size_t partLengthMax = 200;

/// Appends `, kind "name"`, or ` (kind "name"` for the first part.
void appendPart(std::string& out, bool& first, std::string_view kind, const std::string& name) {
  if (name.empty()) return;
  out += first ? " (" : ", ";
  first = false;
  out += kind;
  out += ' ';
  out += describe(Value(name), partLengthMax);
}

/// Returns `message (table "t", index "i", column "c", row "r", command "m")`, only the known parts. A validation
/// message starts with the path of the value already, then the column is not repeated.
std::string sentence(const std::string& message, const ErrorPlace& place) {
  std::string out = message;
  bool first = true;
  appendPart(out, first, "table", place.table);
  appendPart(out, first, "index", place.index);
  bool isSaid = message.compare(0, place.column.size() + 1, place.column + ":") == 0;
  if (!isSaid) appendPart(out, first, "column", place.column);
  appendPart(out, first, "row", place.rowId);
  appendPart(out, first, "command", place.command);
  if (!first) out += ')';
  return out;
}

}  // namespace

std::string_view errorCodeName(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::invalidDefinition: return "invalid_definition";
    case ErrorCode::invalidRow: return "invalid_row";
    case ErrorCode::duplicateId: return "duplicate_id";
    case ErrorCode::uniqueViolation: return "unique_violation";
    case ErrorCode::unknownTable: return "unknown_table";
    case ErrorCode::unknownIndex: return "unknown_index";
    case ErrorCode::unknownColumn: return "unknown_column";
    case ErrorCode::nonPrefixColumn: return "non_prefix_column";
    case ErrorCode::conflictingConditions: return "conflicting_conditions";
    case ErrorCode::multipleEquality: return "multiple_equality";
    case ErrorCode::noConditions: return "no_conditions";
    case ErrorCode::rangeOnHash: return "range_on_hash";
    case ErrorCode::undefinedFilter: return "undefined_filter";
    case ErrorCode::invalidLimit: return "invalid_limit";
    case ErrorCode::invalidArgument: return "invalid_argument";
    case ErrorCode::writeInSelector: return "write_in_selector";
    case ErrorCode::transactionFinished: return "transaction_finished";
    case ErrorCode::notSynchronous: return "not_synchronous";
    case ErrorCode::wrongThread: return "wrong_thread";
    case ErrorCode::nestedDispatch: return "nested_dispatch";
    case ErrorCode::nestingTooDeep: return "nesting_too_deep";
    case ErrorCode::cancelled: return "cancelled";
    case ErrorCode::closed: return "closed";
    case ErrorCode::snapshotLost: return "snapshot_lost";
    case ErrorCode::invalidJson: return "invalid_json";
    case ErrorCode::corruptKey: return "corrupt_key";
    case ErrorCode::driverFailure: return "driver_failure";
  }
  return "unknown_code";
}

Error::Error(ErrorCode code, const std::string& message, ErrorPlace place)
    : std::runtime_error(sentence(message, place)), code_(code), message_(message), place_(std::move(place)) {}

}  // namespace hyperdb
