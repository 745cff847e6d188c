#include "schema/normalizer.hpp"

#include "schema/normalizer_level.hpp"
#include "schema/storable.hpp"
#include "schema/unknown_members.hpp"
#include "schema/validator_node.hpp"

namespace hyperdb {

std::optional<ValidationFailure> Validator::normalize(Value& value, Strictness strictness) const {
  detail::Normalizer normalizer(strictness);
  if (normalizer.apply(*this, value)) return std::nullopt;
  return std::move(normalizer.failure());
}

namespace detail {

bool Normalizer::apply(const Validator& validator, Value& value) {
  if (value.isUndefined() && validator.isOptional()) return true;
  const Validator& target = behindOptional(validator);
  if (value.isUndefined()) return failWith(failure_, target.description(), value);
  switch (target.kind()) {
    case ValidatorKind::string: return applyKind(target, ValueKind::string, value);
    case ValidatorKind::number: return applyKind(target, ValueKind::number, value);
    case ValidatorKind::bigint: return applyKind(target, ValueKind::bigint, value);
    case ValidatorKind::boolean: return applyKind(target, ValueKind::boolean, value);
    case ValidatorKind::null: return applyKind(target, ValueKind::null, value);
    case ValidatorKind::bytes: return applyKind(target, ValueKind::bytes, value);
    case ValidatorKind::literal: return applyLiteral(target, value);
    case ValidatorKind::array: return applyArray(target, value);
    case ValidatorKind::object: return applyObject(target, value);
    case ValidatorKind::record: return applyRecord(target, value);
    case ValidatorKind::unionOf: return applyUnion(target, value);
    case ValidatorKind::pass:
    case ValidatorKind::any: return applyStorable(value);
    case ValidatorKind::optional:
    case ValidatorKind::lazy: break;  // both were resolved before
  }
  return true;
}

bool Normalizer::applyKind(const Validator& validator, ValueKind kind, const Value& value) {
  return value.kind() == kind ? checkLeaf(value, failure_) : applyMismatch(validator, value);
}

bool Normalizer::applyLiteral(const Validator& validator, const Value& value) {
  return isLiteral(*validator.literalValue(), value) || applyMismatch(validator, value);
}

bool Normalizer::applyArray(const Validator& validator, Value& value) {
  Array* items = value.get<Array>();
  if (items == nullptr) return applyMismatch(validator, value);
  Level level(*this);
  if (level.isTooDeep()) return false;
  const Validator& element = *validator.element();
  for (std::size_t i = 0; i < items->size(); ++i) {
    if (!applyElement(element, (*items)[i])) return failAt(failure_, i);
  }
  return true;
}

bool Normalizer::applyObject(const Validator& validator, Value& value) {
  Object* object = value.get<Object>();
  if (object == nullptr) return applyMismatch(validator, value);
  Level level(*this);
  if (level.isTooDeep()) return false;
  std::size_t declaredCount = 0;
  for (const Validator::Field& field : validator.fields()) {
    Value* member = object->find(field.name);
    if (member == nullptr) {
      if (field.validator.isOptional()) continue;
      failWith(failure_, field.validator.description(), Value());
      return failIn(failure_, field.name);
    }
    if (!apply(field.validator, *member)) return failIn(failure_, field.name);
    if (member->isUndefined()) {
      object->erase(field.name);
    } else {
      ++declaredCount;
    }
  }
  return declaredCount == object->size() || applyUnknownMembers(validator, *object);
}

bool Normalizer::applyUnknownMembers(const Validator& validator, Object& object) {
  for (const Object::Member& member : object) {
    if (strictness_ == Strictness::shape || findField(validator, member.name) != nullptr) continue;
    return failUnknownMember(failure_, member.name, member.value);
  }
  takeMembersUnless(object, [&](const std::string& name) { return findField(validator, name) != nullptr; });
  return true;
}

bool Normalizer::applyRecord(const Validator& validator, Value& value) {
  Object* record = value.get<Object>();
  if (record == nullptr) return applyMismatch(validator, value);
  Level level(*this);
  if (level.isTooDeep()) return false;
  const Validator& element = *validator.element();
  for (std::size_t i = 0; i < record->size(); ++i) {
    const std::string& key = record->begin()[i].name;
    if (!applyKey(*validator.keyValidator(), key)) return false;
    Value& item = *record->find(key);
    if (!applyElement(element, item)) return failIn(failure_, key);
  }
  return true;
}

bool Normalizer::applyElement(const Validator& element, Value& value) {
  return value.isUndefined() ? failWith(failure_, element.description(), value) : apply(element, value);
}

bool Normalizer::applyKey(const Validator& keyValidator, const std::string& key) {
  if (strictness_ == Strictness::shape) return checkName(key, failure_);
  if (!checkRecordKey(key, failure_)) return false;
  Value keyValue{key};
  if (apply(keyValidator, keyValue)) return true;
  return failWith(failure_, "a key that is " + failure_.expected, "the key " + describe(keyValue));
}

bool Normalizer::applyMismatch(const Validator& validator, const Value& value) {
  if (strictness_ == Strictness::shape) return applyStorable(value);
  return failWith(failure_, validator.description(), value);
}

}  // namespace detail

}  // namespace hyperdb
