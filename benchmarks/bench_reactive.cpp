// fanout, rerun, diff: what live selectors cost a commit.
#include <benchmark/benchmark.h>

#include <functional>
#include <memory>

#include "floor.hpp"
#include "workload.hpp"

namespace hyperdb::bench {

namespace {

const auto liveTasks = selector("liveTasks", {"projectId"}, [](std::string projectId) -> Selector<Rows<Task>> {
  co_return co_await selectFrom(tasksTable, byProjectOrder).where(eq<&Task::projectId>(projectId));
});
const auto putTask = action("putTask", {"row"}, [](Task row) -> Action<> { co_await upsert(tasksTable, row); });

Task flipped(Task task) {
  task.state = task.state == State::todo ? State::done : State::todo;
  return task;
}

void countWork(benchmark::State& state, const Counters& before, const Counters& after) {
  const auto average = [](std::uint64_t n) {
    return benchmark::Counter(static_cast<double>(n), benchmark::Counter::kAvgIterations);
  };
  state.counters["ranges_compared"] = average(after.rangesCompared - before.rangesCompared);
  state.counters["rows_examined"] = average(after.rowsExamined - before.rowsExamined);
  state.counters["selectors_rerun"] = average(after.selectorsRerun - before.selectorsRerun);
}

void fanout(benchmark::State& state) {
  const auto selectorsCount = static_cast<std::size_t>(state.range(0));
  std::vector<Task> rows = makeTasks(selectorsCount, selectorsCount);
  const SubscribableDB db = makeDatabase(rows);
  std::vector<Subscription> subscriptions;
  subscriptions.reserve(selectorsCount);
  std::size_t calls = 0;
  std::size_t seenSizes = 0;
  for (std::size_t i = 0; i < selectorsCount; ++i) {
    auto live = cachedSelector(db, liveTasks(projectName(i)));
    subscriptions.push_back(live.subscribe([live, &calls, &seenSizes] {
      ++calls;
      seenSizes += live.snapshot().front().title.size();
    }));
  }
  Random random(4);
  const Counters before = db.counters();
  for (auto _ : state) {
    Task& row = rows[random.below(selectorsCount)];
    row = flipped(std::move(row));
    syncDispatch(db, putTask(row));
  }
  require(calls == static_cast<std::size_t>(state.iterations()), "fanout: one callback for each action");
  benchmark::DoNotOptimize(seenSizes);
  countWork(state, before, db.counters());
  subscriptions.clear();
}

void floorFanout(benchmark::State& state) {
  const auto selectorsCount = static_cast<std::size_t>(state.range(0));
  FloorStore store;
  for (const Task& row : makeTasks(selectorsCount, selectorsCount)) store.insert(row);
  absl::flat_hash_map<std::string, std::function<void(const Task&)>> callbacks;
  std::size_t seenSizes = 0;
  for (std::size_t i = 0; i < selectorsCount; ++i) {
    callbacks.emplace(projectName(i), [&seenSizes](const Task& task) { seenSizes += task.title.size(); });
  }
  Random random(4);
  for (auto _ : state) {
    const Task& row = store.flipState(taskId(random.below(selectorsCount)));
    callbacks.find(row.projectId)->second(row);
  }
  benchmark::DoNotOptimize(seenSizes);
}

/// One live selector over one project with all rows.
class OneProject {
 public:
  explicit OneProject(benchmark::State& state)
      : rows(makeTasks(static_cast<std::size_t>(state.range(0)), 1)),
        db(makeDatabase(rows)),
        live(cachedSelector(db, liveTasks("project-0"))),
        positions(rows.size()) {
    std::size_t position = 0;
    for (const Task& row : live.snapshot()) positions[static_cast<std::size_t>(row.order)] = position++;
    require(position == rows.size(), "one project with all rows");
  }

  void run(benchmark::State& state) {
    Random random(5);
    const Counters before = db.counters();
    for (auto _ : state) {
      changed = random.below(rows.size());
      rows[changed] = flipped(std::move(rows[changed]));
      syncDispatch(db, putTask(rows[changed]));
    }
    countWork(state, before, db.counters());
  }

  std::vector<Task> rows;
  SubscribableDB db;
  CachedSelector<Rows<Task>> live;
  std::vector<std::size_t> positions;  ///< in the result, by number of the row
  std::size_t changed = 0;             ///< number of the row that was written last
};

void rerun(benchmark::State& state) {
  OneProject project(state);
  std::size_t calls = 0;
  std::size_t sum = 0;
  const Subscription subscription = project.live.subscribe([&] {
    const Rows<Task> rows = project.live.snapshot();
    sum += rows.size() + rows.front().title.size() + rows.back().title.size();
    calls += rows[project.positions[project.changed]].state == project.rows[project.changed].state ? 1U : 0U;
  });
  project.run(state);
  require(calls == static_cast<std::size_t>(state.iterations()), "rerun: one callback for each action");
  benchmark::DoNotOptimize(sum);
}

void diff(benchmark::State& state) {
  OneProject project(state);
  std::size_t updatedCount = 0;
  const Subscription subscription =
      project.live.subscribe([&](const Changes<Task>& changes) { updatedCount += changes.updated().size(); });
  project.run(state);
  require(updatedCount == static_cast<std::size_t>(state.iterations()), "diff: one updated row for each action");
}

void floorRerun(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  FloorStore store;
  for (const Task& row : makeTasks(count, 1)) store.insert(row);
  Random random(5);
  std::size_t sum = 0;
  for (auto _ : state) {
    store.flipState(taskId(random.below(count)));
    store.scanProject("project-0", count, [&sum](const Task& task) { sum += task.title.size(); });
  }
  benchmark::DoNotOptimize(sum);
}

}  // namespace

void registerReactive() {
  benchmark::RegisterBenchmark("fanout", fanout)->Arg(10)->Arg(1000)->Arg(10000)->Arg(100000)->Arg(1000000);
  benchmark::RegisterBenchmark("floor/fanout", floorFanout)->Arg(10)->Arg(1000)->Arg(10000)->Arg(100000)->Arg(1000000);
  benchmark::RegisterBenchmark("rerun", rerun)->Arg(1000)->Arg(10000)->Arg(100000);
  benchmark::RegisterBenchmark("floor/rerun", floorRerun)->Arg(1000)->Arg(10000)->Arg(100000);
  benchmark::RegisterBenchmark("diff", diff)->Arg(1000)->Arg(10000)->Arg(100000);
}

}  // namespace hyperdb::bench
