// Normalizer: normalises a value in one walk over it and its validator.
#pragma once

#include <string>
#include <string_view>

#include <hyperdb/validator.hpp>

namespace hyperdb::detail {

/// Walks over one value. Every function returns whether the value is acceptable; if not, `failure()` says why, and
/// the value is unspecified (but see `applyUnion`).
class Normalizer {
 public:
  explicit Normalizer(Strictness strictness) noexcept : strictness_(strictness) {}

  bool apply(const Validator& validator, Value& value);
  /// Checks that a value without a validator can be stored.
  bool applyStorable(const Value& value) { return applyWithout(value, false); }
  /// Checks that all names of members in the value, known or not, can be stored.
  bool applyNames(const Value& value) { return applyWithout(value, true); }

  ValidationFailure& failure() noexcept { return failure_; }

 private:
  class Level;

  bool applyKind(const Validator& validator, ValueKind kind, const Value& value);
  bool applyLiteral(const Validator& validator, const Value& value);
  bool applyArray(const Validator& validator, Value& value);
  bool applyObject(const Validator& validator, Value& value);
  bool applyUnknownMembers(const Validator& validator, Object& object);
  bool applyRecord(const Validator& validator, Value& value);
  bool applyKey(const Validator& keyValidator, const std::string& key);
  /// Applies the validator of an array or record to an element, which can't be absent.
  bool applyElement(const Validator& element, Value& value);

  /// Applies a union. Leaves the value unchanged when no alternative accepts it.
  bool applyUnion(const Validator& validator, Value& value);
  bool applyFirstThatAccepts(const std::vector<const Validator*>& candidates, Value& value);
  bool applyBestShape(const std::vector<const Validator*>& candidates, Value& value);
  bool acceptsInFull(const Validator& validator, const Value& value);
  bool failUnion(const Validator& validator, const std::vector<const Validator*>& candidates, const Value& value);

  bool applyWithout(const Value& value, bool onlyNames);
  /// Handles a value of another kind than the declared one.
  bool applyMismatch(const Validator& validator, const Value& value);

  Strictness strictness_;
  int unionsCount_ = 0;  // entered since the last level: more than a few are a cycle
  // Unions without tags inside each other may be tried in exponentially many ways: user input must not find them.
  int attemptsLeft_ = 20000;
  ValidationFailure failure_;
};

}  // namespace hyperdb::detail
