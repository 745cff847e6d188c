// Values as JSON text, in and out.
//
// JSON has no bytes, no big integers and no NaN. An object with exactly one member of one of these names stands for
// them: {"$bigint": "-12"}, {"$bytes": "00ff"} (hexadecimal), {"$number": "NaN" | "Infinity" | "-Infinity" | "-0"},
// {"$undefined": true}. No storable object has a member whose name starts with '$', so nothing is ambiguous.
//
// Thread safety: functions without state; any thread.
#pragma once

#include <string>
#include <string_view>

#include <hyperdb/value.hpp>

namespace hyperdb {

/// Parses one JSON text. Throws Error(invalidJson) with line and column and what was expected. Nesting is limited to
/// 512 levels. The text must be UTF-8. Of two members with one name the last one counts. O(n).
Value parseJson(std::string_view text);

/// Returns compact JSON: members in the object's order, numbers in the shortest form that reads back to the same
/// double. parseJson(toJson(v)) == v for every value that can be stored, and also for NaN, infinities and undefined.
/// Bytes of a string that are not UTF-8 become U+FFFD. Throws Error(invalidArgument) when the value is nested deeper
/// than 512 levels, which parseJson would refuse. O(n), but O(d^2) for a bigint of d digits.
std::string toJson(const Value& value);
/// Appends the same text to `out`.
void appendJson(std::string& out, const Value& value);

}  // namespace hyperdb
