// The way down: commits come to the primary in their order, together, again if need be, and none is lost silently.
#include "hybrid/hybrid_fixture.hpp"

namespace hyperdb::test {
namespace {

class HybridFlush : public DiskTest<HybridDB> {
 protected:
  std::string codes() {
    std::string text;
    const auto add = [&](const char* what, std::optional<ErrorCode> code) {
      text += std::string(what) + (code == ErrorCode::driverFailure ? " fails, " : " works, ");
    };
    add("read", codeOf([&] { select(db(), allTasks()); }));
    add("write", codeOf([&] { put("zz"); }));
    add("load", codeOf([&] { execSync(db().loadTables({tasksTable})); }));
    add("preload", codeOf([&] { hybrid().preloadTables({tasksTable}).get(); }));
    add("flushed", codeOf([&] { hybrid().flushed().get(); }));
    return text;
  }
};

TEST_F(HybridFlush, CommitsOfOneTurnAreFlushedTogetherByTheExecutor) {
  open();
  for (int i = 0; i < 5; ++i) put("a", i);
  put("b", 1);
  EXPECT_EQ(hybrid().pendingCommits(), 6U);
  EXPECT_EQ(disk->commits, 0U);
  events.clear();
  loop.runReady();
  EXPECT_EQ(disk->commits, 1U);
  EXPECT_EQ(stored(), "a:4 b:1");
  EXPECT_EQ(hybrid().pendingCommits(), 0U);
  EXPECT_EQ(kindsOfEvents(), "flushStarted flushed");
  EXPECT_EQ(events[0].commitsCount, 6U);
  EXPECT_EQ(events[0].rowsCount, 2U) << "only the last state of each row";
  EXPECT_EQ(hybrid().hybridCounters().commitsFlushed, 6U);
}

TEST_F(HybridFlush, AGroupHasALargestSize) {
  HybridOptions options;
  options.commitsPerFlushMax = 2;
  open(options);
  for (int i = 0; i < 5; ++i) put("t" + std::to_string(i), i);
  loop.runReady();
  EXPECT_EQ(disk->commits, 3U);
  EXPECT_EQ(stored(), "t0:0 t1:1 t2:2 t3:3 t4:4");
}

TEST_F(HybridFlush, AUniqueValueMayGoFromRowToRowInAGroup) {
  open();
  syncDispatch(db(), addNote("a", "n"));
  loop.runReady();
  syncDispatch(db(), removeTask("a"));
  syncDispatch(db(), addNote("b", "n"));
  syncDispatch(db(), removeTask("b"));
  syncDispatch(db(), addNote("c", "n"));
  loop.runReady();
  EXPECT_EQ(stored(), "c:0");
}

TEST_F(HybridFlush, WhatChangesNothingIsNotFlushed) {
  open();
  put("a", 1);
  loop.runReady();
  put("a", 1);
  syncDispatch(db(), removeTask("zz"));
  EXPECT_EQ(hybrid().pendingCommits(), 0U);
  loop.runReady();
  EXPECT_EQ(disk->commits, 1U);
}

TEST_F(HybridFlush, FlushedIsReadyAtOnceOverAPrimaryThatAnswersAtOnce) {
  open();
  hybrid().flushed().get();
  put("a", 1);
  hybrid().flushed().get();
  EXPECT_EQ(stored(), "a:1");
}

TEST_F(HybridFlush, AFailureIsTriedAgainAfterAGrowingDelay) {
  open();
  disk->commitsToFail = 2;
  put("a", 1);
  events.clear();
  Completion<void> durable = hybrid().flushed();
  EXPECT_EQ(timer.nextDueMs(), 250);
  put("b", 2);
  loop.runReady();
  EXPECT_EQ(kindsOfEvents(), "flushStarted flushFailed retryScheduled fill");
  EXPECT_NE(events[1].error.find("the disk is full"), std::string::npos);
  timer.advanceMs(249);
  loop.runReady();
  EXPECT_EQ(disk->commitsToFail, 1);
  timer.advanceMs(1);
  loop.runReady();
  EXPECT_EQ(disk->commitsToFail, 0);
  EXPECT_EQ(timer.nextDueMs(), 1000);
  EXPECT_FALSE(durable.isReady());
  timer.advanceMs(1000);
  loop.runReady();
  durable.get();
  EXPECT_EQ(stored(), "a:1 b:2");
  EXPECT_EQ(hybrid().hybridCounters().flushFailures, 2U);
  disk->commitsToFail = 2;  // the count begins again
  put("a", 5);
  loop.runReady();
  timer.advanceMs(250);
  loop.runReady();
  timer.advanceMs(1000);
  loop.runReady();
  EXPECT_EQ(stored(), "a:5 b:2");
}

TEST_F(HybridFlush, ACommitThatFailsAfterItTookEffectIsSimplyDoneAgain) {
  open();
  disk->commitsToFail = 1;
  disk->failsAfterEffect = true;
  syncDispatch(db(), addNote("a", "n"));
  loop.runReady();
  EXPECT_EQ(stored(), "a:0");
  EXPECT_EQ(hybrid().pendingCommits(), 1U);
  syncDispatch(db(), removeTask("a"));
  timer.advanceMs(250);
  loop.runReady();
  EXPECT_EQ(hybrid().pendingCommits(), 0U);
  EXPECT_EQ(stored(), "");
}

TEST_F(HybridFlush, AfterThreeFailuresEverythingFailsAndSaysWhy) {
  open();
  put("a", 1);
  loop.runReady();
  disk->commitsToFail = 100;
  put("a", 2);
  put("b", 2);
  loop.runReady();
  timer.advanceMs(250);
  loop.runReady();
  Completion<void> durable = hybrid().flushed();
  EXPECT_EQ(hybrid().state(), HybridState::running);
  EXPECT_EQ(textOf(select(db(), allTasks())), "a:2 b:2");
  timer.advanceMs(1000);
  loop.runReady();
  EXPECT_EQ(hybrid().state(), HybridState::crashed);
  EXPECT_EQ(codes(), "read fails, write fails, load fails, preload fails, flushed fails, ");
  EXPECT_EQ(codeOf([&] { durable.get(); }), ErrorCode::driverFailure);
  const std::string text = thrownText([&] { select(db(), allTasks()); });
  EXPECT_NE(text.find("2 commits that are in memory only"), std::string::npos) << text;
  EXPECT_NE(text.find("failed 3 times"), std::string::npos) << text;
  EXPECT_NE(text.find("the disk is full"), std::string::npos) << text;
  EXPECT_EQ(hybrid().crashCause(), events.back().error);
  EXPECT_EQ(events.back().kind, HybridEventKind::crashed);
  EXPECT_EQ(hybrid().pendingCommits(), 2U);
  EXPECT_EQ(disk->commitsToFail, 97) << "nobody tries a fourth time";
  EXPECT_EQ(stored(), "a:1");
}

TEST_F(HybridFlush, ClosingFlushesWhatIsWaiting) {
  open();
  put("a", 1);
  Completion<void> durable = hybrid().flushed();
  put("b", 2);
  db().close();
  EXPECT_EQ(stored(), "a:1 b:2");
  durable.get();
}

TEST_F(HybridFlush, ClosingDoesNotWaitForTheTimerOfATest) {
  open();
  disk->commitsToFail = 2;
  put("a", 1);
  loop.runReady();
  db().close();
  EXPECT_EQ(stored(), "a:1");
  EXPECT_EQ(disk->commitsToFail, 0);
}

TEST_F(HybridFlush, ClosingOverAPrimaryThatFailsEndsAndTellsIt) {
  open();
  put("a", 1);
  disk->commitsToFail = 100;
  Completion<void> durable = hybrid().flushed();
  db().close();
  EXPECT_EQ(codeOf([&] { durable.get(); }), ErrorCode::driverFailure);
  EXPECT_EQ(events.back().kind, HybridEventKind::crashed);
  EXPECT_EQ(events.back().commitsCount, 1U);
}

TEST_F(HybridFlush, AfterTheCloseNothingIsFlushedAnyMore) {
  open();
  HybridDB& driver = hybrid();
  put("a", 1);
  db().close();
  EXPECT_EQ(stored(), "a:1");
  EXPECT_EQ(driver.pendingCommits(), 0U);
  EXPECT_EQ(driver.state(), HybridState::running);
  EXPECT_EQ(codeOf([&] { driver.flushed().get(); }), ErrorCode::closed) << "also when all is durable";
  EXPECT_EQ(codeOf([&] { driver.preloadTables({tasksTable}).get(); }), ErrorCode::closed);
}

TEST_F(HybridFlush, AfterACloseThatCouldNotFlushTheErrorIsThatOfTheFlush) {
  open();
  HybridDB& driver = hybrid();
  put("a", 1);
  disk->commitsToFail = 100;
  db().close();
  EXPECT_EQ(driver.pendingCommits(), 1U);
  EXPECT_EQ(codeOf([&] { driver.flushed().get(); }), ErrorCode::driverFailure);
  EXPECT_EQ(disk->commitsToFail, 97);
}

TEST_F(HybridFlush, AListenerThatThrowsDisturbsNobody) {
  HybridOptions options;
  options.onEvent = [](const HybridEvent&) { throw std::runtime_error("from the listener"); };
  HybridDB driver(DiskDriver{disk}, options);
  DB db{std::move(driver)};
  execSync(db.loadTables({tasksTable}));
  execSync(db, insert(tasksTable, makeTask("a")));
  db.driverAs<HybridDB>().flushed().get();
  EXPECT_EQ(stored(), "a:0");
}

class LateHybridFlush : public LateDiskTest<HybridDB> {};

TEST_F(LateHybridFlush, FlushedComesWhenThePrimaryHasCommitted) {
  open();
  control->holdBack(LateKind::commit);
  put("a", 1);
  Completion<void> durable = hybrid().flushed();
  loop.runReady();
  EXPECT_FALSE(durable.isReady());
  EXPECT_EQ(all(), "a:1");
  control->letGo();
  wait(std::move(durable));
  EXPECT_EQ(stored(), "a:1");
}

TEST_F(LateHybridFlush, TablesAreLoadedBetweenFlushes) {
  open();
  control->holdBack(LateKind::commit);
  put("a", 1);
  put("b", 2);
  loop.runReady();
  EXPECT_EQ(disk->writersCount, 1);
  Completion<void> loaded = execAsync(db().loadTables({defineTable<LogLine>("later")}));
  Completion<void> durable = hybrid().flushed();
  loop.runReady();
  EXPECT_FALSE(loaded.isReady());
  control->letGo();
  wait(std::move(loaded));
  wait(std::move(durable));
  EXPECT_EQ(stored(), "a:1 b:2");
}

TEST_F(LateHybridFlush, ClosingFlushesAlthoughTablesAreBeingLoaded) {
  open();
  control->holdBack(LateKind::loadTables);
  Completion<void> loaded = execAsync(db().loadTables({defineTable<LogLine>("later")}));
  loop.runReady();
  const auto transaction = hybrid().begin(TransactionMode::readWrite).get();
  const std::vector<RowRef> rows{RowRef(new RowBox<Task>(tasksTable.def().rowType(), makeTask("a", "p1", 1)))};
  wait(transaction->upsert(tasksTable.def(), rows));
  transaction->commit().get();
  loop.runReady();
  EXPECT_EQ(stored(), "") << "not beside the load";
  control->letGo();
  db().close();
  EXPECT_EQ(stored(), "a:1");
}

TEST_F(LateHybridFlush, CommitsThatComeDuringAFlushFollowIt) {
  open();
  control->holdBack(LateKind::commit);
  put("a", 1);
  for (int i = 2; i < 5; ++i) put("a", i);
  EXPECT_EQ(hybrid().pendingCommits(), 4U);
  control->letGo();
  loop.runReady();
  EXPECT_EQ(hybrid().pendingCommits(), 0U);
  EXPECT_EQ(disk->commits, 2U);
  EXPECT_EQ(stored(), "a:4");
}

TEST_F(LateHybridFlush, ClosingWaitsForAFlushThatIsOnItsWay) {
  open();
  control->holdBack(LateKind::commit);
  put("a", 1);
  put("b", 2);
  loop.runReady();
  control->letGo();
  db().close();
  EXPECT_EQ(stored(), "a:1 b:2");
}

TEST_F(LateHybridFlush, ClosingEndsAlthoughThePrimaryNeverAnswers) {
  HybridOptions options;
  options.closeWaitMaxMs = 20;
  open(options);
  control->holdBack(LateKind::commit);
  put("a", 1);
  Completion<void> durable = hybrid().flushed();
  loop.runReady();
  db().close();
  EXPECT_EQ(events.back().kind, HybridEventKind::closedUnflushed);
  EXPECT_EQ(events.back().commitsCount, 1U);
  EXPECT_EQ(codeOf([&] { durable.get(); }), ErrorCode::closed);
  EXPECT_EQ(codeOf([&] { hybrid().flushed().get(); }), ErrorCode::closed);
  EXPECT_EQ(hybrid().pendingCommits(), 1U);
}

}  // namespace
}  // namespace hyperdb::test
