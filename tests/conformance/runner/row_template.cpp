#include "row_template.hpp"

#include <optional>
#include <string>
#include <utility>

#include "values.hpp"

namespace hyperdb::conformance {

namespace {

Value columnOf(const RowPtr<Object>& row, const Value& column) {
  const Value* value = row ? row->find(asText(column)) : nullptr;
  return value == nullptr ? Value() : *value;
}

std::string joined(const Array& parts, const TemplateSource& source) {
  std::string text;
  for (const Value& part : parts) {
    const Value filled = fillIn(part, source);
    text += filled.get<std::string>() != nullptr ? *filled.get<std::string>() : describe(filled);
  }
  return text;
}

/// What a member stands for, if it is a placeholder.
std::optional<Value> placeholder(const Object::Member& member, const TemplateSource& source) {
  if (member.name == "$new") return columnOf(source.newRow, member.value);
  if (member.name == "$old") return columnOf(source.oldRow, member.value);
  if (member.name == "$row") return columnOf(source.scannedRow, member.value);
  if (member.name == "$type") return Value(source.type);
  if (member.name == "$concat") return Value(joined(asList(member.value), source));
  return std::nullopt;
}

}  // namespace

Value fillIn(const Value& written, const TemplateSource& source) {
  if (const Array* items = written.get<Array>()) {
    Array filled;
    for (const Value& item : *items) filled.push_back(fillIn(item, source));
    return filled;
  }
  const Object* object = written.get<Object>();
  if (object == nullptr) return written;
  if (object->size() == 1) {
    if (std::optional<Value> value = placeholder(*object->begin(), source)) return *std::move(value);
  }
  Object filled;
  for (const Object::Member& member : *object) filled.set(member.name, fillIn(member.value, source));
  return filled;
}

}  // namespace hyperdb::conformance
