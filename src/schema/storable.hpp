// The rules for what can be stored at all, whatever a type or a validator allows. A `check` returns whether the rule
// holds, and fills the failure if not.
#pragma once

#include <cmath>
#include <string>
#include <string_view>

#include <hyperdb/detail/failure.hpp>

namespace hyperdb::detail {

/// Maximum nesting of a stored value. JSON text is read down to 512 levels: this leaves room for the special objects
/// of bytes and bigints and for what a driver wraps around a row.
constexpr int storedLevelsMax = 500;

bool checkLevel(int level, ValidationFailure& failure);

bool failNotUtf8(const std::string& text, ValidationFailure& failure);
inline bool checkText(const std::string& text, ValidationFailure& failure) {
  return isValidUtf8(text) || failNotUtf8(text, failure);
}

bool failNotFinite(double number, ValidationFailure& failure);
inline bool checkFinite(double number, ValidationFailure& failure) {
  return std::isfinite(number) || failNotFinite(number, failure);
}

/// Checks a value that is neither an array nor an object.
bool checkLeaf(const Value& value, ValidationFailure& failure);

/// Names of members, and keys of records, are UTF-8, not empty, and do not start with '$'.
bool checkName(std::string_view name, ValidationFailure& failure);

/// Returns whether a path shows the name without quotes.
bool isIdentifier(std::string_view name) noexcept;

}  // namespace hyperdb::detail
