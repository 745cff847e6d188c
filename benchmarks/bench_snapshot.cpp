// snapshot_read: what a reader on another thread costs the writer.
#include <benchmark/benchmark.h>

#include <atomic>
#include <thread>

#include "workload.hpp"

namespace hyperdb::bench {

namespace {

const auto flipTask = action("flipTask", {"id"}, [](std::string id) -> Action<> {
  RowPtr<Task> found = co_await selectFrom(tasksTable, byId).where(eq<&Task::id>(id)).first();
  Task task = *found;
  task.state = task.state == State::todo ? State::done : State::todo;
  co_await upsert(tasksTable, task);
});

std::size_t scanOnce(const SubscribableDB& db, Random& random) {
  const Snapshot snapshot = db.snapshot();
  const std::string project = projectName(random.below(projectsCount));
  std::size_t sum = 0;
  for (const Task& task : snapshot.read(selectFrom(tasksTable, byProjectOrder).where(eq<&Task::projectId>(project)))) {
    sum += task.title.size();
  }
  return sum;
}

/// What another thread does while the writer's time is measured. One that scans a database of its own shows what two
/// busy cores take from each other on this machine, whatever they do.
enum class Reader { none, sameDatabase, otherDatabase };

void snapshotRead(benchmark::State& state, Reader readerKind) {
  const bool isRead = readerKind != Reader::none;
  const auto count = static_cast<std::size_t>(state.range(0));
  const SubscribableDB db = makeDatabase(makeTasks(count));
  const SubscribableDB other = makeDatabase(makeTasks(readerKind == Reader::otherDatabase ? count : 0));
  std::atomic<bool> isDone{false};
  std::atomic<std::uint64_t> scansCount{0};
  std::thread reader([&] {
    Random random(6);
    while (isRead && !isDone.load(std::memory_order_relaxed)) {
      require(scanOnce(readerKind == Reader::otherDatabase ? other : db, random) > 0, "snapshot_read");
      scansCount.fetch_add(1, std::memory_order_relaxed);
    }
  });
  Random random(7);
  for (auto _ : state) syncDispatch(db, flipTask(taskId(random.below(count))));
  isDone = true;
  reader.join();
  if (isRead) {
    state.counters["scans_per_second"] =
        benchmark::Counter(static_cast<double>(scansCount.load()), benchmark::Counter::kIsRate);
  }
}

}  // namespace

void registerSnapshots() {
  const auto shared = [](benchmark::State& state) { snapshotRead(state, Reader::sameDatabase); };
  const auto other = [](benchmark::State& state) { snapshotRead(state, Reader::otherDatabase); };
  const auto alone = [](benchmark::State& state) { snapshotRead(state, Reader::none); };
  benchmark::RegisterBenchmark("snapshot_read", shared)->Arg(100000)->UseRealTime();
  benchmark::RegisterBenchmark("snapshot_read/other_database", other)->Arg(100000)->UseRealTime();
  benchmark::RegisterBenchmark("snapshot_read/alone", alone)->Arg(100000)->UseRealTime();
}

}  // namespace hyperdb::bench
