// Enums, variants and nested structs: the part that does not depend on the C++ type.
#include <hyperdb/detail/composite_codec.hpp>

#include "schema/alternatives.hpp"
#include "value/json_scanner.hpp"
#include "value/json_text.hpp"

namespace hyperdb::detail {

// Enums.

Validator enumValidator(EnumeratorList names) {
  if (names.count == 1) return v::literal(Value(names.list->name));
  std::vector<Validator> literals;
  literals.reserve(names.count);
  for (std::size_t i = 0; i < names.count; ++i) literals.push_back(v::literal(Value(names.list[i].name)));
  return v::union_(std::move(literals));
}

const Enumerator* findEnumerator(EnumeratorList names, long long value) noexcept {
  const auto count = static_cast<long long>(names.count);
  const long long guess = value - names.list[0].value;  // right when the enumerators have no gaps
  if (guess >= 0 && guess < count && names.list[guess].value == value) return names.list + guess;
  for (std::size_t i = 0; i < names.count; ++i) {
    if (names.list[i].value == value) return names.list + i;
  }
  return nullptr;
}

namespace {

const Enumerator* findEnumerator(EnumeratorList names, std::string_view name) noexcept {
  for (std::size_t i = 0; i < names.count; ++i) {
    if (names.list[i].name == name) return names.list + i;
  }
  return nullptr;
}

}  // namespace

const Enumerator* enumeratorFromValue(EnumeratorList names, const Value& value, ValidationFailure& failure) {
  if (const auto* text = value.get<std::string>()) {
    if (const Enumerator* found = findEnumerator(names, std::string_view(*text))) return found;
  }
  failWith(failure, enumValidator(names).description(), value);
  return nullptr;
}

bool enumCheck(EnumeratorList names, long long value, ValidationFailure& failure) {
  if (findEnumerator(names, value) != nullptr) return true;
  return failWith(failure, enumValidator(names).description(), "the enum value " + std::to_string(value));
}

bool enumAppendKey(EnumeratorList names, long long value, KeyWriter& out) {
  const Enumerator* found = findEnumerator(names, value);
  if (found == nullptr) return false;
  out.appendString(found->name);
  return true;
}

Value enumToValue(EnumeratorList names, long long value) {
  const Enumerator* found = findEnumerator(names, value);
  return found == nullptr ? Value() : Value(found->name);
}

bool enumAppendJson(EnumeratorList names, long long value, std::string& out) {
  const Enumerator* found = findEnumerator(names, value);
  if (found != nullptr) appendJsonString(out, found->name);
  return found != nullptr;
}

const Enumerator* enumeratorFromJson(EnumeratorList names, JsonScanner& in) {
  std::string decoded;
  std::string_view text;
  if (in.peek() != '"') return nullptr;
  if (!in.takePlainString(text)) {
    in.takeString(decoded);
    text = decoded;
  }
  return findEnumerator(names, text);
}

// Variants.

Validator variantValidator(const VariantAccess& access) {
  std::vector<Validator> alternatives;
  alternatives.reserve(access.count);
  for (std::size_t i = 0; i < access.count; ++i) alternatives.push_back(access.ops[i]->validator());
  return v::union_(std::move(alternatives));
}

bool variantFromValue(const VariantAccess& access, void* field, Value& value, Strictness strictness,
                      ValidationFailure& failure) {
  const auto read = [&](std::size_t i, Strictness each) {
    Value copy = value;
    return access.ops[i]->fromValue(access.emplace(field, i), copy, each, failure);
  };
  return readFirst(access.count, strictness, read) ||
         failAlternatives(failure, variantValidator(access), value, strictness, read);
}

bool variantEqual(const VariantAccess& access, const void* a, const void* b) noexcept {
  std::size_t indexA = 0;
  std::size_t indexB = 0;
  const void* contentA = access.active(a, indexA);
  const void* contentB = access.active(b, indexB);
  if (indexA != indexB) return false;
  return contentA == nullptr || access.ops[indexA]->equal(contentA, contentB);
}

bool variantCheck(const VariantAccess& access, const void* field, Strictness strictness, ValidationFailure& failure) {
  std::size_t index = 0;
  const void* content = access.active(field, index);
  if (content == nullptr)
    return failWith(failure, variantValidator(access).description(), std::string("a variant without a value"));
  return access.ops[index]->check(content, strictness, failure);
}

}  // namespace hyperdb::detail
