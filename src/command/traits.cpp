#include <hyperdb/traits.hpp>

namespace hyperdb {

const Trait* findTrait(const Traits& traits, std::string_view type) noexcept {
  for (auto trait = traits.rbegin(); trait != traits.rend(); ++trait) {
    if (trait->type == type) return &*trait;
  }
  return nullptr;
}

}  // namespace hyperdb
