// sqlite_*, hybrid_range_scan, cold_start: over a file, ours and with SQLite's C API by hand.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>

#include "commands.hpp"
#include "sqlite_floor.hpp"

namespace hyperdb::bench {

namespace {

constexpr std::size_t rowsCount = 100000;

/// A folder for files, gone with the object.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "hyperdb-bench-XXXXXX").string();
    require(mkdtemp(name.data()) != nullptr, "a folder for temporary files");
    path_ = name;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string file(const std::string& name) const { return (path_ / name).string(); }
  std::string nextFile() { return file(std::to_string(++filesCount_) + ".sqlite"); }

 private:
  std::filesystem::path path_;
  int filesCount_ = 0;
};

SubscribableDB openOver(std::unique_ptr<Driver> driver) {
  SubscribableDB db{DB{std::move(driver)}};
  execSync(db.loadTables({tasksTable}));
  return db;
}
SubscribableDB openDatabase(const std::string& path) { return openOver(std::make_unique<SqlDriver>(path)); }
SubscribableDB openHybrid(const std::string& path) {
  return openOver(std::make_unique<HybridDB>(std::make_unique<SqlDriver>(path)));
}
SubscribableDB openPreloaded(const std::string& path) {
  return openOver(std::make_unique<PreloadedHybridDB>(std::make_unique<SqlDriver>(path)));
}

/// A file with all rows, of either kind, made once.
std::string filledFile(bool isFloor) {
  static Folder folder;
  static std::optional<std::string> paths[2];
  std::optional<std::string>& path = paths[isFloor ? 1 : 0];
  if (path) return *path;
  path = folder.file(isFloor ? "floor.sqlite" : "ours.sqlite");
  if (isFloor) {
    SqliteFloor(*path).insert(makeTasks(rowsCount));
  } else {
    syncDispatch(openDatabase(*path), insertAll(makeTasks(rowsCount)));
  }
  return *path;
}

void perRow(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(rowsCount));
}

void bulkInsert(benchmark::State& state) {
  Folder folder;
  const std::vector<Task> rows = makeTasks(rowsCount);
  for (auto _ : state) {
    state.PauseTiming();
    std::optional<SubscribableDB> db(openDatabase(folder.nextFile()));
    auto call = insertAll(rows);
    state.ResumeTiming();
    syncDispatch(*db, call);
    state.PauseTiming();
    require(execSync(*db, selectFrom(tasksTable, byIds)).size() == rowsCount, "sqlite_bulk_insert");
    db.reset();
    state.ResumeTiming();
  }
  perRow(state);
}

void floorBulkInsert(benchmark::State& state) {
  Folder folder;
  const std::vector<Task> rows = makeTasks(rowsCount);
  for (auto _ : state) {
    state.PauseTiming();
    auto floor = std::make_unique<SqliteFloor>(folder.nextFile());
    state.ResumeTiming();
    floor->insert(rows);
    state.PauseTiming();
    require(floor->size() == rowsCount, "floor/sqlite_bulk_insert");
    floor.reset();
    state.ResumeTiming();
  }
  perRow(state);
}

void insertTx(benchmark::State& state) {
  Folder folder;
  const SubscribableDB db = openDatabase(folder.nextFile());
  syncDispatch(db, insertAll(makeTasks(rowsCount)));
  std::size_t number = rowsCount;
  for (auto _ : state) syncDispatch(db, insertOne(makeTask(number++)));
  require(execSync(db, selectFrom(tasksTable, byIds)).size() == number, "sqlite_insert_tx");
}

void floorInsertTx(benchmark::State& state) {
  Folder folder;
  SqliteFloor floor(folder.nextFile());
  floor.insert(makeTasks(rowsCount));
  std::size_t number = rowsCount;
  for (auto _ : state) floor.insert(makeTask(number++));
  require(floor.size() == number, "floor/sqlite_insert_tx");
}

void pointGet(benchmark::State& state) {
  const SubscribableDB db = openDatabase(filledFile(false));
  require(select(db, taskTitleSize("task-77")) == 7, "sqlite_point_get");
  Random random(2);
  std::size_t sum = 0;
  for (auto _ : state) sum += select(db, taskTitleSize(taskId(random.below(rowsCount))));
  benchmark::DoNotOptimize(sum);
}

