// point_get, range_scan, range_scan_limit: selectors that are not cached.
#include <benchmark/benchmark.h>

#include "floor.hpp"
#include "workload.hpp"

namespace hyperdb::bench {

namespace {

const auto taskTitleSize = selector("taskTitleSize", {"id"}, [](std::string id) -> Selector<std::size_t> {
  RowPtr<Task> found = co_await selectFrom(tasksTable, byId).where(eq<&Task::id>(id)).first();
  co_return found ? found->title.size() : 0;
});
const auto projectTasks = selector(
    "projectTasks", {"projectId", "limit"}, [](std::string projectId, std::int32_t limit) -> Selector<Rows<Task>> {
      co_return co_await selectFrom(tasksTable, byProjectOrder).where(eq<&Task::projectId>(projectId)).limit(limit);
    });

constexpr std::size_t rowsCount = 100000;
constexpr std::int32_t everything = 1 << 30;

std::size_t sumTitles(const Rows<Task>& rows) {
  std::size_t sum = 0;
  for (const Task& task : rows) sum += task.title.size();
  return sum;
}

std::size_t expectedSum(const FloorStore& store, const std::string& project, std::size_t limit) {
  std::size_t sum = 0;
  store.scanProject(project, limit, [&sum](const Task& task) { sum += task.title.size(); });
  return sum;
}

FloorStore makeFloor() {
  FloorStore store;
  for (const Task& row : makeTasks(rowsCount)) store.insert(row);
  return store;
}

void pointGet(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  const SubscribableDB db = makeDatabase(makeTasks(count));
  require(select(db, taskTitleSize("task-77")) == 7, "point_get");
  Random random(2);
  std::size_t sum = 0;
  for (auto _ : state) sum += select(db, taskTitleSize(taskId(random.below(count))));
  benchmark::DoNotOptimize(sum);
}

void floorPointGet(benchmark::State& state) {
  const FloorStore store = makeFloor();
  Random random(2);
  std::size_t sum = 0;
  for (auto _ : state) sum += store.find(taskId(random.below(rowsCount)))->title.size();
  benchmark::DoNotOptimize(sum);
}

void scan(benchmark::State& state, std::size_t limit) {
  const SubscribableDB db = makeDatabase(makeTasks(rowsCount));
  const auto limitArgument = limit >= rowsCount ? everything : static_cast<std::int32_t>(limit);
  {
    const FloorStore store = makeFloor();
    const Rows<Task> rows = select(db, projectTasks("project-7", limitArgument));
    require(rows.size() == std::min(limit, rowsCount / projectsCount), "range_scan size");
    require(sumTitles(rows) == expectedSum(store, "project-7", limit), "range_scan sum");
  }
  Random random(3);
  std::size_t sum = 0;
  for (auto _ : state) {
    sum += sumTitles(select(db, projectTasks(projectName(random.below(projectsCount)), limitArgument)));
  }
  benchmark::DoNotOptimize(sum);
}

void floorScan(benchmark::State& state, std::size_t limit) {
  const FloorStore store = makeFloor();
  Random random(3);
  std::size_t sum = 0;
  for (auto _ : state) {
    store.scanProject(projectName(random.below(projectsCount)), limit,
                      [&sum](const Task& task) { sum += task.title.size(); });
  }
  benchmark::DoNotOptimize(sum);
}

}  // namespace

void registerReads() {
  benchmark::RegisterBenchmark("point_get", pointGet)->Arg(100000);
  benchmark::RegisterBenchmark("floor/point_get", floorPointGet)->Arg(100000);
  benchmark::RegisterBenchmark("range_scan/1000", [](benchmark::State& s) { scan(s, rowsCount); });
  benchmark::RegisterBenchmark("floor/range_scan/1000", [](benchmark::State& s) { floorScan(s, rowsCount); });
  benchmark::RegisterBenchmark("range_scan_limit/50", [](benchmark::State& s) { scan(s, 50); });
  benchmark::RegisterBenchmark("floor/range_scan_limit/50", [](benchmark::State& s) { floorScan(s, 50); });
}

}  // namespace hyperdb::bench
