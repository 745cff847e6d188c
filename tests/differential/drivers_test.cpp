// All drivers do the same: random programs on those that need nothing but memory.
#include "differential/differential.hpp"

namespace hyperdb::test {
namespace {

TEST_P(Differential, ARandomProgramShowsWhatItShowsInMemory) { compare(testRounds(12)); }

/// Commits are flushed when few wait, one at a time.
HybridOptions tight() {
  HybridOptions options;
  options.pendingCommitsMax = 2;
  options.commitsPerFlushMax = 1;
  return options;
}

const std::vector<DriverEntry> entries = {
    {"memoryAsynchronously", Answering::onLoop, memory()},
    {"late", Answering::onLoop, late(memory())},
    {"hybrid", Answering::atOnce, over<HybridDB>(memory())},
    {"hybridTight", Answering::atOnce, over<HybridDB>(memory(), tight())},
    {"hybridLate", Answering::onLoop, over<HybridDB>(late(memory()))},
    {"preloaded", Answering::atOnce, over<PreloadedHybridDB>(memory())},
    {"preloadedTight", Answering::atOnce, over<PreloadedHybridDB>(memory(), tight())},
    {"preloadedLate", Answering::onLoop, over<PreloadedHybridDB>(late(memory()))},
};

INSTANTIATE_TEST_SUITE_P(Memory, Differential, ::testing::ValuesIn(entries), entryName);

}  // namespace
}  // namespace hyperdb::test
