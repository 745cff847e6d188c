// Databases of tasks over a driver of two tiers, whose primary is a disk that answers at once or late.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "hybrid/disk.hpp"
#include "support/task_db.hpp"

namespace hyperdb::test {

inline const auto tasksFrom =
    selector("tasksFrom", {"low", "high"}, [](double low, double high) -> Selector<Rows<Task>> {
      co_return co_await selectFrom(tasksTable, byRank).where(gte<&Task::rank>(low), lt<&Task::rank>(high));
    });
inline const auto lastTasks = selector("lastTasks", {"count"}, [](int count) -> Selector<Rows<Task>> {
  co_return co_await selectFrom(tasksTable, byRank).order(desc).limit(count);
});
inline const auto tasksOfProjects =
    selector("tasksOfProjects", {"first", "second"}, [](std::string first, std::string second) -> Selector<Rows<Task>> {
      co_return co_await selectFrom(tasksTable, byProject)
          .where(anyOf(eq<&Task::projectId>(first), eq<&Task::projectId>(second)));
    });
inline const auto taskById = selector("taskById", {"id"}, [](std::string id) -> Selector<Rows<Task>> {
  co_return co_await selectFrom(tasksTable, byId).where(eq<&Task::id>(id));
});
inline const auto taskByNote = selector("taskByNote", {"note"}, [](std::string note) -> Selector<Rows<Task>> {
  co_return co_await selectFrom(tasksTable, byNote).where(eq<&Task::note>(note));
});
inline Task seated(std::string id, std::string projectId, std::string seat) {
  Task task = makeTask(std::move(id), std::move(projectId));
  task.seat = std::move(seat);
  return task;
}
inline const auto tasksInSeat =
    selector("tasksInSeat", {"projectId", "seat"}, [](std::string projectId, std::string seat) -> Selector<Rows<Task>> {
      co_return co_await selectFrom(tasksTable, bySeat).where(eq<&Task::projectId>(projectId), eq<&Task::seat>(seat));
    });
inline const auto addNote = action("addNote", {"id", "note"}, [](std::string id, std::string note) -> Action<> {
  Task task = makeTask(id);
  task.note = note;
  co_await insert(tasksTable, task);
});
inline const auto putAndThrow = action("putAndThrow", {"id", "rank"}, [](std::string id, double rank) -> Action<> {
  Task task = makeTask(id, "p1", rank);
  co_await upsert(tasksTable, task);
  throw std::runtime_error("thrown by the action");
});

/// "a:1 b:2": ids and ranks.
inline std::string textOf(const Rows<Task>& rows) {
  std::string text;
  for (const Task& task : rows) {
    text += (text.empty() ? "" : " ") + task.id + ":" + std::to_string(static_cast<int>(task.rank));
  }
  return text;
}

/// What is stored, in the order of ids.
inline std::string textOf(Disk& disk) {
  const ScanPlan plan{&tasksTable.def(), TableDef::byIdIndex, {KeyRange::all()}, asc, ScanPlan::noLimit};
  const auto transaction = disk.storage.begin(TransactionMode::readOnly).get();
  return textOf(Rows<Task>(transaction->scan(plan).get().rows));
}

/// Writes past whatever database there is over the disk.
inline Ops storeOn(Disk& disk, const std::vector<Task>& tasks, const std::vector<std::string>& removedIds = {}) {
  std::vector<RowRef> rows;
  for (const Task& task : tasks) {
    rows.emplace_back(new RowBox<Task>(tasksTable.def().rowType(), task));
  }
  disk.storage.loadTables(std::vector{tasksTable.sharedDef(), logTable.sharedDef()}).get();
  const auto transaction = disk.storage.begin(TransactionMode::readWrite).get();
  Ops ops = transaction->deleteRows(tasksTable.def(), removedIds).get();
  Ops written = transaction->upsert(tasksTable.def(), rows).get();
  ops.insert(ops.end(), written.begin(), written.end());
  transaction->commit().get();
  return ops;
}

/// A database over a disk that answers at once. Nothing is flushed in the background unless the test runs the loop.
template <class Hybrid>
class DiskTest : public ::testing::Test {
 protected:
  void open(HybridOptions options = {}) {
    options.timer = &timer;
    options.onEvent = [this](const HybridEvent& event) { events.push_back(event); };
    DBOptions dbOptions;
    dbOptions.executor = &loop;
    dbOptions.clock = &clock;
    db_.emplace(DB{Hybrid{DiskDriver{disk}, options}, dbOptions});
    execSync(db().loadTables({tasksTable, logTable}));
    disk->resetCounts();
    events.clear();
  }
  void close() {
    db_.reset();
    loop.runReady();
  }
  void TearDown() override {
    if (db_ && !db().isClosed()) expectNothingHeld(db(), clock);
    close();
    events.clear();
    disk.reset();
    EXPECT_EQ(AliveInProcess(), aliveBefore_);
  }

