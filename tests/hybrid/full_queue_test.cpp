// How many commits wait to be flushed: never more than the options say. Who can't wait is refused.
#include "hybrid/hybrid_fixture.hpp"

namespace hyperdb::test {
namespace {

class FullQueue : public DiskTest<HybridDB> {};
class LateFullQueue : public LateDiskTest<HybridDB> {
 protected:
  /// "b", which waits for room as long as the disk holds the commit of "a" back.
  Completion<void> commitThatWaits(HybridOptions options = {}) {
    options.pendingCommitsMax = 1;
    open(options);
    control->holdBack(LateKind::commit);
    put("a", 1);
    Completion<void> second = asyncDispatch(db(), putTask("b", "p1", 2));
    loop.runReady();
    EXPECT_FALSE(second.isReady());
    return second;
  }
};

TEST_F(FullQueue, ASynchronousProgramThatNeverRunsItsExecutorFlushesWhenManyCommitsWait) {
  HybridOptions options;
  options.pendingCommitsMax = 3;
  open(options);
  for (int i = 0; i < 10; ++i) {
    put("t" + std::to_string(i), i);
    EXPECT_LE(hybrid().pendingCommits(), 3U);
  }
  EXPECT_EQ(disk->commits, 3U);
  EXPECT_EQ(hybrid().pendingCommits(), 1U);
}

TEST_F(FullQueue, OverAPrimaryThatFailsItRefusesWhoCannotWait) {
  HybridOptions options;
  options.pendingCommitsMax = 2;
  open(options);
  const auto codeOfPut = [this](const char* id) { return codeOf([&] { put(id); }); };
  disk->commitsToFail = 2;
  put("a");
  put("b");
  EXPECT_EQ(codeOfPut("c"), ErrorCode::notSynchronous);
  EXPECT_EQ(codeOfPut("c"), ErrorCode::notSynchronous);
  EXPECT_EQ(disk->commitsToFail, 1) << "nobody tries again before the time";
  EXPECT_EQ(textOf(select(db(), allTasks())), "a:0 b:0") << "nothing has happened";
  EXPECT_EQ(hybrid().pendingCommits(), 2U);
  timer.advanceMs(250);  // the executor does not come to what the timer posts
  EXPECT_EQ(codeOfPut("c"), ErrorCode::notSynchronous);
  EXPECT_EQ(disk->commitsToFail, 0);
  timer.advanceMs(999);
  EXPECT_EQ(codeOfPut("c"), ErrorCode::notSynchronous);
  timer.advanceMs(1);
  put("c");
  EXPECT_EQ(hybrid().pendingCommits(), 1U);
  EXPECT_EQ(stored(), "a:0 b:0");
  loop.runReady();
  EXPECT_EQ(stored(), "a:0 b:0 c:0");
}

TEST_F(FullQueue, OverAPrimaryThatFailsOthersWait) {
  HybridOptions options;
  options.pendingCommitsMax = 1;
  open(options);
  disk->commitsToFail = 1;
  put("a");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(codeOf([&] { put("refused"); }), ErrorCode::notSynchronous);
  Completion<void> second = asyncDispatch(db(), putTask("b", "p1", 2));
  Completion<void> third = asyncDispatch(db(), putTask("c", "p1", 3));
  loop.runReady();
  EXPECT_FALSE(second.isReady());
  EXPECT_EQ(textOf(select(db(), allTasks())), "a:0");
  timer.advanceMs(250);
  loop.runReady();
  second.get();
  third.get();
  EXPECT_EQ(stored(), "a:0 b:2 c:3");
}

TEST_F(FullQueue, OverAPrimaryThatKeepsFailingTheDriverStops) {
  HybridOptions options;
  options.pendingCommitsMax = 1;
  open(options);
  disk->commitsToFail = 100;
  put("a");
  std::string codes;
  for (int i = 0; i < 4; ++i) {
    codes += codeOf([&] { put("b"); }) == ErrorCode::notSynchronous ? "refused " : "stopped ";
    timer.advanceMs(1000);
  }
  EXPECT_EQ(codes, "refused refused stopped stopped ");
  EXPECT_EQ(hybrid().state(), HybridState::crashed);
  EXPECT_EQ(hybrid().pendingCommits(), 1U);
}

TEST_F(LateFullQueue, ACommitWaitsUntilThereIsRoom) {
  HybridOptions options;
  options.pendingCommitsMax = 2;
  open(options);
  control->holdBack(LateKind::commit);
  put("a", 1);
  put("b", 2);
  Completion<void> third = asyncDispatch(db(), putTask("c", "p1", 3));
  loop.runReady();
  EXPECT_FALSE(third.isReady());
  EXPECT_EQ(hybrid().pendingCommits(), 2U);
  EXPECT_EQ(all(), "a:1 b:2") << "not in effect yet";
  EXPECT_EQ(hybrid().hybridCounters().backPressureWaits, 1U);
  control->letGo();
  wait(std::move(third));
  EXPECT_EQ(all(), "a:1 b:2 c:3");
  wait(hybrid().flushed());
  EXPECT_EQ(stored(), "a:1 b:2 c:3");
}

TEST_F(LateFullQueue, ACommitThatWaitsForRoomFailsWhenTheDriverCrashes) {
  HybridOptions options;
  options.triesMax = 1;
  Completion<void> second = commitThatWaits(options);
  control->failNext(LateKind::commit);
  control->letGo();
  loop.runReady();
  EXPECT_EQ(codeOf([&] { second.get(); }), ErrorCode::driverFailure);
  EXPECT_EQ(hybrid().state(), HybridState::crashed);
}

TEST_F(LateFullQueue, ClosingFlushesACommitThatWaitsForRoomToo) {
  Completion<void> second = commitThatWaits();
  control->letGo();
  db().close();
  wait(std::move(second));
  EXPECT_EQ(stored(), "a:1 b:2");
}

TEST_F(LateFullQueue, ClosingTellsACommitThatWaitsForRoomThatThereWillBeNone) {
  HybridOptions options;
  options.closeWaitMaxMs = 20;
  Completion<void> second = commitThatWaits(options);
  db().close();
  loop.runReady();
  EXPECT_EQ(codeOf([&] { second.get(); }), ErrorCode::closed) << "it is known that it did not take effect";
}

}  // namespace
}  // namespace hyperdb::test
