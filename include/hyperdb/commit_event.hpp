// CommitEvent: what subscribers of a database are told.
#pragma once

#include <cstdint>
#include <span>

#include <hyperdb/driver.hpp>
#include <hyperdb/traits.hpp>

namespace hyperdb {

/// One committed action, as subscribers see it. The references live as long as the call.
struct CommitEvent {
  std::span<const Op> ops;  ///< in the order of the writes
  const Traits& traits;
  std::int64_t revision;
};

}  // namespace hyperdb
