// Validators in messages: "a string", "one of \"a\", \"b\"".
#include <hyperdb/validator.hpp>

#include "schema/validator_node.hpp"

namespace hyperdb {

namespace {

constexpr int depthMax = 4;  // recursive unions have no end
constexpr std::size_t alternativesMax = 12;

std::string describeBehind(const Validator& validator, int depth);

bool isUnionOfLiterals(const std::vector<Validator>& alternatives) {
  for (const Validator& alternative : alternatives) {
    if (alternative.kind() != ValidatorKind::literal) return false;
  }
  return true;
}

/// Returns `one of "a", "b"` or `a string, a number or null`.
std::string describeUnion(const std::vector<Validator>& alternatives, int depth) {
  if (alternatives.size() == 1) return describeBehind(alternatives.front(), depth);
  bool isLiterals = isUnionOfLiterals(alternatives);
  std::string out = isLiterals ? "one of " : "";
  for (std::size_t i = 0; i < alternatives.size(); ++i) {
    if (i == alternativesMax) return out + ", ...";
    bool isLast = i + 1 == alternatives.size();
    if (i > 0) out += isLast && !isLiterals ? " or " : ", ";
    out += describeBehind(alternatives[i], depth);
  }
  return out;
}

std::string describeBehind(const Validator& validator, int depth) {
  if (depth > depthMax) return "...";
  switch (validator.kind()) {
    case ValidatorKind::string: return "a string";
    case ValidatorKind::number: return "a number";
    case ValidatorKind::bigint: return "a bigint";
    case ValidatorKind::boolean: return "a boolean";
    case ValidatorKind::null: return "null";
    case ValidatorKind::bytes: return "bytes";
    case ValidatorKind::literal: return describe(*validator.literalValue());
    case ValidatorKind::array: return "an array";
    case ValidatorKind::object: return "an object";
    case ValidatorKind::record: return "a record";
    case ValidatorKind::unionOf: return describeUnion(validator.alternatives(), depth + 1);
    case ValidatorKind::optional: return describeBehind(*validator.element(), depth + 1) + " or nothing";
    case ValidatorKind::lazy: return describeBehind(*validator.element(), depth + 1);
    case ValidatorKind::pass:
    case ValidatorKind::any: return "a value that can be stored";
  }
  return "a value";
}

}  // namespace

std::string Validator::description() const { return describeBehind(*this, 0); }

}  // namespace hyperdb
