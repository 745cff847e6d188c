// scale: ten million rows, and a commit of 100,000 rows with as many live selectors.
#include <benchmark/benchmark.h>

#include <chrono>
#include <memory>

#include "workload.hpp"

namespace hyperdb::bench {

namespace {

constexpr std::size_t bigRowsCount = 10'000'000;
constexpr std::size_t bigProjectsCount = bigRowsCount / 1000;
constexpr std::size_t batchSize = 100'000;

const auto insertBatch = action(
    "insertBatch", {"rows"}, [](std::vector<Task> rows) -> Action<> { co_await insert(tasksTable, std::move(rows)); });
const auto upsertBatch = action(
    "upsertBatch", {"rows"}, [](std::vector<Task> rows) -> Action<> { co_await upsert(tasksTable, std::move(rows)); });
const auto insertRow = action("insertRow", {"row"}, [](Task row) -> Action<> { co_await insert(tasksTable, row); });
const auto flipRow = action("flipRow", {"id"}, [](std::string id) -> Action<> {
  RowPtr<Task> found = co_await selectFrom(tasksTable, byId).where(eq<&Task::id>(id)).first();
  Task task = *found;
  task.state = task.state == State::todo ? State::done : State::todo;
  co_await upsert(tasksTable, task);
});
const auto rowOf = selector("rowOf", {"id"}, [](std::string id) -> Selector<RowPtr<Task>> {
  co_return co_await selectFrom(tasksTable, byId).where(eq<&Task::id>(id)).first();
});
const auto rowsOf = selector("rowsOf", {"projectId"}, [](std::string projectId) -> Selector<Rows<Task>> {
  co_return co_await selectFrom(tasksTable, byProjectOrder).where(eq<&Task::projectId>(projectId));
});

double secondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// The big table, made by the benchmark that runs first; every one of them leaves it usable for the next.
struct BigTable {
  std::unique_ptr<SubscribableDB> db;
  std::size_t rowsCount = 0;
  double loadSeconds = 0;
  double bytesPerRow = 0;

  static BigTable& get() {
    static BigTable table;
    if (table.db == nullptr) table.load();
    return table;
  }

  void load() {
    db = std::make_unique<SubscribableDB>(makeDatabase({}));
    const std::size_t before = heapBytes();
    for (; rowsCount < bigRowsCount; rowsCount += batchSize) {
      std::vector<Task> rows;
      rows.reserve(batchSize);
      for (std::size_t i = 0; i < batchSize; ++i) rows.push_back(makeTask(rowsCount + i, bigProjectsCount));
      auto call = insertBatch(std::move(rows));
      const auto start = std::chrono::steady_clock::now();
      syncDispatch(*db, call);
      loadSeconds += secondsSince(start);
    }
    bytesPerRow = static_cast<double>(heapBytes() - before) / static_cast<double>(rowsCount);
    require(execSync(*db, selectFrom(tasksTable, byIds)).size() == bigRowsCount, "big table");
  }
  std::string randomId(Random& random) const { return taskId(random.below(bigRowsCount)); }
};

void load(benchmark::State& state) {
  for (auto _ : state) state.SetIterationTime(BigTable::get().loadSeconds);
  state.SetItemsProcessed(static_cast<std::int64_t>(bigRowsCount));
  state.counters["bytes_per_row"] = BigTable::get().bytesPerRow;
}

void insertOne(benchmark::State& state) {
  BigTable& table = BigTable::get();
  for (auto _ : state) syncDispatch(*table.db, insertRow(makeTask(table.rowsCount++, bigProjectsCount)));
}

void updateOne(benchmark::State& state) {
  BigTable& table = BigTable::get();
  Random random(1);
  for (auto _ : state) syncDispatch(*table.db, flipRow(table.randomId(random)));
}

void getOne(benchmark::State& state) {
  BigTable& table = BigTable::get();
  Random random(2);
  std::size_t sum = 0;
  for (auto _ : state) sum += select(*table.db, rowOf(table.randomId(random)))->title.size();
  benchmark::DoNotOptimize(sum);
}

void scanProject(benchmark::State& state) {
  BigTable& table = BigTable::get();
  Random random(3);
  std::size_t sum = 0;
  for (auto _ : state) {
    for (const Task& task : select(*table.db, rowsOf(projectName(random.below(bigProjectsCount))))) {
      sum += task.title.size();
    }
  }
  benchmark::DoNotOptimize(sum);
}

/// A live selector over the whole table: what it costs to know its new size, first, last and a changed row.
void rerunAll(benchmark::State& state) {
  BigTable& table = BigTable::get();
  static const auto everything =
      selector("everything", {}, []() -> Selector<Rows<Task>> { co_return co_await selectFrom(tasksTable, byIds); });
  auto live = cachedSelector(*table.db, everything());
  std::size_t calls = 0;
  std::size_t sum = 0;
  const Subscription subscription = live.subscribe([&](const Changes<Task>& changes) {
    sum += changes.after().size() + changes.after().front().title.size() + changes.after().back().title.size();
    calls += changes.updated().size();
  });
  Random random(4);
  for (auto _ : state) syncDispatch(*table.db, flipRow(table.randomId(random)));
  require(calls == static_cast<std::size_t>(state.iterations()), "one updated row for each action");
  benchmark::DoNotOptimize(sum);
}

/// One action that upserts one row of each of L projects, each of which a live selector concerns.
void fanoutCommit(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  std::vector<Task> rows = makeTasks(count, count);
  const SubscribableDB db = makeDatabase(rows);
  std::vector<Subscription> subscriptions;
  std::size_t calls = 0;
  for (std::size_t i = 0; i < count; ++i) {
    subscriptions.push_back(cachedSelector(db, rowsOf(projectName(i))).subscribe([&calls] { ++calls; }));
  }
  for (auto _ : state) {
    state.PauseTiming();
    for (Task& row : rows) row.state = row.state == State::todo ? State::done : State::todo;
    auto call = upsertBatch(rows);
    state.ResumeTiming();
    syncDispatch(db, call);
  }
  require(calls == count * static_cast<std::size_t>(state.iterations()), "one call for each selector and commit");
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(count));
}

}  // namespace

void registerScale() {
  benchmark::RegisterBenchmark("fanout_commit", fanoutCommit)->Arg(100000)->Unit(benchmark::kMillisecond);
  const auto big = static_cast<std::int64_t>(bigRowsCount);
  benchmark::RegisterBenchmark("load", load)->Arg(big)->Iterations(1)->UseManualTime()->Unit(benchmark::kMillisecond);
  benchmark::RegisterBenchmark("insert_tx", insertOne)->Arg(big);
  benchmark::RegisterBenchmark("update_tx", updateOne)->Arg(big);
  benchmark::RegisterBenchmark("point_get", getOne)->Arg(big);
  benchmark::RegisterBenchmark("range_scan/1000", scanProject)->Arg(big);
  benchmark::RegisterBenchmark("diff", rerunAll)->Arg(big);
}

}  // namespace hyperdb::bench
