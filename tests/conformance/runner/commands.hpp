// The selectors and actions of the runner: one definition for each kind of step.
#pragma once

#include <string>

#include <hyperdb/command.hpp>
#include <hyperdb/definition.hpp>

namespace hyperdb::conformance {

using ScanCall = SelectorCall<Rows<Object>, Value>;
/// Its argument, which makes the cache key, is JSON text: placeholders in queries are no storable values.
using WatchCall = SelectorCall<Rows<Object>, std::string>;
using WriteCall = ActionCall<void, Value>;
using TransactionCall = ActionCall<Value, Value>;

/// One query.
ScanCall scanCall(Value scan);
/// A selector of its own (it shares no cache entry with any other) that gives the rows of all these queries.
WatchCall watchCall(const std::string& name, const Array& queries);
/// One write command.
WriteCall writeCall(Value step);
/// The steps of a `tx`; gives the array of their results. Throws TransactionFailed.
TransactionCall transactionCall(Value step);

/// What an insert, upsert or delete step writes.
WriteCommand writeOf(const Object& step);
bool isWrite(const std::string& name) noexcept;

}  // namespace hyperdb::conformance
