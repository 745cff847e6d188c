// Closing a database, or letting go of it, while other threads keep using it: everything that was asked for ends, with
// its value or with an error that says so, no callback comes afterwards, nothing leaks.
#include <iostream>
#include <mutex>

#include "concurrency/threaded_database.hpp"
#include "support/test_duration.hpp"
#include "support/test_random.hpp"

namespace hyperdb::test {
namespace {

class CloseThreads : public ThreadedDatabase {
 protected:
  /// What became of calls: how many succeeded. Others must have ended with `cancelled` or `closed`.
  template <class T>
  static std::size_t endedWell(std::vector<Completion<T>>& calls) {
    std::size_t count = 0;
    for (Completion<T>& call : calls) {
      EXPECT_TRUE(call.isReady()) << "an operation never ends";
      if (!call.isReady()) continue;
      const std::optional<ErrorCode> code = codeOf([&] { call.get(); });
      EXPECT_TRUE(!code || code == ErrorCode::cancelled || code == ErrorCode::closed) << errorCodeName(*code);
      count += code ? 0 : 1;
    }
    return count;
  }
};

/// What threads asked for.
struct Asked {
  std::mutex mutex;
  std::vector<Completion<void>> writes{};
  std::vector<Completion<Rows<Task>>> reads{};
  std::vector<Completion<void>> loads{};

  void askFor(const DB& db, std::size_t thread, int number) {
    Completion<void> write = asyncDispatch(db, addTask(std::to_string(thread) + "-" + std::to_string(number)));
    Completion<Rows<Task>> read = selectAsync(db, allTasks());
    const std::lock_guard lock(mutex);
    writes.push_back(std::move(write));
    reads.push_back(std::move(read));
    if (number % 7 == 0) loads.push_back(execAsync(db.loadTables({logTable})));
  }
};

TEST_P(CloseThreads, ClosingWhileOtherThreadsDispatchEndsEverything) {
  std::cout << "HYPERDB_TEST_SEED=" << testSeed() << "\n";
  TestRandom random;
  const Deadline deadline(testDuration(0.5, 5));
  std::size_t roundsCount = 0;
  std::size_t succeededCount = 0;
  std::size_t askedCount = 0;
  do {
    if (roundsCount++ > 0) open(random.bits());
    std::int64_t commitsCount = 0;
    int calledCount = 0;
    const Subscription commits = db().subscribe([&](const CommitEvent&) {
      ++commitsCount;
      EXPECT_FALSE(db().isClosed());
    });
    auto live = asyncSelector(db(), allTasks());
    Subscription watching = live.subscribe([&] { ++calledCount; });
    Asked asked;
    std::atomic<bool> isClosed{false};
    ThreadGroup threads(4, loop, [&, view = static_cast<const DB&>(db())](std::size_t number) {
      for (int i = 0, left = 10; left > 0; ++i) {
        asked.askFor(view, number, i);
        while (i >= 60 && !isClosed) std::this_thread::yield();
        if (isClosed) --left;  // and on for a while after the end
      }
    });
    for (std::size_t steps = random.below(GetParam() == DriverKind::memory ? 400 : 4000); steps > 0; --steps) {
      if (!loop.runOne()) std::this_thread::yield();
    }
    std::vector<Completion<void>> waiting;  // the home thread's own queued writers and waiting readers
    for (int i = 0; i < 3; ++i) waiting.push_back(asyncDispatch(db(), addTask("home-" + std::to_string(i))));
    waiting.push_back(live.whenFresh());
    db().close();
    isClosed = true;
    const std::int64_t commitsUntilClose = commitsCount;
    const int callsUntilClose = calledCount;
    loop.runUntil([&] { return threads.haveEnded(); });
    threads.join();
    loop.runReady();
    EXPECT_EQ(commitsCount, commitsUntilClose) << "a subscriber was called after the close";
    EXPECT_EQ(calledCount, callsUntilClose) << "a live result's subscriber was called after the close";
    const Stats stats = db().stats();
    EXPECT_EQ(stats.entries + stats.ranges + stats.operationsRunning, 0);
    succeededCount += endedWell(asked.writes);
    askedCount += asked.writes.size();
    endedWell(asked.reads);
    endedWell(asked.loads);
    endedWell(waiting);
    watching.cancel();
    drop();
  } while (!deadline.isOver());
  loop.runReady();
  EXPECT_EQ(AliveInProcess(), aliveBefore());
  std::cout << roundsCount << " closings, " << askedCount << " writes asked for, " << succeededCount << " done\n";
}

TEST_P(CloseThreads, LettingGoOfTheLastHandleLetsWhatWasAskedForEnd) {
  const Deadline deadline(testDuration(0.3, 3));
  TestRandom random;
  std::size_t roundsCount = 0;
  do {
    if (roundsCount++ > 0) open(random.bits());
    Asked asked;
    std::optional<DB> handle(static_cast<const DB&>(db()));
    {
      ThreadGroup threads(4, loop, [&](std::size_t number) {
        for (int i = 0; i < 10; ++i) asked.askFor(*handle, number, i);
      });
      for (std::size_t steps = random.below(60); steps > 0; --steps) loop.runOne();
      threads.join();
    }
    handle.reset();
    drop();
    loop.runReady();
    EXPECT_EQ(endedWell(asked.writes), asked.writes.size()) << "an operation on its way keeps its database";
    endedWell(asked.reads);
    endedWell(asked.loads);
    asked.reads.clear();
    EXPECT_EQ(AliveInProcess(), aliveBefore());
  } while (!deadline.isOver());
}

INSTANTIATE_TEST_SUITE_P(Drivers, CloseThreads, ::testing::Values(DriverKind::memory, DriverKind::late),
                         driverKindName);

class OwnLoopThreads : public ::testing::Test {
 protected:
  static void askElsewhere(const DB& db, Asked& asked) {
    std::thread([&] { asked.askFor(db, 0, 0); }).join();
  }
  void TearDown() override { EXPECT_EQ(AliveInProcess(), aliveBefore_); }

 private:
  AliveInProcess aliveBefore_;
};

TEST_F(OwnLoopThreads, WhatWasPostedToADatabaseThatRunsNoMoreEndsAsCancelled) {
  for (const bool isClosedFirst : {true, false}) {
    Asked asked;
    {
      SubscribableDB db{DB{BptreeInmemDriver{}}};
      execSync(db.loadTables({tasksTable, logTable}));
      askElsewhere(db, asked);
      if (isClosedFirst) db.close();
    }
    ASSERT_TRUE(asked.writes[0].isReady()) << "it would be waited for forever";
    EXPECT_EQ(codeOf([&] { asked.writes[0].get(); }), ErrorCode::cancelled);
    EXPECT_EQ(codeOf([&] { asked.reads[0].get(); }), ErrorCode::cancelled);
    EXPECT_EQ(codeOf([&] { asked.loads[0].get(); }), ErrorCode::cancelled);
  }
}

TEST_F(OwnLoopThreads, WhatWasPostedBeforeACloseEndsAsClosedWhenTheLoopRunsOn) {
  Asked asked;
  SubscribableDB db{DB{BptreeInmemDriver{}}};
  execSync(db.loadTables({tasksTable, logTable}));
  askElsewhere(db, asked);
  db.close();
  static_cast<RunLoop&>(db.executor()).runReady();
  EXPECT_EQ(codeOf([&] { asked.writes[0].get(); }), ErrorCode::closed);
  EXPECT_EQ(codeOf([&] { asked.reads[0].get(); }), ErrorCode::closed);
}

}  // namespace
}  // namespace hyperdb::test
