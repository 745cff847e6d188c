// What a Validator points to.
#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <hyperdb/validator.hpp>

namespace hyperdb {

/// One node for all kinds; only the members of its kind are set. Immutable once a Validator points to it, but for the
/// target of a `lazy`, which is made once, by whoever asks first.
struct Validator::Node {
  explicit Node(ValidatorKind nodeKind) noexcept : kind(nodeKind) {}

  static const Node& of(const Validator& validator) noexcept { return *validator.node_; }

  /// The target of a lazy validator. Throws what the maker throws; then the next call tries again.
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

/// The validator behind any number of `lazy`. Throws Error(invalidDefinition) when there is nothing behind them.
const Validator& resolved(const Validator& validator);

/// The validator behind any number of `lazy` and `optional`: for a value that is there they are the same. Throws
/// Error(invalidDefinition) when there is nothing behind them.
const Validator& behindOptional(const Validator& validator);

/// The object validators that a row's schema consists of: itself, or the alternatives of a union (of unions). Empty
/// when it is anything else. The pointers live as long as the schema.
std::vector<const Validator*> rowVariants(const Validator& schema);

/// The field's validator, or null.
const Validator* findField(const Validator& object, std::string_view name);

/// Whether only strings are accepted: a string, a literal string, a union of such.
bool acceptsOnlyStrings(const Validator& validator);

/// Whether two validators are built alike (the order of an object's fields does not matter).
bool areEquivalent(const Validator& a, const Validator& b);

/// Storability of a value that no validator describes. O(size of the value).
std::optional<ValidationFailure> checkStorable(const Value& value);
/// Of the names of members in it only.
std::optional<ValidationFailure> checkNames(const Value& value);

}  // namespace detail

}  // namespace hyperdb
