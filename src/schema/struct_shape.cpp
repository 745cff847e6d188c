// Structs as objects, member by member.
#include <hyperdb/detail/struct_shape.hpp>

#include <memory>

#include "value/json_text.hpp"

namespace hyperdb::detail {

namespace {

const void* at(const void* content, std::size_t offset) noexcept { return static_cast<const char*>(content) + offset; }

/// Sets the flag for a scope, also when an exception leaves it.
class FlagScope {
 public:
  explicit FlagScope(bool& flag) noexcept : flag_(flag) { flag_ = true; }
  FlagScope(const FlagScope&) = delete;
  FlagScope& operator=(const FlagScope&) = delete;
  ~FlagScope() { flag_ = false; }

 private:
  bool& flag_;
};

}  // namespace

std::size_t StructShape::find(std::string_view name) const noexcept {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].name == name) return i;
  }
  return noField;
}

const StructShape& makeShape(const void* object, const std::string_view* names, const FieldOps* const* ops,
                             const void* const* addresses, std::size_t count) {
  auto shape = std::make_unique<StructShape>();
  std::vector<std::size_t> ends;
  for (std::size_t i = 0; i < count; ++i) {
    shape->jsonNames += ',';
    appendJsonString(shape->jsonNames, names[i]);
    shape->jsonNames += ':';
    ends.push_back(shape->jsonNames.size());
  }
  const std::string_view jsonNames = shape->jsonNames;
  std::size_t start = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const auto offset = static_cast<const char*>(addresses[i]) - static_cast<const char*>(object);
    shape->fields.push_back(
        {names[i], static_cast<std::size_t>(offset), ops[i], jsonNames.substr(start, ends[i] - start)});
    start = ends[i];
  }
  return *shape.release();
}

Object shapeToObject(const StructShape& shape, const void* content) {
  Object object;
  for (const FieldDesc& field : shape.fields) {
    Value value = field.ops->toValue(at(content, field.offset));
    if (!value.isUndefined()) object.set(std::string(field.name), std::move(value));
  }
  return object;
}

bool shapeFromObject(const StructShape& shape, void* content, Object& object, Strictness strictness,
                     ValidationFailure& failure) {
  std::size_t foundCount = 0;
  for (const FieldDesc& field : shape.fields) {
    Value* value = object.find(field.name);
    Value absent;
    if (value != nullptr) ++foundCount;
    void* target = static_cast<char*>(content) + field.offset;
    if (!field.ops->fromValue(target, value != nullptr ? *value : absent, strictness, failure)) {
      return failIn(failure, field.name);
    }
  }
  if (strictness == Strictness::shape || foundCount == object.size()) return true;
  for (const Object::Member& member : object) {
    if (shape.find(member.name) == StructShape::noField) return failUnknownMember(failure, member.name, member.value);
  }
  return true;
}

bool shapeFromValue(const StructShape& shape, void* content, Value& value, Strictness strictness,
                    ValidationFailure& failure) {
  auto* object = value.get<Object>();
  if (object == nullptr) return failKind(failure, ValidatorKind::object, value);
  const LevelScope level;
  return !level.isTooDeep(failure) && shapeFromObject(shape, content, *object, strictness, failure);
}

bool shapeEqual(const StructShape& shape, const void* a, const void* b) noexcept {
  for (const FieldDesc& field : shape.fields) {
    if (!field.ops->equal(at(a, field.offset), at(b, field.offset))) return false;
  }
  return true;
}

bool shapeCheck(const StructShape& shape, const void* content, Strictness strictness, ValidationFailure& failure) {
  for (const FieldDesc& field : shape.fields) {
    if (!field.ops->check(at(content, field.offset), strictness, failure)) return failIn(failure, field.name);
  }
  return true;
}

bool shapeCheckNested(const StructShape& shape, const void* content, Strictness strictness,
                      ValidationFailure& failure) {
  const LevelScope level;
  return !level.isTooDeep(failure) && shapeCheck(shape, content, strictness, failure);
}

Validator shapeValidator(const StructShape& shape) {
  v::Fields fields;
  fields.reserve(shape.fields.size());
  for (const FieldDesc& field : shape.fields) fields.emplace_back(std::string(field.name), field.ops->validator());
  return v::object(std::move(fields));
}

Validator shapeValidator(const StructShape& shape, bool& building, Validator (*self)()) {
  if (building) return v::lazy(self);
  const FlagScope scope(building);
  return shapeValidator(shape);
}

}  // namespace hyperdb::detail
