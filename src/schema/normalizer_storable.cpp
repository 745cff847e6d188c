// Values, or parts of them, that no validator describes.
#include "schema/normalizer_level.hpp"
#include "schema/storable.hpp"
#include "schema/validator_node.hpp"

namespace hyperdb::detail {

bool Normalizer::applyWithout(const Value& value, bool onlyNames) {
  const Array* items = value.get<Array>();
  const Object* object = value.get<Object>();
  if (items == nullptr && object == nullptr) return onlyNames || checkLeaf(value, failure_);
  Level level(*this);
  if (level.isTooDeep()) return false;
  for (std::size_t i = 0; items != nullptr && i < items->size(); ++i) {
    if (!applyWithout((*items)[i], onlyNames)) return failAt(failure_, i);
  }
  if (object == nullptr) return true;
  for (const Object::Member& member : *object) {
    if (!checkName(member.name, failure_)) return false;
    if (!applyWithout(member.value, onlyNames)) return failIn(failure_, member.name);
  }
  return true;
}

std::optional<ValidationFailure> checkNames(const Value& value) {
  Normalizer normalizer(Strictness::full);
  if (normalizer.applyNames(value)) return std::nullopt;
  return std::move(normalizer.failure());
}

std::optional<ValidationFailure> checkStorable(const Value& value) {
  Normalizer normalizer(Strictness::full);
  if (normalizer.applyStorable(value)) return std::nullopt;
  return std::move(normalizer.failure());
}

}  // namespace hyperdb::detail
