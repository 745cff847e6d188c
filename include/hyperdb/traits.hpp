// Traits: labels on a database view and on what runs through it, seen by hooks, subscribers and traces. Values; any
// thread.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hyperdb/value.hpp>

namespace hyperdb {

/// A label: a type, and a value of any shape.
struct Trait {
  std::string type;
  Value value = {};
  friend bool operator==(const Trait&, const Trait&) = default;
};

/// Labels in the order in which they were added.
using Traits = std::vector<Trait>;

/// On a commit event: another process has made these changes.
inline const Trait externalCommitTrait{"hyperdb.externalCommit"};
/// For `withTraits`: another process has already written these changes to the primary; see HybridDB.
inline const Trait externalStorageMergeTrait{"hyperdb.externalStorageMerge"};

/// Returns the last trait of that type, or null: a later one overrides. Lives as long as the list. O(n).
const Trait* findTrait(const Traits& traits, std::string_view type) noexcept;

}  // namespace hyperdb
