// The number of tree nodes in this process, over all databases: for DB::stats.
#pragma once

#include <atomic>
#include <cstdint>

namespace hyperdb::detail {

/// A driver that makes tree nodes counts them here. Any thread.
inline std::atomic<std::int64_t> treeNodesCount{0};

}  // namespace hyperdb::detail
