// bulk_insert, insert_tx, update_tx: writes, ours and on raw data structures.
#include <benchmark/benchmark.h>

#include "floor.hpp"
#include "workload.hpp"

namespace hyperdb::bench {

namespace {

const auto insertAll = action("insertAll", {"rows"},
                              [](std::vector<Task> rows) -> Action<> { co_await insert(tasksTable, std::move(rows)); });
const auto insertOne = action("insertOne", {"row"}, [](Task row) -> Action<> { co_await insert(tasksTable, row); });
const auto flipState = action("flipState", {"id"}, [](std::string id) -> Action<> {
  RowPtr<Task> found = co_await selectFrom(tasksTable, byId).where(eq<&Task::id>(id)).first();
  Task task = *found;
  task.state = task.state == State::todo ? State::done : State::todo;
  co_await upsert(tasksTable, task);
});

/// Makes the report show rows per second: its inverse is the time per row.
void perRow(benchmark::State& state, std::size_t count) {
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(count));
}

void bulkInsert(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  const std::vector<Task> rows = makeTasks(count);
  for (auto _ : state) {
    state.PauseTiming();
    auto db = std::make_unique<SubscribableDB>(makeDatabase({}));
    auto call = insertAll(rows);
    state.ResumeTiming();
    syncDispatch(*db, call);
    state.PauseTiming();
    require(execSync(*db, selectFrom(tasksTable, byIds)).size() == count, "bulk_insert");
    db.reset();
    state.ResumeTiming();
  }
  perRow(state, count);
}

void floorBulkInsert(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  const std::vector<Task> rows = makeTasks(count);
  for (auto _ : state) {
    state.PauseTiming();
    auto store = std::make_unique<FloorStore>();
    state.ResumeTiming();
    for (const Task& row : rows) store->insert(row);
    state.PauseTiming();
    require(store->size() == count, "floor/bulk_insert");
    store.reset();
    state.ResumeTiming();
  }
  perRow(state, count);
}

void insertTx(benchmark::State& state) {
  auto number = static_cast<std::size_t>(state.range(0));
  const SubscribableDB db = makeDatabase(makeTasks(number));
  for (auto _ : state) {
    Task row = makeTask(number++);
    syncDispatch(db, insertOne(std::move(row)));
  }
  require(execSync(db, selectFrom(tasksTable, byIds)).size() == number, "insert_tx");
}

void floorInsertTx(benchmark::State& state) {
  auto number = static_cast<std::size_t>(state.range(0));
  FloorStore store;
  for (const Task& row : makeTasks(number)) store.insert(row);
  for (auto _ : state) {
    const Task row = makeTask(number++);
    store.insert(row);
  }
  require(store.size() == number, "floor/insert_tx");
}

void updateTx(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  const SubscribableDB db = makeDatabase(makeTasks(count));
  const Counters before = db.counters();
  Random random(1);
  for (auto _ : state) syncDispatch(db, flipState(taskId(random.below(count))));
  const Counters after = db.counters();
  require(after.commits - before.commits == static_cast<std::uint64_t>(state.iterations()), "update_tx");
  state.counters["nodes_copied"] = benchmark::Counter(static_cast<double>(after.nodesCopied - before.nodesCopied),
                                                      benchmark::Counter::kAvgIterations);
}

void floorUpdateTx(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  FloorStore store;
  for (const Task& row : makeTasks(count)) store.insert(row);
  Random random(1);
  for (auto _ : state) benchmark::DoNotOptimize(&store.flipState(taskId(random.below(count))));
}

}  // namespace

void registerWrites() {
  benchmark::RegisterBenchmark("bulk_insert", bulkInsert)->Arg(100000)->Unit(benchmark::kMillisecond);
  benchmark::RegisterBenchmark("floor/bulk_insert", floorBulkInsert)->Arg(100000)->Unit(benchmark::kMillisecond);
  benchmark::RegisterBenchmark("insert_tx", insertTx)->Arg(100000);
  benchmark::RegisterBenchmark("floor/insert_tx", floorInsertTx)->Arg(100000);
  benchmark::RegisterBenchmark("update_tx", updateTx)->Arg(100000);
  benchmark::RegisterBenchmark("floor/update_tx", floorUpdateTx)->Arg(100000);
}

}  // namespace hyperdb::bench
