// Properties and comparisons of validators that table definitions need.
#include <algorithm>
#include <utility>

#include "schema/validator_node.hpp"

namespace hyperdb::detail {

namespace {

using Node = Validator::Node;

constexpr int unionDepthMax = 32;  // a union that contains itself is not a row schema

/// Collects the object validators of a union. Returns false when there is anything but objects.
bool collectVariants(const Validator& schema, int depth, std::vector<const Validator*>& out) {
  const Validator& target = resolved(schema);
  if (target.kind() == ValidatorKind::object) {
    out.push_back(&target);
    return true;
  }
  if (target.kind() != ValidatorKind::unionOf || depth == unionDepthMax) return false;
  for (const Validator& alternative : target.alternatives()) {
    if (!collectVariants(alternative, depth + 1, out)) return false;
  }
  return true;
}

bool acceptsOnlyStringsBehind(const Validator& validator, int depth) {
  const Validator& target = resolved(validator);
  if (target.kind() == ValidatorKind::string) return true;
  if (target.kind() == ValidatorKind::literal) return target.literalValue()->kind() == ValueKind::string;
  if (target.kind() != ValidatorKind::unionOf || depth == unionDepthMax) return false;
  for (const Validator& alternative : target.alternatives()) {
    if (!acceptsOnlyStringsBehind(alternative, depth + 1)) return false;
  }
  return true;
}

/// Compares two graphs of validators. Makers of lazy validators whose comparison is in progress count as equal: if
/// they differ, the comparison in progress finds it.
class Equivalence {
 public:
  bool areEquivalent(const Validator& a, const Validator& b) {
    const Node& left = Node::of(a);
    const Node& right = Node::of(b);
    if (&left == &right) return true;
    if (left.kind == ValidatorKind::lazy && right.kind == ValidatorKind::lazy) return areLazyEquivalent(left, right);
    if (left.kind == ValidatorKind::lazy) return areEquivalent(resolved(a), b);
    if (right.kind == ValidatorKind::lazy) return areEquivalent(a, resolved(b));
    if (left.kind != right.kind || left.literal != right.literal) return false;
    return areEqual(left.element, right.element) && areEqual(left.key, right.key) &&
           areAlternativesEqual(left.alternatives, right.alternatives) && areFieldsEqual(a, b);
  }

 private:
  bool areLazyEquivalent(const Node& left, const Node& right) {
    if (left.make == right.make) return true;
    auto pair = std::make_pair(left.make, right.make);
    if (std::find(assumed_.begin(), assumed_.end(), pair) != assumed_.end()) return true;
    assumed_.push_back(pair);
    return areEquivalent(left.target(), right.target());
  }

  bool areEqual(const std::optional<Validator>& a, const std::optional<Validator>& b) {
    if (!a || !b) return !a && !b;
    return areEquivalent(*a, *b);
  }

  bool areAlternativesEqual(const std::vector<Validator>& a, const std::vector<Validator>& b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
      if (!areEquivalent(a[i], b[i])) return false;
    }
    return true;
  }

  bool areFieldsEqual(const Validator& a, const Validator& b) {
    if (a.fields().size() != b.fields().size()) return false;
    for (const Validator::Field& field : a.fields()) {
      const Validator* other = findField(b, field.name);
      if (other == nullptr || !areEquivalent(field.validator, *other)) return false;
    }
    return true;
  }

  std::vector<std::pair<Validator (*)(), Validator (*)()>> assumed_;
};

}  // namespace

std::vector<const Validator*> rowVariants(const Validator& schema) {
  std::vector<const Validator*> variants;
  if (!collectVariants(schema, 0, variants)) variants.clear();
  return variants;
}

const Validator* findField(const Validator& object, std::string_view name) {
  for (const Validator::Field& field : object.fields()) {
    if (field.name == name) return &field.validator;
  }
  return nullptr;
}

bool acceptsOnlyStrings(const Validator& validator) { return acceptsOnlyStringsBehind(validator, 0); }

bool areEquivalent(const Validator& a, const Validator& b) { return Equivalence().areEquivalent(a, b); }

}  // namespace hyperdb::detail
