// Taking back what a part of an action wrote, over a driver that answers late: failures, cancelling and closing at
// every step of it.
#include "support/task_db.hpp"

namespace hyperdb::test {
namespace {

struct Refused {};

const auto failing = action("failing", {}, []() -> Action<> {
  co_await putTask("a", "p2", 50);
  co_await addTask("new");
  co_await removeTask("b");
  LogLine line{"line", "text"};
  co_await insert(logTable, line);
  throw Refused();
});
const auto goingOn = action("goingOn", {}, []() -> Action<std::string> {
  co_await putTask("before", "p1", 1);
  try {
    co_await failing();
  } catch (const Refused&) {
  }
  Rows<Task> rows = co_await allTasks();
  co_await putTask("after", "p1", 99);
  co_return idsOf(rows);
});
/// Goes on whatever is thrown, also by what takes the part back.
const auto goingOnAnyway = action("goingOnAnyway", {}, []() -> Action<> {
  try {
    co_await failing();
  } catch (const Refused&) {
  }
  try {
    co_await putTask("after", "p1", 99);
  } catch (const Error&) {
  }
});
const auto endingWithIt = action("endingWithIt", {}, []() -> Action<> {
  try {
    co_await failing();
  } catch (const Refused&) {
  }
});

class LateSavepointsTest : public LateTaskTest {
 protected:
  LateSavepointsTest() { fill(); }
  void fill() {
    put("a", "p1", 2);
    put("b", "p1", 3);
  }
  std::string lines() {
    return std::to_string(wait(execAsync(db(), selectFrom(logTable, byId).where(eq<&LogLine::id>("line")))).size());
  }
  void expectAsBefore(const std::string& when) {
    EXPECT_EQ(all(), "a b") << when;
    EXPECT_EQ(idsOf(wait(selectAsync(db(), projectTasks("p1")))), "a b") << when;
    EXPECT_EQ(lines(), "0") << when;
    EXPECT_EQ(db().stats().operationsRunning, 0) << when;
  }
  /// How many operations of the storage an action takes.
  template <class Call>
  std::size_t operationsOf(Call call) {
    const std::size_t before = control->finishedCount();
    Completion<typename Call::Result> done = asyncDispatch(db(), call);
    loop.runReady();
    thrown([&] {
      try {
        done.get();
      } catch (const Refused&) {
      }
    });
    return control->finishedCount() - before;
  }
};

TEST_F(LateSavepointsTest, ThePartIsGoneForReadsForTheCommitAndForOthers) {
  EXPECT_EQ(wait(asyncDispatch(db(), goingOn())), "before a b");
  EXPECT_EQ(all(), "before a b after");
  EXPECT_EQ(lines(), "0");
  wait(asyncDispatch(db(), endingWithIt()));
  EXPECT_EQ(all(), "before a b after");
}

TEST_F(LateSavepointsTest, ItCostsOneDeletionAndOneUpsertForEachTableAndNothingWhenNobodyCatches) {
  EXPECT_EQ(operationsOf(failing()), 5u) << "the beginning and four writes";
  // Tasks: a deletion and an upsert; lines: a deletion; the commit.
  EXPECT_EQ(operationsOf(endingWithIt()), 9u);
}

TEST_F(LateSavepointsTest, AFailureAtAnyOperationLeavesTheDatabaseAsItWas) {
  int failuresCount = 0;
  for (std::size_t n = 1; n < 50; ++n) {
    control->failNth(n);
    Completion<std::string> done = asyncDispatch(db(), goingOn());
    loop.runReady();
    const std::optional<ErrorCode> code = codeOf([&] { done.get(); });
    control->failNth(0);
    if (!code) break;
    EXPECT_EQ(code, ErrorCode::driverFailure);
    ++failuresCount;
    expectAsBefore("after the failure of operation " + std::to_string(n));
    EXPECT_EQ(db().revision(), 2);
  }
  EXPECT_EQ(failuresCount, 12) << "begin, five writes, three to take back, scan, write, commit";
  EXPECT_EQ(all(), "before a b after");
}

TEST_F(LateSavepointsTest, AnActionThatCatchesTheFailureOfTakingBackIsNotCommitted) {
  const auto points = {FailurePoint::beforeEffect, FailurePoint::afterEffect};
  for (const FailurePoint point : points) {
    for (std::size_t n = 6; n <= 8; ++n) {  // what takes it back
      control->failNth(n, point);
      Completion<void> done = asyncDispatch(db(), goingOnAnyway());
      loop.runReady();
      EXPECT_TRUE(codeOf([&] { done.get(); })) << n;
      control->failNth(0);
      expectAsBefore("after the failure of operation " + std::to_string(n));
      EXPECT_EQ(db().revision(), 2);
    }
  }
  wait(asyncDispatch(db(), goingOnAnyway()));
  EXPECT_EQ(all(), "a b after");
}

TEST_F(LateSavepointsTest, CancellingAtAnyStepRollsBack) {
  int cancelledCount = 0;
  for (int steps = 0; steps < 300; ++steps) {
    Completion<std::string> done = asyncDispatch(db(), goingOn());
    for (int i = 0; i < steps; ++i) loop.runOne();
    done.cancel();
    loop.runReady();
    const std::optional<ErrorCode> code = codeOf([&] { done.get(); });
    if (!code) break;
    EXPECT_EQ(code, ErrorCode::cancelled);
    ++cancelledCount;
    expectAsBefore("cancelled after " + std::to_string(steps) + " steps");
  }
  EXPECT_GE(cancelledCount, 12);
  EXPECT_EQ(all(), "before a b after");
}

TEST_F(LateSavepointsTest, CancellingWhileAPartIsTakenBackRollsBack) {
  control->holdBack(LateKind::remove);
  Completion<void> done = asyncDispatch(db(), endingWithIt());
  loop.runReady();
  control->letGo();
  control->holdBack(LateKind::upsert);  // its own deletion goes on; what takes it back is held
  loop.runReady();
  EXPECT_FALSE(done.isReady());
  done.cancel();
  loop.runReady();
  control->letGo();
  loop.runReady();
  EXPECT_EQ(codeOf([&] { done.get(); }), ErrorCode::cancelled);
  expectAsBefore("cancelled");
}

TEST_F(LateSavepointsTest, ClosingAtAnyStepEndsIt) {
  for (int steps = 0; steps < 60; ++steps) {
    close();
    open();
    fill();
    Completion<std::string> done = asyncDispatch(db(), goingOn());
    for (int i = 0; i < steps; ++i) loop.runOne();
    db().close();
    loop.runReady();
    const std::optional<ErrorCode> code = codeOf([&] { done.get(); });
    EXPECT_TRUE(!code || code == ErrorCode::cancelled) << steps;
    EXPECT_EQ(db().stats().operationsRunning, 0);
  }
}

}  // namespace
}  // namespace hyperdb::test