void floorPointGet(benchmark::State& state) {
  SqliteFloor floor(filledFile(true));
  Random random(2);
  std::size_t sum = 0;
  for (auto _ : state) sum += floor.titleSize(taskId(random.below(rowsCount)));
  benchmark::DoNotOptimize(sum);
}

void rangeScan(benchmark::State& state) {
  const SubscribableDB db = openDatabase(filledFile(false));
  SqliteFloor floor(filledFile(true));
  require(sumTitles(select(db, projectTasks("project-7", everything))) == floor.sumTitles("project-7"),
          "sqlite_range_scan");
  Random random(3);
  std::size_t sum = 0;
  for (auto _ : state) sum += sumTitles(select(db, projectTasks(projectName(random.below(projectsCount)), everything)));
  benchmark::DoNotOptimize(sum);
}

void floorRangeScan(benchmark::State& state) {
  SqliteFloor floor(filledFile(true));
  Random random(3);
  std::size_t sum = 0;
  for (auto _ : state) sum += floor.sumTitles(projectName(random.below(projectsCount)));
  benchmark::DoNotOptimize(sum);
}

void hybridRangeScan(benchmark::State& state) {
  const SubscribableDB db = openHybrid(filledFile(false));
  SqliteFloor floor(filledFile(true));
  for (std::size_t i = 0; i < projectsCount; ++i) {
    require(sumTitles(select(db, projectTasks(projectName(i), everything))) == floor.sumTitles(projectName(i)),
            "hybrid_range_scan");
  }
  const std::uint64_t readsBefore = db.driverAs<HybridDB>().hybridCounters().primaryReads;
  Random random(3);
  std::size_t sum = 0;
  for (auto _ : state) sum += sumTitles(select(db, projectTasks(projectName(random.below(projectsCount)), everything)));
  benchmark::DoNotOptimize(sum);
  require(db.driverAs<HybridDB>().hybridCounters().primaryReads == readsBefore, "hybrid_range_scan reads the file");
}

void coldStart(benchmark::State& state, SubscribableDB (*open)(const std::string&)) {
  const std::string path = filledFile(false);
  for (auto _ : state) {
    const SubscribableDB db = open(path);
    require(sumTitles(select(db, projectTasks("project-7", everything))) > 0, "cold_start");
  }
}

void floorColdStart(benchmark::State& state) {
  const std::string path = filledFile(true);
  for (auto _ : state) {
    SqliteFloor floor(path);
    require(floor.sumTitles("project-7") > 0, "floor/cold_start");
  }
}

}  // namespace

void registerSqlite() {
  benchmark::RegisterBenchmark("sqlite_bulk_insert/100000", bulkInsert)->Unit(benchmark::kMillisecond);
  benchmark::RegisterBenchmark("floor/sqlite_bulk_insert/100000", floorBulkInsert)->Unit(benchmark::kMillisecond);
  benchmark::RegisterBenchmark("sqlite_insert_tx/100000", insertTx);
  benchmark::RegisterBenchmark("floor/sqlite_insert_tx/100000", floorInsertTx);
  benchmark::RegisterBenchmark("sqlite_point_get/100000", pointGet);
  benchmark::RegisterBenchmark("floor/sqlite_point_get/100000", floorPointGet);
  benchmark::RegisterBenchmark("sqlite_range_scan/1000", rangeScan);
  benchmark::RegisterBenchmark("floor/sqlite_range_scan/1000", floorRangeScan);
  benchmark::RegisterBenchmark("hybrid_range_scan/1000", hybridRangeScan);
  const auto registerColdStart = [](const char* name, SubscribableDB (*open)(const std::string&)) {
    benchmark::RegisterBenchmark(name, [open](benchmark::State& state) {
      coldStart(state, open);
    })->Unit(benchmark::kMillisecond);
  };
  registerColdStart("cold_start/sqlite/100000", openDatabase);
  registerColdStart("cold_start/hybrid/100000", openHybrid);
  registerColdStart("cold_start/preloaded/100000", openPreloaded);
  benchmark::RegisterBenchmark("floor/cold_start/100000", floorColdStart)->Unit(benchmark::kMillisecond);
}

}  // namespace hyperdb::bench
