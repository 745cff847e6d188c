// Fields and structs as JSON text, without a Value in between where the types support it.
//
// The fast reader gives up with `false` at anything that does not fit, is repeated or is ambiguous, and the row is
// read again as an object. So errors are reported in one place.
#include <cstdint>

#include <hyperdb/detail/composite_codec.hpp>
#include <hyperdb/detail/struct_shape.hpp>
#include <hyperdb/json.hpp>

#include "value/json_scanner.hpp"

namespace hyperdb::detail {

namespace {

constexpr std::size_t fieldsMax = 64;  // one bit for each field seen

/// Reads the name of the next member, and the colon. Members are tried in the order in which they are written, so the
/// name is most often the one of `expected`. `unknownName` is set if no field has it. Returns false if only a reader
/// of the whole object can tell.
bool takeMemberName(const StructShape& shape, JsonScanner& in, std::size_t expected, std::size_t& position,
                    std::string& unknownName) {
  if (in.peek() != '"') return false;
  if (expected < shape.fields.size() && in.takeText(shape.fields[expected].jsonName.substr(1))) {
    position = expected;
    return true;
  }
  std::string decoded;
  std::string_view name;
  if (!in.takePlainString(name)) {
    in.takeString(decoded);
    name = decoded;
  }
  if (!in.takeIf(':')) return false;
  position = shape.find(name);
  if (position == StructShape::noField) unknownName = name;
  return position != StructShape::noField || name.substr(0, 1) != "$";
}

/// Handles fields that are not in the text: optional fields become empty, others are missed.
bool fillAbsent(const StructShape& shape, void* content, std::uint64_t seen, Strictness strictness,
                ValidationFailure& failure) {
  for (std::size_t i = 0; i < shape.fields.size(); ++i) {
    if ((seen >> i & 1U) != 0) continue;
    const FieldDesc& field = shape.fields[i];
    Value absent;
    if (!field.ops->fromValue(static_cast<char*>(content) + field.offset, absent, strictness, failure)) return false;
  }
  return true;
}

}  // namespace

bool fieldAppendJson(const FieldOps& ops, const void* field, std::string& out) {
  if (ops.appendJson != nullptr) return ops.appendJson(field, out);
  const Value value = ops.toValue(field);
  if (!value.isUndefined()) appendJson(out, value);
  return !value.isUndefined();
}

bool fieldFromJson(const FieldOps& ops, void* field, JsonScanner& in, Strictness strictness,
                   ValidationFailure& failure) {
  if (ops.fromJson != nullptr) return ops.fromJson(field, in, strictness, failure);
  Value value = takeJsonValue(in);
  return ops.fromValue(field, value, strictness, failure);
}

void appendJsonElement(const FieldOps& ops, const void* element, std::size_t position, std::string& out) {
  if (position != 0) out += ',';
  if (!fieldAppendJson(ops, element, out)) appendJson(out, Value());
}

bool appendJsonNull(std::string& out) {
  out += "null";
  return true;
}

bool takeJsonNull(JsonScanner& in) {
  in.peek();
  return in.takeText("null");
}

bool takeArrayStart(JsonScanner& in) {
  if (in.peek() != '[') return false;
  in.enter();
  return true;
}

bool takeElementStart(JsonScanner& in, std::size_t position, bool& isClosed) {
  if (position != 0 && in.takeIf(',')) return true;
  isClosed = in.takeIf(']');
  if (isClosed) in.leave();
  return position == 0 && !isClosed;
}

void shapeAppendJson(const StructShape& shape, const void* content, std::string& out) {
  out += '{';
  std::size_t commaLength = 0;  // no comma before the first member
  for (const FieldDesc& field : shape.fields) {
    const std::size_t end = out.size();
    out.append(field.jsonName.substr(1 - commaLength));
    if (fieldAppendJson(*field.ops, static_cast<const char*>(content) + field.offset, out)) {
      commaLength = 1;
    } else {
      out.resize(end);
    }
  }
  out += '}';
}

bool shapeFromJson(const StructShape& shape, void* content, JsonScanner& in, Strictness strictness,
                   ValidationFailure& failure, std::vector<Object::Member>* unknown) {
  if (shape.fields.size() > fieldsMax || in.peek() != '{') return false;
  in.enter();
  std::uint64_t seen = 0;
  std::size_t expected = 0;
  if (!in.takeIf('}')) {
    do {
      std::size_t position = 0;
      std::string unknownName;
      if (!takeMemberName(shape, in, expected, position, unknownName)) return false;
      if (position == StructShape::noField) {
        if (strictness == Strictness::full) return false;
        Value value = takeJsonValue(in);
        if (unknown != nullptr) unknown->push_back({std::move(unknownName), std::move(value)});
        continue;
      }
      if ((seen >> position & 1U) != 0) return false;
      seen |= std::uint64_t{1} << position;
      expected = position + 1;
      const FieldDesc& field = shape.fields[position];
      void* target = static_cast<char*>(content) + field.offset;
      if (!fieldFromJson(*field.ops, target, in, strictness, failure)) return false;
    } while (in.takeIf(','));
    if (!in.takeIf('}')) return false;
  }
  in.leave();
  return fillAbsent(shape, content, seen, strictness, failure);
}

bool shapeFromJsonNested(const StructShape& shape, void* content, JsonScanner& in, Strictness strictness,
                         ValidationFailure& failure) {
  const LevelScope level;
  return !level.isTooDeep(failure) && shapeFromJson(shape, content, in, strictness, failure);
}

}  // namespace hyperdb::detail
