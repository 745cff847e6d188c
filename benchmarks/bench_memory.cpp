// memory: bytes of the heap per row after loading.
#include <benchmark/benchmark.h>

#include <memory>

#include "floor.hpp"
#include "workload.hpp"

namespace hyperdb::bench {

namespace {

/// `load` gives something that holds all rows.
template <class Load>
void measure(benchmark::State& state, Load load) {
  const auto count = static_cast<std::size_t>(state.range(0));
  double bytesPerRow = 0;
  for (auto _ : state) {
    const std::size_t before = heapBytes();
    const auto loaded = load(count);
    bytesPerRow = static_cast<double>(heapBytes() - before) / static_cast<double>(count);
    benchmark::DoNotOptimize(&loaded);
  }
  state.counters["bytes_per_row"] = bytesPerRow;
}

void memory(benchmark::State& state) {
  measure(state, [](std::size_t count) { return std::make_unique<SubscribableDB>(makeDatabase(makeTasks(count))); });
}

void floorMemory(benchmark::State& state) {
  measure(state, [](std::size_t count) {
    auto store = std::make_unique<FloorStore>();
    for (std::size_t i = 0; i < count; ++i) store->insert(makeTask(i));
    return store;
  });
}

}  // namespace

void registerMemory() {
  benchmark::RegisterBenchmark("memory", memory)->Arg(100000)->Iterations(1)->Unit(benchmark::kMillisecond);
  benchmark::RegisterBenchmark("floor/memory", floorMemory)->Arg(100000)->Iterations(1)->Unit(benchmark::kMillisecond);
}

}  // namespace hyperdb::bench
