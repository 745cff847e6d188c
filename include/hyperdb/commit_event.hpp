// CommitEvent: what subscribers of a database receive.
//
// Thread safety: made and read on the home thread; copies of the rows in it may go to any thread.
#pragma once

#include <cstdint>
#include <span>

#include <hyperdb/op.hpp>
#include <hyperdb/traits.hpp>

namespace hyperdb {

/// One committed action, as subscribers see it. The references live as long as the call; copy an Op to keep its rows.
struct CommitEvent {
  std::span<const Op> ops;  ///< in the order of the writes
  const Traits& traits;
  std::int64_t revision;
};

}  // namespace hyperdb
