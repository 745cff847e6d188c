// hyperdb_bench: our workloads, and the same on raw data structures under floor/. See --help for Google Benchmark's
// flags. `hyperdb_bench --scale [flags]` runs those of ten million rows and of large commits.
#include <benchmark/benchmark.h>

#include <cstring>

namespace hyperdb::bench {
void registerWrites();
void registerReads();
void registerReactive();
void registerMemory();
void registerSnapshots();
void registerRowJson();
void registerScale();
void registerSqlite();
}  // namespace hyperdb::bench

int main(int argc, char** argv) {
  // Those of scale need 8 GB and minutes, so they run when they are asked for only.
  if (argc > 1 && std::strcmp(argv[1], "--scale") == 0) {
    argv[1] = argv[0];
    ++argv;
    --argc;
    hyperdb::bench::registerScale();
  } else {
    hyperdb::bench::registerWrites();
    hyperdb::bench::registerReads();
    hyperdb::bench::registerReactive();
    hyperdb::bench::registerMemory();
    hyperdb::bench::registerSnapshots();
#ifdef HYPERDB_WITH_SQLITE
    hyperdb::bench::registerSqlite();
#endif
    hyperdb::bench::registerRowJson();
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
