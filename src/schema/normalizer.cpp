#include "schema/normalizer.hpp"

#include <algorithm>
#include <cmath>

#include "schema/normalizer_level.hpp"
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
  if (value.isUndefined()) return fail(target.description(), "nothing");
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
  if (value.kind() != kind) return applyMismatch(validator, value);
  return applyStorable(value);
}

bool Normalizer::applyLiteral(const Validator& validator, const Value& value) {
  if (isLiteral(*validator.literalValue(), value)) return true;
  return applyMismatch(validator, value);
}

bool Normalizer::applyArray(const Validator& validator, Value& value) {
  Array* items = value.get<Array>();
  if (items == nullptr) return applyMismatch(validator, value);
  Level level(*this);
  if (level.isTooDeep()) return level.fail();
  const Validator& element = *validator.element();
  for (std::size_t i = 0; i < items->size(); ++i) {
    Value& item = (*items)[i];
    bool isFine = item.isUndefined() ? fail(element.description(), "nothing") : apply(element, item);
    if (!isFine) return failAtItem(i);
  }
  return true;
}

bool Normalizer::applyObject(const Validator& validator, Value& value) {
  Object* object = value.get<Object>();
  if (object == nullptr) return applyMismatch(validator, value);
  Level level(*this);
  if (level.isTooDeep()) return level.fail();
  std::size_t declaredCount = 0;
  for (const Validator::Field& field : validator.fields()) {
    Value* member = object->find(field.name);
    if (member == nullptr) {
      if (field.validator.isOptional()) continue;
      fail(field.validator.description(), "nothing");
      return failAtField(field.name);
    }
    if (!apply(field.validator, *member)) return failAtField(field.name);
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
    fail("no field of this name", describe(member.value));
    return failAtField(member.name);
  }
  takeMembersUnless(object, [&](const std::string& name) { return findField(validator, name) != nullptr; });
  return true;
}

bool Normalizer::applyRecord(const Validator& validator, Value& value) {
  Object* record = value.get<Object>();
  if (record == nullptr) return applyMismatch(validator, value);
  Level level(*this);
  if (level.isTooDeep()) return level.fail();
  const Validator& element = *validator.element();
  for (std::size_t i = 0; i < record->size(); ++i) {
    const std::string& key = record->begin()[i].name;
    if (!applyKey(*validator.keyValidator(), key)) return false;
    Value& item = *record->find(key);
    bool isFine = item.isUndefined() ? fail(element.description(), "nothing") : apply(element, item);
    if (!isFine) return failAtField(key);
  }
  return true;
}

bool Normalizer::applyKey(const Validator& keyValidator, const std::string& key) {
  if (!isStorableName(key)) return fail(storableNameDescription, "the key " + describe(Value(key)));
  if (strictness_ == Strictness::shape) return true;
  bool isAscii = std::all_of(key.begin(), key.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (!isAscii) return fail("a key of ASCII characters", "the key " + describe(Value(key)));
  Value keyValue{key};
  if (apply(keyValidator, keyValue)) return true;
  return fail("a key that is " + failure_.expected, "the key " + describe(Value(key)));
}

bool Normalizer::applyMismatch(const Validator& validator, const Value& value) {
  if (strictness_ == Strictness::shape) return applyStorable(value);
  return fail(validator.description(), describe(value));
}

bool Normalizer::fail(std::string expected, std::string actual) {
  failure_ = ValidationFailure{std::string(), std::move(expected), std::move(actual)};
  return false;
}

bool Normalizer::failAtField(std::string_view name) {
  std::string& path = failure_.path;
  bool isTail = path.empty() || path.front() == '[';
  path = (isIdentifier(name) ? std::string(name) : "[" + describe(Value(name)) + "]") + (isTail ? "" : ".") + path;
  return false;
}

bool Normalizer::failAtItem(std::size_t position) {
  std::string& path = failure_.path;
  bool isTail = path.empty() || path.front() == '[';
  path = "[" + std::to_string(position) + "]" + (isTail ? "" : ".") + path;
  return false;
}

}  // namespace detail

}  // namespace hyperdb
