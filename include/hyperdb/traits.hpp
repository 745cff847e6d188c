// Traits: labels on a database view or a transaction, seen by hooks, subscribers and traces.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hyperdb/value.hpp>

namespace hyperdb {

/// A label: what kind, and a value of any shape.
struct Trait {
  std::string type;
  Value value = {};
  friend bool operator==(const Trait&, const Trait&) = default;
};

using Traits = std::vector<Trait>;

/// The last trait of that type, or null: what was added later wins.
const Trait* findTrait(const Traits& traits, std::string_view type) noexcept;

}  // namespace hyperdb
