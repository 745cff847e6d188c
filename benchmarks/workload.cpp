#include "workload.hpp"

#include <malloc.h>

#include <cstdio>
#include <cstdlib>

namespace hyperdb::bench {

const Table<Task> tasksTable = defineTable<Task>("tasks").index(byProjectOrder).index(byIds);

namespace {

const auto insertTasks =
    action("insertTasks", {"rows"}, [](std::vector<Task> rows) -> Action<> { co_await insert(tasksTable, rows); });

}  // namespace

// splitmix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014).
std::uint64_t Random::next() noexcept {
  state_ += 0x9E3779B97F4A7C15ULL;
  std::uint64_t z = state_;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

std::string projectName(std::size_t number) { return "project-" + std::to_string(number); }
std::string taskId(std::size_t number) { return "task-" + std::to_string(number); }

Task makeTask(std::size_t number, std::size_t projects) {
  static constexpr char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz";
  Random random(number * 2654435761U + 17);
  std::string token(8, '0');
  for (char& each : token) each = digits[random.below(36)];
  return Task{taskId(number),
              projectName(number % projects),
              "Task " + std::to_string(number),
              random.below(2) == 0 ? State::todo : State::done,
              std::move(token),
              static_cast<double>(number)};
}

std::vector<Task> makeTasks(std::size_t count, std::size_t projects) {
  std::vector<Task> rows;
  rows.reserve(count);
  for (std::size_t i = 0; i < count; ++i) rows.push_back(makeTask(i, projects));
  return rows;
}

SubscribableDB makeDatabase(const std::vector<Task>& rows) {
  SubscribableDB db{DB{BptreeInmemDriver{}}};
  execSync(db.loadTables({tasksTable}));
  if (!rows.empty()) syncDispatch(db, insertTasks(rows));
  return db;
}

std::size_t heapBytes() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

void require(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "hyperdb_bench: wrong result: %s\n", what);
  std::exit(1);
}

}  // namespace hyperdb::bench
