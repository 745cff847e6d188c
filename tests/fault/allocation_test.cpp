// Memory runs out at every place where it can, in every operation of a database: what has failed has not happened, what
// has happened is told, nothing is lost or left half done, and the next operation works.
#include <gtest/gtest.h>

#include <cstdio>

#include "fault/operations.hpp"
#include "support/failing_allocation.hpp"

#if HYPERDB_CAN_FAIL_ALLOCATIONS

namespace hyperdb::test {
namespace {

/// How memory runs out.
struct Fault {
  long after = -1;         ///< so many allocations succeed; negative: all
  bool isOneOnly = false;  ///< one fails; else all from there on
  bool isTraced = false;
};

/// What is to be seen after an operation.
struct Outcome {
  bool hasThrown = false;
  bool hasFault = false;
  std::int64_t revisionsCount = 0;  ///< commits since before the operation
  std::string content;
  std::int64_t entriesCount = 0;
  std::int64_t subscriptionsCount = 0;
};

void checkLives(World& world, bool areTold) {
  for (LiveResult& live : world.lives) {
    SCOPED_TRACE(live.name);
    const std::string text = live.cached();
    EXPECT_EQ(text, live.fresh());
    if (areTold && text != live.lastText) {
      EXPECT_GT(*live.toldCount, 0) << "nobody was told";
    }
    live.lastText = text;
    *live.toldCount = 0;
  }
}

void checkNextOperation(World& world) {
  const std::int64_t revision = world.db().revision();
  const std::size_t heardCount = world.heard.size();
  syncDispatch(world.db(), putTask("the next", "p1", 5));
  EXPECT_EQ(world.db().revision(), revision + 1);
  EXPECT_EQ(world.heard.size(), heardCount + 1);
  checkLives(world, true);
  std::vector<std::string> ids;
  for (const Task& task : select(world.db(), projectTasks("p1"))) ids.push_back(task.id);
  EXPECT_EQ(world.mirror, ids) << "changes do not add up";
}

/// Runs the operation in a new world and checks all that does not depend on how it went.
Outcome outcomeOf(const std::function<void(World&)>& operation, const Fault& fault) {
  const AliveInProcess aliveBefore;
  Outcome outcome;
  {
    World world(fault.isTraced);
    const std::int64_t revision = world.db().revision();
    detail::freeSpareBlocks();  // what comes from a free list can't fail
    allocationFaults = {fault.after, fault.isOneOnly, 0, 0};
    try {
      operation(world);
    } catch (...) {
      outcome.hasThrown = true;
    }
    allocationFaults.left = -1;
    outcome.hasFault = allocationFaults.failuresCount > 0;
    outcome.content = world.content();
    outcome.revisionsCount = world.db().revision() - revision;
    EXPECT_EQ(static_cast<std::int64_t>(world.heard.size()), outcome.revisionsCount) << "commits are told once";
    if (!world.heard.empty()) {
      EXPECT_EQ(world.heard.back(), world.db().revision());
    }
    checkLives(world, true);
    checkNextOperation(world);
    world.clock.advanceMs(1'000'000'000);
    const Stats stats = world.db().stats();
    outcome.entriesCount = stats.entries;
    outcome.subscriptionsCount = stats.subscriptions;
    EXPECT_EQ(stats.operationsRunning, 0);
  }
  EXPECT_EQ(AliveInProcess(), aliveBefore);
  return outcome;
}

struct Count {
  long failingPoints = 0;
  long committed = 0;  ///< those behind the commit
};

/// Every place where the operation can run out of memory.
Count failEverywhere(const Operation& operation, bool isOneOnly, bool isTraced) {
  const Outcome before = outcomeOf([](World&) {}, {-1, false, isTraced});
  const Outcome after = outcomeOf(operation.run, {-1, false, isTraced});
  EXPECT_EQ(after.hasThrown, operation.mayThrow);
  EXPECT_EQ(after.entriesCount, before.entriesCount);
  Count count;
  for (long allocations = 0; !testing::Test::HasFailure(); ++allocations) {
    SCOPED_TRACE(std::string(operation.name) + ", " + std::to_string(allocations) + " allocations succeed" +
                 (isOneOnly ? ", one fails" : ", the others fail") + (isTraced ? ", traced" : ""));
    const Outcome outcome = outcomeOf(operation.run, {allocations, isOneOnly, isTraced});
    if (!outcome.hasFault) return count;
    ++count.failingPoints;
    const Outcome& expected = outcome.hasThrown ? before : after;
    if (!outcome.hasThrown && outcome.revisionsCount > 0) ++count.committed;
    EXPECT_EQ(outcome.revisionsCount, expected.revisionsCount);
    if (operation.isSameWhenItGoesOn || outcome.hasThrown) {
      EXPECT_EQ(outcome.content, expected.content);
    }
    EXPECT_EQ(outcome.entriesCount, before.entriesCount);
    EXPECT_EQ(outcome.subscriptionsCount, before.subscriptionsCount);
  }
  return count;
}

long failAllEverywhere(const std::vector<Operation>& operations) {
  long total = 0;
  for (const Operation& operation : operations) {
    for (const bool isOneOnly : {false, true}) {
      const Count count = failEverywhere(operation, isOneOnly, !isOneOnly);
      std::printf("%-36s %-22s %4ld failing points, %3ld of them behind the commit\n", operation.name,
                  isOneOnly ? "one allocation fails" : "memory is out, traced", count.failingPoints, count.committed);
      total += count.failingPoints;
      if (testing::Test::HasFailure()) return total;
    }
  }
  std::printf("%ld failing points\n", total);
  return total;
}

TEST(MemoryRunsOut, InAnActionThatThenHasNotHappenedOrIsToldToAll) {
  EXPECT_GT(failAllEverywhere(writeOperations()), 1500);
}

TEST(MemoryRunsOut, InReadsAndRegistrationsThatThenLeaveNothingBehind) {
  EXPECT_GT(failAllEverywhere(otherOperations()), 450);
}

}  // namespace
}  // namespace hyperdb::test

#endif
