// Validators in messages: "a string", "one of \"a\", \"b\"".
#include <hyperdb/validator.hpp>

#include <algorithm>

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

/// Returns `one of "a", "b"` or `a string, a number or null`: null is the last one, wherever it stands.
std::string describeUnion(std::vector<Validator> alternatives, int depth) {
  const auto null = std::find_if(alternatives.begin(), alternatives.end(),
                                 [](const Validator& each) { return each.kind() == ValidatorKind::null; });
  if (null != alternatives.end()) std::rotate(null, null + 1, alternatives.end());
  const bool isCut = alternatives.size() > alternativesMax;
  const bool isLiterals = isUnionOfLiterals(alternatives);
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < std::min(alternatives.size(), alternativesMax); ++i) {
    std::string text = describeBehind(alternatives[i], depth);
    if (std::find(texts.begin(), texts.end(), text) == texts.end()) texts.push_back(std::move(text));
  }
  std::string out = isLiterals && texts.size() > 1 ? "one of " : "";
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const bool isLast = i + 1 == texts.size() && !isCut && !isLiterals;
    if (i > 0) out += isLast ? " or " : ", ";
    out += texts[i];
  }
  return isCut ? out + ", ..." : out;
}

std::string describeBehind(const Validator& validator, int depth) {
  if (depth > depthMax) return "...";
  switch (validator.kind()) {
    case ValidatorKind::literal: return describe(*validator.literalValue());
    case ValidatorKind::unionOf: return describeUnion(validator.alternatives(), depth + 1);
    case ValidatorKind::optional: return describeBehind(*validator.element(), depth + 1) + " or nothing";
    case ValidatorKind::lazy: return describeBehind(*validator.element(), depth + 1);
    default: return detail::describeKind(validator.kind());
  }
}

}  // namespace

std::string detail::describeKind(ValidatorKind kind) {
  switch (kind) {
    case ValidatorKind::string: return "a string";
    case ValidatorKind::number: return "a number";
    case ValidatorKind::bigint: return "a bigint";
    case ValidatorKind::boolean: return "a boolean";
    case ValidatorKind::null: return "null";
    case ValidatorKind::bytes: return "bytes";
    case ValidatorKind::array: return "an array";
    case ValidatorKind::object: return "an object";
    case ValidatorKind::record: return "a record";
    default: return "a value that can be stored";
  }
}

std::string Validator::description() const { return describeBehind(*this, 0); }

}  // namespace hyperdb
