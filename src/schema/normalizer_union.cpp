// Unions: selects the alternative for a value.
//
// An alternative that can't accept the value is excluded at once, by the value's kind and by the literals that an
// object must have (its tag). So a tagged union costs no more than the tagged alternative, and reports the failures
// of that alternative.
//
// Strictness::full takes the first alternative that accepts. Strictness::shape, which checks neither kinds nor
// literals, takes the first alternative whose shape the value has and that would accept the result in full; otherwise
// the first whose shape it has. So unknown members are dropped from the rows of a union of objects too.
#include <optional>

#include <hyperdb/error.hpp>

#include "schema/normalizer_level.hpp"
#include "schema/validator_node.hpp"

namespace hyperdb::detail {

namespace {

using Candidates = std::vector<const Validator*>;

constexpr int unionsWithoutLevelMax = 64;

bool failAmbiguous(ValidationFailure& failure) {
  return failWith(failure, "alternatives of nested unions that can be told apart",
                  std::string("a value that fits too many of them halfway"));
}

/// Returns the kind that a value must have for this validator; nothing when it can be several.
std::optional<ValueKind> kindFor(const Validator& target) {
  switch (target.kind()) {
    case ValidatorKind::string: return ValueKind::string;
    case ValidatorKind::number: return ValueKind::number;
    case ValidatorKind::bigint: return ValueKind::bigint;
    case ValidatorKind::boolean: return ValueKind::boolean;
    case ValidatorKind::null: return ValueKind::null;
    case ValidatorKind::bytes: return ValueKind::bytes;
    case ValidatorKind::literal: return target.literalValue()->kind();
    case ValidatorKind::array: return ValueKind::array;
    case ValidatorKind::object:
    case ValidatorKind::record: return ValueKind::object;
    case ValidatorKind::unionOf:
    case ValidatorKind::optional:
    case ValidatorKind::lazy:
    case ValidatorKind::pass:
    case ValidatorKind::any: break;
  }
  return std::nullopt;
}

/// Returns whether the object has every literal that the validator demands.
bool hasTags(const Validator& target, const Object& object) {
  for (const Validator::Field& field : target.fields()) {
    if (field.validator.kind() != ValidatorKind::literal) continue;
    const Value* member = object.find(field.name);
    if (member == nullptr || !isLiteral(*field.validator.literalValue(), *member)) return false;
  }
  return true;
}

/// Returns the alternatives that may accept the value, by kind.
Candidates candidatesByKind(const Validator& validator, ValueKind kind) {
  Candidates candidates;
  for (const Validator& alternative : validator.alternatives()) {
    const Validator& target = behindOptional(alternative);
    std::optional<ValueKind> wanted = kindFor(target);
    if (!wanted || *wanted == kind) candidates.push_back(&target);
  }
  return candidates;
}

/// Returns the candidates whose tags fit too.
Candidates candidatesByTag(const Candidates& candidates, const Value& value) {
  const Object* object = value.get<Object>();
  if (object == nullptr) return candidates;
  Candidates tagged;
  for (const Validator* candidate : candidates) {
    if (candidate->kind() != ValidatorKind::object || hasTags(*candidate, *object)) tagged.push_back(candidate);
  }
  return tagged;
}

/// Returns whether normalising may change the value; other attempts need no copy.
bool isChanging(const Validator& target) {
  return target.kind() == ValidatorKind::array || target.kind() == ValidatorKind::object ||
         target.kind() == ValidatorKind::record;
}

/// Returns whether what the validator accepts is among what a union may list beside it.
bool isChoice(const Validator& target) {
  return target.kind() == ValidatorKind::literal || target.kind() == ValidatorKind::unionOf;
}

/// Returns the name of the field that is a literal in every candidate; empty if there is none.
std::string commonTag(const Candidates& candidates) {
  for (const Validator::Field& field : candidates.front()->fields()) {
    bool isCommon = true;
    for (const Validator* candidate : candidates) {
      const Validator* other = findField(*candidate, field.name);
      isCommon = isCommon && other != nullptr && other->kind() == ValidatorKind::literal;
    }
    if (isCommon) return field.name;
  }
  return {};
}

}  // namespace

bool isLiteral(const Value& literal, const Value& value) noexcept {
  const double* wanted = literal.get<double>();
  const double* given = value.get<double>();
  if (wanted != nullptr && given != nullptr) return *wanted == *given;
  return literal == value;
}

bool Normalizer::applyUnion(const Validator& validator, Value& value) {
  if (unionsCount_ == unionsWithoutLevelMax) {
    throw Error(ErrorCode::invalidDefinition, "a union that contains itself without an object or array between");
  }
  ++unionsCount_;
  Candidates byKind = candidatesByKind(validator, value.kind());
  Candidates byTag = candidatesByTag(byKind, value);
  bool isAccepted = false;
  if (strictness_ == Strictness::shape) {
    isAccepted = applyBestShape(byTag.empty() ? byKind : byTag, value);
  } else {
    isAccepted = applyFirstThatAccepts(byTag, value);
    // The failure of the only possible alternative, or inside it, says more than one about all of them.
    bool isSaid = byTag.size() == 1 && (!isChoice(*byTag.front()) || !failure_.path.empty());
    if (!isAccepted && !isSaid) failUnion(validator, byTag.empty() ? byKind : byTag, value);
  }
  --unionsCount_;
  return isAccepted;
}

bool Normalizer::applyFirstThatAccepts(const Candidates& candidates, Value& value) {
  for (const Validator* candidate : candidates) {
    if (!isChanging(*candidate)) {
      if (apply(*candidate, value)) return true;
      continue;
    }
    if (attemptsLeft_-- <= 0) return failAmbiguous(failure_);
    Value copy = value;
    if (!apply(*candidate, copy)) continue;
    value = std::move(copy);
    return true;
  }
  return false;
}

bool Normalizer::applyBestShape(const Candidates& candidates, Value& value) {
  if (candidates.empty()) return applyStorable(value);
  std::optional<Value> best;
  std::optional<ValidationFailure> firstFailure;
  for (const Validator* candidate : candidates) {
    if (attemptsLeft_-- <= 0) return failAmbiguous(failure_);
    Value copy = value;
    if (!apply(*candidate, copy)) {
      if (!firstFailure) firstFailure = failure_;
      continue;
    }
    bool isOnly = candidates.size() == 1;
    if (isOnly || acceptsInFull(*candidate, copy)) {
      value = std::move(copy);
      return true;
    }
    if (!best) best = std::move(copy);
  }
  if (!best) {
    failure_ = *std::move(firstFailure);
    return false;
  }
  value = *std::move(best);
  return true;
}

bool Normalizer::acceptsInFull(const Validator& validator, const Value& value) {
  Normalizer other(Strictness::full);
  other.attemptsLeft_ = attemptsLeft_;
  Value copy = value;
  bool isAccepted = other.apply(validator, copy);
  attemptsLeft_ = other.attemptsLeft_;
  return isAccepted;
}

bool Normalizer::failUnion(const Validator& validator, const Candidates& candidates, const Value& value) {
  bool isObjects = value.get<Object>() != nullptr && !candidates.empty();
  for (const Validator* candidate : candidates) isObjects = isObjects && candidate->kind() == ValidatorKind::object;
  if (isObjects) {
    std::string tag = commonTag(candidates);
    const Value* member = value.get<Object>()->find(tag);
    std::vector<Validator> tags;
    bool isKnownTag = false;
    for (const Validator* candidate : candidates) {
      if (tag.empty()) break;
      tags.push_back(*findField(*candidate, tag));
      isKnownTag = isKnownTag || (member != nullptr && tags.back().accepts(*member));
    }
    if (!tags.empty() && !isKnownTag) {
      failWith(failure_, v::union_(std::move(tags)).description(), member != nullptr ? *member : Value());
      return failIn(failure_, tag);
    }
  }
  return failWith(failure_, validator.description(), value);
}

}  // namespace hyperdb::detail
