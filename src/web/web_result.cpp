#include <hyperdb/detail/web_result.hpp>

namespace hyperdb::detail {

namespace {

constexpr int recursionMax = 8;  // a lazy validator may contain itself

Value describeLevel(const Validator& validator, int level);

Value namedKind(const char* kind) { return Object{{"kind", kind}}; }

Value describeObject(const Validator& validator, int level) {
  Array fields;
  for (const Validator::Field& field : validator.fields()) {
    const bool isOptional = field.validator.isOptional();
    fields.push_back(
        Object{{"name", field.name}, {"optional", isOptional}, {"type", describeLevel(field.validator, level + 1)}});
  }
  return Object{{"kind", "object"}, {"fields", std::move(fields)}};
}

Value describeLiteral(const Value& literal) {
  if (const auto* bigint = literal.get<BigInt>()) return Object{{"kind", "literal"}, {"bigint", bigint->toString()}};
  if (literal.get<Bytes>() != nullptr) return namedKind("bytes");
  return Object{{"kind", "literal"}, {"value", literal}};
}

Value describeLevel(const Validator& validator, int level) {
  if (level > recursionMax) return namedKind("any");
  switch (validator.kind()) {
    case ValidatorKind::string: return namedKind("string");
    case ValidatorKind::number: return namedKind("number");
    case ValidatorKind::bigint: return namedKind("bigint");
    case ValidatorKind::boolean: return namedKind("boolean");
    case ValidatorKind::null: return namedKind("null");
    case ValidatorKind::bytes: return namedKind("bytes");
    case ValidatorKind::literal: return describeLiteral(*validator.literalValue());
    case ValidatorKind::array: return describeWebPart("array", describeLevel(*validator.element(), level + 1));
    case ValidatorKind::object: return describeObject(validator, level);
    case ValidatorKind::record: return describeWebPart("record", describeLevel(*validator.element(), level + 1));
    case ValidatorKind::unionOf: {
      Array alternatives;
      for (const Validator& each : validator.alternatives()) alternatives.push_back(describeLevel(each, level + 1));
      return describeWebPart("union", std::move(alternatives));
    }
    case ValidatorKind::optional: return describeWebPart("maybe", describeLevel(*validator.element(), level + 1));
    case ValidatorKind::lazy: return describeLevel(*validator.element(), level + 1);
    case ValidatorKind::pass:
    case ValidatorKind::any: break;
  }
  return namedKind("any");
}

}  // namespace

Value describeWebPart(const char* kind, Value of) { return Object{{"kind", kind}, {"of", std::move(of)}}; }

Value describeWebType(const Validator& validator) { return describeLevel(validator, 0); }

Value describeWebRow(std::string name, const Validator* validator) {
  Object row{{"kind", "row"}, {"name", std::move(name)}};
  if (validator != nullptr) row.set("type", describeWebType(*validator));
  return row;
}

}  // namespace hyperdb::detail