  SubscribableDB& db() { return *db_; }
  Hybrid& hybrid() { return db().template driverAs<Hybrid>(); }
  void store(const std::vector<Task>& tasks) { storeOn(*disk, tasks); }
  /// Tasks t1 .. tn of project p1 with these ranks.
  void storeRanks(int count) {
    std::vector<Task> tasks;
    for (int i = 1; i <= count; ++i) tasks.push_back(makeTask("t" + std::to_string(i), "p1", i));
    store(tasks);
  }
  std::string stored() { return textOf(*disk); }
  void put(std::string id, double rank = 0) { syncDispatch(db(), putTask(std::move(id), "p1", rank)); }
  std::string kindsOfEvents() const {
    std::string kinds;
    for (const HybridEvent& event : events) {
      kinds += (kinds.empty() ? "" : " ") + std::string(hybridEventName(event.kind));
    }
    return kinds;
  }

  ManualClock clock;
  ManualTimer timer;
  RunLoop loop;
  std::shared_ptr<Disk> disk = std::make_shared<Disk>();
  std::vector<HybridEvent> events;

 private:
  AliveInProcess aliveBefore_;
  std::optional<SubscribableDB> db_;
};

/// The same over a disk that answers late, in random order.
template <class Hybrid>
class LateDiskTest : public ::testing::Test {
 protected:
  void open(HybridOptions options = {}, LateOptions late = {}) {
    options.timer = &timer;
    options.onEvent = [this](const HybridEvent& event) { events.push_back(event); };
    auto primary = std::make_unique<LateDriver>(std::make_unique<DiskDriver>(disk), loop, late);
    control = primary->control();
    DBOptions dbOptions;
    dbOptions.executor = &loop;
    dbOptions.clock = &clock;
    db_.emplace(DB{Hybrid{std::move(primary), options}, dbOptions});
    wait(execAsync(db().loadTables({tasksTable, logTable})));
    disk->resetCounts();
    events.clear();
  }
  void close() {
    db_.reset();
    loop.runReady();
  }
  void TearDown() override {
    loop.runReady();
    if (db_ && !db().isClosed()) expectNothingHeld(db(), clock);
    close();
    events.clear();
    disk.reset();
    EXPECT_EQ(AliveInProcess(), aliveBefore_);
  }

  SubscribableDB& db() { return *db_; }
  Hybrid& hybrid() { return db().template driverAs<Hybrid>(); }
  template <class T>
  T wait(Completion<T> completion) {
    loop.runReady();
    return completion.get();
  }
  void store(const std::vector<Task>& tasks) { storeOn(*disk, tasks); }
  std::string stored() { return textOf(*disk); }
  void put(std::string id, double rank = 0) { wait(asyncDispatch(db(), putTask(std::move(id), "p1", rank))); }
  std::string all() { return textOf(wait(selectAsync(db(), allTasks()))); }

  ManualClock clock;
  ManualTimer timer;
  RunLoop loop;
  std::shared_ptr<Disk> disk = std::make_shared<Disk>();
  std::shared_ptr<LateControl> control;
  std::vector<HybridEvent> events;

 private:
  AliveInProcess aliveBefore_;
  std::optional<SubscribableDB> db_;
};

}  // namespace hyperdb::test
