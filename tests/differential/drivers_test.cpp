// All drivers do the same: random programs on those that need nothing but memory.
#include "differential/differential.hpp"

namespace hyperdb::test {
namespace {

/// Commits are flushed when few wait, one at a time.
HybridOptions tight() {
  HybridOptions options;
  options.pendingCommitsMax = 2;
  options.commitsPerFlushMax = 1;
  return options;
}

/// Rows are dropped again and again.
HybridOptions bounded() {
  HybridOptions options;
  options.memoryRowsMax = 3;
  return options;
}

const std::vector<DriverEntry> entries = {
    {"memoryAsynchronously", Answering::onLoop, memory()},
    {"late", Answering::onLoop, late(memory())},
    {"hybrid", Answering::atOnce, over<HybridDB>(memory())},
    {"hybridTight", Answering::atOnce, over<HybridDB>(memory(), tight())},
    {"hybridBounded", Answering::atOnce, over<HybridDB>(memory(), bounded())},
    {"hybridBoundedLate", Answering::onLoop, over<HybridDB>(late(memory()), bounded())},
    {"hybridLate", Answering::onLoop, over<HybridDB>(late(memory()))},
    {"preloaded", Answering::atOnce, over<PreloadedHybridDB>(memory())},
    {"preloadedTight", Answering::atOnce, over<PreloadedHybridDB>(memory(), tight())},
    {"preloadedBounded", Answering::atOnce, over<PreloadedHybridDB>(memory(), bounded())},
    {"preloadedBoundedLate", Answering::onLoop, over<PreloadedHybridDB>(late(memory()), bounded())},
    {"preloadedLate", Answering::onLoop, over<PreloadedHybridDB>(late(memory()))},
};

INSTANTIATE_TEST_SUITE_P(Memory, Differential, ::testing::ValuesIn(entries), entryName);

}  // namespace
}  // namespace hyperdb::test
