// A database of tasks to test with, and the check that a test leaves nothing behind.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <hyperdb/hyperdb.hpp>

#include "support/late_driver.hpp"
#include "support/thrown.hpp"

namespace hyperdb::test {

struct Task {
  std::string id;
  std::string projectId;
  double rank = 0;
  std::string title;
  std::optional<std::string> note{};
  std::optional<std::string> seat{};  ///< in the project
  friend bool operator==(const Task&, const Task&) = default;
};
struct LogLine {
  std::string id;
  std::string text;
};

inline constexpr auto byProject = btree<&Task::projectId, &Task::rank>("byProject");
inline constexpr auto byRank = btree<&Task::rank>("byRank");
inline constexpr auto byTitle = hash<&Task::title>("byTitle");
inline constexpr auto byNote = uniqhash<&Task::note>("byNote");
inline constexpr auto bySeat = uniqhash<&Task::projectId, &Task::seat>("bySeat");
inline const auto tasksTable =
    defineTable<Task>("tasks").index(byProject).index(byRank).index(byTitle).index(byNote).index(bySeat);
inline const auto logTable = defineTable<LogLine>("log");

inline Task makeTask(std::string id, std::string projectId = "p1", double rank = 0) {
  Task task;
  task.id = std::move(id);
  task.projectId = std::move(projectId);
  task.rank = rank;
  task.title = "task " + task.id;
  return task;
}

inline const auto projectTasks =
    selector("projectTasks", {"projectId"}, [](std::string projectId) -> Selector<Rows<Task>> {
      co_return co_await selectFrom(tasksTable, byProject).where(eq<&Task::projectId>(projectId));
    });
inline const auto allTasks =
    selector("allTasks", {}, []() -> Selector<Rows<Task>> { co_return co_await selectFrom(tasksTable, byRank); });
inline const auto firstTasks = selector("firstTasks", {"count"}, [](int count) -> Selector<Rows<Task>> {
  co_return co_await selectFrom(tasksTable, byRank).limit(count);
});
inline const auto countTasks = selector("countTasks", {"projectId"}, [](std::string projectId) -> Selector<int> {
  Rows<Task> rows = co_await projectTasks(projectId);
  co_return static_cast<int>(rows.size());
});

inline const auto putTask =
    action("putTask", {"id", "projectId", "rank"}, [](std::string id, std::string projectId, double rank) -> Action<> {
      Task task = makeTask(id, projectId, rank);
      co_await upsert(tasksTable, task);
    });
inline const auto addTask = action("addTask", {"id"}, [](std::string id) -> Action<> {
  Task task = makeTask(id);
  co_await insert(tasksTable, task);
});
inline const auto removeTask =
    action("removeTask", {"id"}, [](std::string id) -> Action<> { co_await deleteRows(tasksTable, id); });

inline std::string idsOf(const Rows<Task>& rows) {
  std::string ids;
  for (const Task& task : rows) ids += (ids.empty() ? "" : " ") + task.id;
  return ids;
}

/// What is alive in this process, to compare.
struct AliveInProcess {
  std::int64_t frames = liveFramesCount();
  std::int64_t rows = RowHeader::liveCount();
  std::int64_t treeNodes = BptreeInmemDriver::liveNodesCount();
  friend bool operator==(const AliveInProcess&, const AliveInProcess&) = default;
};
inline std::ostream& operator<<(std::ostream& out, const AliveInProcess& alive) {
  return out << alive.frames << " frames, " << alive.rows << " rows, " << alive.treeNodes << " tree nodes";
}

/// Expects that nothing in the database is in use. `clock` is put far ahead.
inline void expectNothingHeld(const DB& db, ManualClock& clock) {
  clock.advanceMs(1'000'000'000);
  const Stats stats = db.stats();
  EXPECT_EQ(stats.entries, 0);
  EXPECT_EQ(stats.subscriptions, 0);
  EXPECT_EQ(stats.ranges, 0);
  EXPECT_EQ(stats.operationsRunning, 0);
}

/// A database in memory for each test.
class TaskTest : public ::testing::Test {
 protected:
  TaskTest() { open({}); }
  void open(DBOptions options) {
    options.clock = &clock;
    db_.emplace(DB{BptreeInmemDriver{}, options});
    execSync(db().loadTables({tasksTable, logTable}));
  }
  void TearDown() override {
    expectNothingHeld(db(), clock);
    db_.reset();
    EXPECT_EQ(AliveInProcess(), aliveBefore_);
  }

  SubscribableDB& db() { return *db_; }
  void put(std::string id, std::string projectId = "p1", double rank = 0) {
    syncDispatch(db(), putTask(std::move(id), std::move(projectId), rank));
  }
  void removeById(std::string id) { syncDispatch(db(), removeTask(std::move(id))); }
  std::string all() { return idsOf(select(db(), allTasks())); }

  ManualClock clock;

 private:
  AliveInProcess aliveBefore_;
  std::optional<SubscribableDB> db_;
};

/// The same over a driver that answers late.
class LateTaskTest : public ::testing::Test {
 protected:
  LateTaskTest() { open(); }
  void open(LateOptions options = {}) {
    auto driver = std::make_unique<LateDriver>(std::make_unique<BptreeInmemDriver>(), loop, options);
    control = driver->control();
    DBOptions dbOptions;
    dbOptions.executor = &loop;
    dbOptions.clock = &clock;
    db_.emplace(DB{std::unique_ptr<Driver>(std::move(driver)), dbOptions});
    wait(execAsync(db().loadTables({tasksTable, logTable})));
  }
  void close() {
    db_.reset();
    loop.runReady();
  }
  void TearDown() override {
    loop.runReady();
    if (db_ && !db().isClosed()) expectNothingHeld(db(), clock);
    close();
    EXPECT_EQ(AliveInProcess(), aliveBefore_);
  }

  SubscribableDB& db() { return *db_; }
  /// Runs what there is to run. Throws Error(notSynchronous) when that was not enough.
  template <class T>
  T wait(Completion<T> completion) {
    loop.runReady();
    return completion.get();
  }
  void put(std::string id, std::string projectId = "p1", double rank = 0) {
    wait(asyncDispatch(db(), putTask(std::move(id), std::move(projectId), rank)));
  }
  std::string all() { return idsOf(wait(selectAsync(db(), allTasks()))); }

  ManualClock clock;
  RunLoop loop;
  std::shared_ptr<LateControl> control;

 private:
  AliveInProcess aliveBefore_;
  std::optional<SubscribableDB> db_;
};

}  // namespace hyperdb::test
