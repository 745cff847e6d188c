// A database on a run loop of the test's own, over the memory driver or over the late one, and threads that use it.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "support/task_db.hpp"

namespace hyperdb::test {

enum class DriverKind { memory, late };

inline std::string driverKindName(const ::testing::TestParamInfo<DriverKind>& info) {
  return info.param == DriverKind::memory ? "memory" : "late";
}

class ThreadedDatabase : public ::testing::TestWithParam<DriverKind> {
 protected:
  ThreadedDatabase() { open(testSeed()); }
  void open(std::uint64_t seed) {
    std::unique_ptr<Driver> driver = std::make_unique<BptreeInmemDriver>();
    if (GetParam() == DriverKind::late) {
      LateOptions options;
      options.seed = seed;
      auto late = std::make_unique<LateDriver>(std::move(driver), loop, options);
      driver = std::move(late);
    }
    DBOptions options;
    options.executor = &loop;
    options.clock = &clock;
    db_.emplace(DB{std::move(driver), options});
    runUntilReady(loop, execAsync(db().loadTables({tasksTable, logTable})));
  }
  void drop() { db_.reset(); }
  void TearDown() override {
    loop.runReady();
    if (db_ && !db().isClosed()) expectNothingHeld(db(), clock);
    drop();
    loop.runReady();
    EXPECT_EQ(AliveInProcess(), aliveBefore_);
  }

  SubscribableDB& db() { return *db_; }
  const AliveInProcess& aliveBefore() const { return aliveBefore_; }

  ManualClock clock;
  RunLoop loop;

 private:
  AliveInProcess aliveBefore_;
  std::optional<SubscribableDB> db_;
};

/// Threads that do the same with other numbers. They are joined at the end.
class ThreadGroup {
 public:
  ThreadGroup(std::size_t count, RunLoop& loop, const std::function<void(std::size_t number)>& work)
      : runningCount_(count) {
    for (std::size_t i = 0; i < count; ++i) {
      threads_.emplace_back([this, &loop, work, i] {
        work(i);
        --runningCount_;
        loop.post([] {});  // wakes a thread that waits for the end
      });
    }
  }
  ThreadGroup(const ThreadGroup&) = delete;
  ThreadGroup& operator=(const ThreadGroup&) = delete;
  ~ThreadGroup() { join(); }

  bool haveEnded() const { return runningCount_ == 0; }
  void join() {
    for (std::thread& thread : threads_) {
      if (thread.joinable()) thread.join();
    }
  }

 private:
  std::atomic<std::size_t> runningCount_;
  std::vector<std::thread> threads_;
};

}  // namespace hyperdb::test
