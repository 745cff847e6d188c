// The description behind a Validator.
#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <hyperdb/validator.hpp>

namespace hyperdb {

/// One node for all kinds; only the members of its kind are set. Immutable once a Validator points to it, except the
/// target of a `lazy`, which the first caller makes.
struct Validator::Node {
  explicit Node(ValidatorKind nodeKind) noexcept : kind(nodeKind) {}

  static const Node& of(const Validator& validator) noexcept { return *validator.node_; }

  /// Returns the target of a lazy validator. Throws what the maker throws; then the next call tries again.
  const Validator& target() const;

  ValidatorKind kind;
  std::vector<Field> fields;
  std::vector<Validator> alternatives;
  std::optional<Validator> element;
  std::optional<Validator> key;
  std::optional<Value> literal;
  Validator (*make)() = nullptr;

 private:
  // A target that contains its own lazy node keeps itself alive. That is bounded: a maker captures nothing, so such a
  // target is one static object.
  mutable std::once_flag once_;
  mutable std::optional<Validator> target_;
};

namespace detail {

/// Returns the validator behind any number of `lazy`. Throws Error(invalidDefinition) when there is none.
const Validator& resolved(const Validator& validator);

/// Returns the validator behind any number of `lazy` and `optional`: for a present value they are the same. Throws
/// Error(invalidDefinition) when there is none.
const Validator& behindOptional(const Validator& validator);

/// Returns the object validators of a row's schema: itself, or the alternatives of a union (of unions). Empty when it
/// is anything else. The pointers live as long as the schema.
std::vector<const Validator*> rowVariants(const Validator& schema);

/// Returns the field's validator, or null.
const Validator* findField(const Validator& object, std::string_view name);

/// Returns "a string" for the kind `string`, ... REQUIRES: the kind does not depend on parts: no literal, union,
/// optional or lazy.
std::string describeKind(ValidatorKind kind);

/// Returns whether only strings are accepted: a string, a literal string, a union of such.
bool acceptsOnlyStrings(const Validator& validator);

/// Returns whether two validators are built alike (the order of an object's fields does not matter).
bool areEquivalent(const Validator& a, const Validator& b);

/// Returns why a value without a validator can't be stored; nothing if it can. O(size of the value).
std::optional<ValidationFailure> checkStorable(const Value& value);
/// Returns why the names of members in the value can't be stored; nothing if they can.
std::optional<ValidationFailure> checkNames(const Value& value);

}  // namespace detail

}  // namespace hyperdb
