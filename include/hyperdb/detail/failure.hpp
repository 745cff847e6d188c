// How a refused value is reported: the one place that words a ValidationFailure and builds its path, for structs and
// for validators.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <hyperdb/validator.hpp>

namespace hyperdb::detail {

// Each of these fills the failure and returns false, for `return`.

/// Starts a failure, with an empty path.
bool failWith(ValidationFailure& failure, std::string expected, std::string actual);
/// Undefined is found as "nothing".
bool failWith(ValidationFailure& failure, std::string expected, const Value& actual);
/// Fails as a validator of that kind does for a value of another kind. REQUIRES: the kind has a description of its
/// own (no literal, union, optional or lazy).
bool failKind(ValidationFailure& failure, ValidatorKind expected, const Value& actual);
/// Prepends a member's name or an element's position to the path: `lines[2].price`, `marks["a b"]`.
bool failIn(ValidationFailure& failure, std::string_view member);
bool failAt(ValidationFailure& failure, std::size_t position);
/// Fails for a member that the object does not declare.
bool failUnknownMember(ValidationFailure& failure, std::string_view name, const Value& member);
/// Turns the failure of a Nullable's content into that of the Nullable, of which `nullable` makes the validator: null
/// is expected too.
bool failNullable(ValidationFailure& failure, Validator (*nullable)(), Value& value, Strictness strictness);

}  // namespace hyperdb::detail
