// hyperdb_bench: our workloads, and the same on raw data structures under floor/. See --help for Google Benchmark's
// flags.
#include <benchmark/benchmark.h>

namespace hyperdb::bench {
void registerWrites();
void registerReads();
void registerReactive();
void registerMemory();
void registerSnapshots();
}  // namespace hyperdb::bench

int main(int argc, char** argv) {
  hyperdb::bench::registerWrites();
  hyperdb::bench::registerReads();
  hyperdb::bench::registerReactive();
  hyperdb::bench::registerMemory();
  hyperdb::bench::registerSnapshots();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
