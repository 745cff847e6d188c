// The rules for what can be stored at all, whatever a validator allows.
#include <algorithm>
#include <cmath>

#include "schema/normalizer_level.hpp"
#include "schema/validator_node.hpp"

namespace hyperdb::detail {

bool isStorableName(std::string_view name) noexcept {
  return !name.empty() && name.front() != '$' && isValidUtf8(name);
}

bool isIdentifier(std::string_view name) noexcept {
  auto isLetter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  auto isInner = [&](char c) { return isLetter(c) || (c >= '0' && c <= '9'); };
  return !name.empty() && isLetter(name.front()) && std::all_of(name.begin(), name.end(), isInner);
}

bool isLiteral(const Value& literal, const Value& value) noexcept {
  const double* wanted = literal.get<double>();
  const double* given = value.get<double>();
  if (wanted != nullptr && given != nullptr) return *wanted == *given;
  return literal == value;
}

bool Normalizer::applyStorable(const Value& value) {
  switch (value.kind()) {
    case ValueKind::undefined: return fail("a value", "nothing");
    case ValueKind::null:
    case ValueKind::boolean:
    case ValueKind::bigint:
    case ValueKind::bytes: return true;
    case ValueKind::number: return std::isfinite(*value.get<double>()) || fail("a finite number", describe(value));
    case ValueKind::string: return isValidUtf8(*value.get<std::string>()) || fail("a string of UTF-8", describe(value));
    case ValueKind::object: return applyStorableMembers(*value.get<Object>());
    case ValueKind::array: break;
  }
  Level level(*this);
  if (level.isTooDeep()) return level.fail();
  const Array& items = *value.get<Array>();
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (!applyStorable(items[i])) return failAtItem(i);
  }
  return true;
}

bool Normalizer::applyStorableMembers(const Object& object) {
  Level level(*this);
  if (level.isTooDeep()) return level.fail();
  for (const Object::Member& member : object) {
    if (!isStorableName(member.name)) {
      return fail(storableNameDescription, "the key " + describe(Value(member.name)));
    }
    if (!applyStorable(member.value)) return failAtField(member.name);
  }
  return true;
}

bool Normalizer::applyNames(const Value& value) {
  const Array* items = value.get<Array>();
  const Object* object = value.get<Object>();
  if (items == nullptr && object == nullptr) return true;
  Level level(*this);
  if (level.isTooDeep()) return level.fail();
  if (items != nullptr) {
    for (std::size_t i = 0; i < items->size(); ++i) {
      if (!applyNames((*items)[i])) return failAtItem(i);
    }
    return true;
  }
  for (const Object::Member& member : *object) {
    if (!isStorableName(member.name)) {
      return fail(storableNameDescription, "the key " + describe(Value(member.name)));
    }
    if (!applyNames(member.value)) return failAtField(member.name);
  }
  return true;
}

std::optional<ValidationFailure> checkNames(const Value& value) {
  Normalizer normalizer(Strictness::full);
  if (normalizer.applyNames(value)) return std::nullopt;
  return std::move(normalizer.failure());
}

std::optional<ValidationFailure> checkStorable(const Value& value) {
  Normalizer normalizer(Strictness::full);
  if (normalizer.applyStorable(value)) return std::nullopt;
  return std::move(normalizer.failure());
}

}  // namespace hyperdb::detail
