// Traits: labels on a database view and on what is run through it, seen by hooks, subscribers and traces. Values; any
// thread.
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

/// Labels in the order in which they were added.
using Traits = std::vector<Trait>;

/// On a commit event: another process has made these changes.
inline const Trait externalCommitTrait{"hyperdb.externalCommit"};
/// For `withTraits`: what is written has been written by somebody else in the storage below already. See HybridDB.
inline const Trait externalStorageMergeTrait{"hyperdb.externalStorageMerge"};

/// The last trait of that type, or null: what was added later wins. Lives as long as the list. O(n).
const Trait* findTrait(const Traits& traits, std::string_view type) noexcept;

}  // namespace hyperdb
