#include <algorithm>
#include <utility>

#include <hyperdb/error.hpp>
#include <hyperdb/validator.hpp>

#include "schema/validator_node.hpp"

namespace hyperdb::v {

namespace {

using Node = Validator::Node;

[[noreturn]] void refuse(const std::string& message) { throw Error(ErrorCode::invalidDefinition, message); }

std::shared_ptr<Node> newNode(ValidatorKind kind) { return std::make_shared<Node>(kind); }

/// Returns the shared node of a kind without parts: one for the whole process.
template <ValidatorKind kind>
Validator simple() {
  static const std::shared_ptr<const Node> node = newNode(kind);
  return Validator(node);
}

void checkFieldName(const std::string& name, const std::vector<Validator::Field>& before) {
  if (name.empty()) refuse("an object field must have a name");
  if (name.front() == '$') refuse("an object field's name must not start with '$': " + describe(Value(name)));
  if (!isValidUtf8(name)) refuse("an object field's name must be UTF-8: " + describe(Value(name)));
  for (const Validator::Field& field : before) {
    if (field.name == name) refuse("the object field " + describe(Value(name)) + " is declared twice");
  }
}

Validator objectOf(std::vector<Validator::Field> fields) {
  auto node = newNode(ValidatorKind::object);
  node->fields = std::move(fields);
  return Validator(std::move(node));
}

const Validator& objectBehind(const Validator& validator, const char* maker) {
  const Validator& object = detail::resolved(validator);
  if (object.kind() != ValidatorKind::object) {
    refuse(std::string(maker) + " takes an object validator, got " + object.description());
  }
  return object;
}

/// Returns the fields of an object, which must have all of the names.
const std::vector<Validator::Field>& fieldsBehind(const Validator& validator, const char* maker,
                                                  const std::vector<std::string>& names) {
  const Validator& object = objectBehind(validator, maker);
  for (const std::string& name : names) {
    if (detail::findField(object, name) == nullptr) {
      refuse(std::string(maker) + " names a field that the object does not have: " + describe(Value(name)));
    }
  }
  return object.fields();
}

bool isNamed(const Validator::Field& field, const std::vector<std::string>& names) {
  return std::find(names.begin(), names.end(), field.name) != names.end();
}

}  // namespace

Validator string() { return simple<ValidatorKind::string>(); }
Validator number() { return simple<ValidatorKind::number>(); }
Validator bigint() { return simple<ValidatorKind::bigint>(); }
Validator boolean() { return simple<ValidatorKind::boolean>(); }
Validator null() { return simple<ValidatorKind::null>(); }
Validator bytes() { return simple<ValidatorKind::bytes>(); }
Validator pass() { return simple<ValidatorKind::pass>(); }
Validator any() { return simple<ValidatorKind::any>(); }

Validator literal(Value value) {
  ValueKind kind = value.kind();
  if (kind == ValueKind::undefined || kind == ValueKind::array || kind == ValueKind::object) {
    refuse("a literal can't be of kind " + std::string(valueKindName(kind)));
  }
  if (detail::checkStorable(value)) refuse("a literal must be a value that can be stored, got " + describe(value));
  auto node = newNode(ValidatorKind::literal);
  node->literal = std::move(value);
  return Validator(std::move(node));
}

Validator array(Validator element) {
  auto node = newNode(ValidatorKind::array);
  node->element = std::move(element);
  return Validator(std::move(node));
}

Validator object(Fields fields) {
  std::vector<Validator::Field> checked;
  checked.reserve(fields.size());
  for (auto& [name, validator] : fields) {
    checkFieldName(name, checked);
    checked.push_back(Validator::Field{name, std::move(validator)});
  }
  return objectOf(std::move(checked));
}

Validator record(Validator key, Validator value) {
  auto node = newNode(ValidatorKind::record);
  node->key = std::move(key);
  node->element = std::move(value);
  return Validator(std::move(node));
}

Validator union_(std::vector<Validator> alternatives) {
  if (alternatives.empty()) refuse("a union must have at least one alternative");
  auto node = newNode(ValidatorKind::unionOf);
  node->alternatives = std::move(alternatives);
  return Validator(std::move(node));
}

Validator optional(Validator inner) {
  auto node = newNode(ValidatorKind::optional);
  node->element = std::move(inner);
  return Validator(std::move(node));
}

Validator lazy(Validator (*make)()) {
  if (make == nullptr) refuse("a lazy validator must have a maker");
  auto node = newNode(ValidatorKind::lazy);
  node->make = make;
  return Validator(std::move(node));
}

Validator partial(const Validator& object) {
  std::vector<Validator::Field> fields = objectBehind(object, "partial").fields();
  for (Validator::Field& field : fields) {
    if (!field.validator.isOptional()) field.validator = optional(field.validator);
  }
  return objectOf(std::move(fields));
}

Validator required(const Validator& object, const std::vector<std::string>& names) {
  std::vector<Validator::Field> fields = fieldsBehind(object, "required", names);
  for (Validator::Field& field : fields) {
    if (!names.empty() && !isNamed(field, names)) continue;
    if (field.validator.isOptional()) field.validator = Validator(detail::behindOptional(field.validator));
  }
  return objectOf(std::move(fields));
}

Validator pick(const Validator& object, const std::vector<std::string>& names) {
  std::vector<Validator::Field> picked;
  for (const Validator::Field& field : fieldsBehind(object, "pick", names)) {
    if (isNamed(field, names)) picked.push_back(field);
  }
  return objectOf(std::move(picked));
}

Validator omit(const Validator& object, const std::vector<std::string>& names) {
  std::vector<Validator::Field> kept;
  for (const Validator::Field& field : fieldsBehind(object, "omit", names)) {
    if (!isNamed(field, names)) kept.push_back(field);
  }
  return objectOf(std::move(kept));
}

}  // namespace hyperdb::v
