#include <hyperdb/validator.hpp>

#include <algorithm>

#include <hyperdb/error.hpp>

#include "schema/validator_node.hpp"

namespace hyperdb {

namespace {

/// Maximum number of lazy validators that directly follow each other: more are a cycle.
constexpr int lazyChainMax = 100;

using Maker = Validator (*)();

/// `makers`: the lazy validators resolved so far. A maker may return a new validator each time, so the makers are
/// compared. A cycle accepts nothing that is not accepted elsewhere, so it counts as indexable.
bool isIndexableBehind(const Validator& validator, std::vector<Maker>& makers) {
  const Validator::Node& node = Validator::Node::of(validator);
  switch (node.kind) {
    case ValidatorKind::string:
    case ValidatorKind::number:
    case ValidatorKind::bigint:
    case ValidatorKind::boolean:
    case ValidatorKind::null:
    case ValidatorKind::bytes:
    case ValidatorKind::literal: return true;
    case ValidatorKind::array:
    case ValidatorKind::object:
    case ValidatorKind::record:
    case ValidatorKind::pass:
    case ValidatorKind::any: return false;
    case ValidatorKind::optional: return isIndexableBehind(*node.element, makers);
    case ValidatorKind::unionOf:
      for (const Validator& alternative : node.alternatives) {
        if (!isIndexableBehind(alternative, makers)) return false;
      }
      return true;
    case ValidatorKind::lazy: break;
  }
  if (std::find(makers.begin(), makers.end(), node.make) != makers.end()) return true;
  makers.push_back(node.make);
  return isIndexableBehind(node.target(), makers);
}

}  // namespace

const Validator& Validator::Node::target() const {
  std::call_once(once_, [this] { target_ = make(); });
  return *target_;
}

namespace detail {

const Validator& resolved(const Validator& validator) {
  const Validator* current = &validator;
  for (int i = 0; i < lazyChainMax; ++i) {
    if (current->kind() != ValidatorKind::lazy) return *current;
    current = current->element();
  }
  throw Error(ErrorCode::invalidDefinition, "a lazy validator that leads to nothing but lazy validators");
}

const Validator& behindOptional(const Validator& validator) {
  const Validator* current = &resolved(validator);
  for (int i = 0; i < lazyChainMax; ++i) {
    if (current->kind() != ValidatorKind::optional) return *current;
    current = &resolved(*current->element());
  }
  throw Error(ErrorCode::invalidDefinition, "an optional validator that leads to nothing but optional validators");
}

}  // namespace detail

ValidatorKind Validator::kind() const noexcept { return node_->kind; }
const std::vector<Validator::Field>& Validator::fields() const { return node_->fields; }
const std::vector<Validator>& Validator::alternatives() const { return node_->alternatives; }
const Validator* Validator::keyValidator() const { return node_->key ? &*node_->key : nullptr; }
const Value* Validator::literalValue() const { return node_->literal ? &*node_->literal : nullptr; }

const Validator* Validator::element() const {
  if (node_->kind == ValidatorKind::lazy) return &node_->target();
  return node_->element ? &*node_->element : nullptr;
}

std::optional<ValidationFailure> Validator::check(const Value& value) const {
  Value copy = value;
  return normalize(copy, Strictness::full);
}

bool Validator::isIndexable() const {
  std::vector<Maker> makers;
  return isIndexableBehind(*this, makers);
}

bool Validator::isOptional() const { return detail::resolved(*this).kind() == ValidatorKind::optional; }

}  // namespace hyperdb
