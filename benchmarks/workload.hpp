// The rows, tables and selectors that all benchmarks share.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <hyperdb/hyperdb.hpp>

namespace hyperdb::bench {

enum class State { todo, done };

struct Task {
  std::string id;
  std::string projectId;
  std::string title;
  State state = State::todo;
  std::string orderToken;
  double order = 0;
};

inline constexpr auto byProjectOrder = btree<&Task::projectId, &Task::orderToken>("byProjectOrder");
inline constexpr auto byIds = btree<&Task::id>("byIds");
extern const Table<Task> tasksTable;

inline constexpr std::size_t projectsCount = 100;

/// Row number `number` of the workload; every random choice comes from one fixed seed.
Task makeTask(std::size_t number, std::size_t projects = projectsCount);
std::vector<Task> makeTasks(std::size_t count, std::size_t projects = projectsCount);
std::string projectName(std::size_t number);
std::string taskId(std::size_t number);

/// A small generator, the same on every machine.
class Random {
 public:
  explicit Random(std::uint64_t seed) noexcept : state_(seed) {}
  std::uint64_t next() noexcept;
  std::size_t below(std::size_t bound) noexcept { return static_cast<std::size_t>(next() % bound); }

 private:
  std::uint64_t state_;
};

/// A database over memory with the table loaded and filled.
SubscribableDB makeDatabase(const std::vector<Task>& rows);

/// What this process has taken from malloc and not given back.
std::size_t heapBytes();

/// Stops the program with a message when a result is wrong: nothing is timed that was not checked.
void require(bool condition, const char* what);

}  // namespace hyperdb::bench
