// The one exception type of HyperDB and its closed list of codes.
//
// Thread safety: an Error is an immutable value once thrown.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace hyperdb {

/// The kind of an error. The list is closed: a `switch` over it is complete.
enum class ErrorCode : unsigned char {
  // Definitions and rows.
  invalidDefinition,  ///< a table, index or validator definition is not allowed
  invalidRow,         ///< a row does not fit its table
  duplicateId,        ///< an insert of an id that exists, or twice in one batch
  uniqueViolation,    ///< a `uniqhash` value, or combination of values, that another row has
  // Queries.
  unknownTable,           ///< the table was never loaded into this database
  unknownIndex,           ///< the table has no such index
  unknownColumn,          ///< a condition on a column that the index does not have
  nonPrefixColumn,        ///< a condition on a column while a column before it is not fixed by equality
  conflictingConditions,  ///< an equality and a range on one column
  multipleEquality,       ///< two equalities on one column
  noConditions,           ///< a scan of a hash index with a branch that has no equality on one of its columns
  rangeOnHash,            ///< a scan of a hash index with anything but an equality
  undefinedFilter,        ///< a condition whose operand is undefined, NaN or not a key value
  invalidLimit,           ///< a limit that is not a whole number of at least 0
  // Commands and execution.
  invalidArgument,      ///< an argument of a command or an option is not acceptable
  writeInSelector,      ///< a write command, or an action, in a selector
  transactionFinished,  ///< a transaction was used after it was committed or rolled back
  notSynchronous,       ///< a synchronous call needed a result that is not ready yet
  wrongThread,          ///< a synchronous call from a thread that is not the database's home
  /// a synchronous dispatch from inside a running action, or from inside a selector whose snapshot the storage could
  /// not keep beside a commit and that reads on
  nestedDispatch,
  nestingTooDeep,  ///< commands call each other deeper than the limit
  cancelled,       ///< the caller cancelled the operation, or its owner was closed
  closed,          ///< the database was closed
  snapshotLost,    ///< another process committed between two reads of a command that can't be run again
  // The world.
  invalidJson,    ///< a text is not JSON, or not JSON that describes a value
  corruptKey,     ///< stored key bytes that no encoder wrote
  driverFailure,  ///< the storage failed; the message says how
};

/// Returns the name of a code as the conformance format spells it ("duplicate_id").
std::string_view errorCodeName(ErrorCode code) noexcept;

/// Where an error happened. Empty members do not apply.
struct ErrorPlace {
  std::string table;
  std::string index;
  /// A column, or the path of a value inside a row (`items[2].price`). Empty if several columns together are at fault.
  std::string column;
  std::string rowId;
  std::string command;  ///< the selector or action that was running
};

/// Thrown for everything that the world does or that a user asks wrongly. `what()` is one sentence that names what is
/// known of table, index, column, row and command.
class Error : public std::runtime_error {
 public:
  Error(ErrorCode code, const std::string& message, ErrorPlace place = {});

  ErrorCode code() const noexcept { return code_; }
  const ErrorPlace& place() const noexcept { return place_; }
  /// Returns the message without the place.
  const std::string& message() const noexcept { return message_; }

 private:
  ErrorCode code_;
  std::string message_;
  ErrorPlace place_;
};

}  // namespace hyperdb
