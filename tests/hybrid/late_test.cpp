// Reads and writes that wait for a primary that answers late: what they see, and what happens when nothing waits for
// them any more.
#include "hybrid/hybrid_fixture.hpp"

namespace hyperdb::test {
namespace {

class LateHybrid : public LateDiskTest<HybridDB> {
 protected:
  using Transaction = std::unique_ptr<DriverTransaction>;
  static constexpr std::size_t byRankNumber = 2;

  Transaction begin() { return hybrid().begin(TransactionMode::readOnly).get(); }
  static ScanPlan ranks(double low, double high) {
    KeyBytes lower;
    KeyBytes upper;
    KeyWriter(lower).appendNumber(low);
    KeyWriter(upper).appendNumber(high);
    return {&tasksTable.def(), byRankNumber, {KeyRange::between(lower, upper)}, asc, ScanPlan::noLimit};
  }
  std::string read(DriverTransaction& transaction, const ScanPlan& plan) {
    return textOf(Rows<Task>(wait(transaction.scan(plan)).rows));
  }
  void storeRanks(int count) {
    std::vector<Task> tasks;
    for (int i = 1; i <= count; ++i) tasks.push_back(makeTask("t" + std::to_string(i), "p1", i));
    store(tasks);
  }
};

TEST_F(LateHybrid, AKnownRangeIsAnsweredAtOnce) {
  storeRanks(3);
  open();
  EXPECT_EQ(all(), "t1:1 t2:2 t3:3");
  EXPECT_EQ(textOf(select(db(), allTasks())), "t1:1 t2:2 t3:3") << "also by the synchronous functions";
  EXPECT_EQ(codeOf([&] { select(db(), projectTasks("p1")); }), ErrorCode::notSynchronous);
}

TEST_F(LateHybrid, ATransactionReadsTheStateWithWhichItBeganHoweverMuchIsFilledMeanwhile) {
  storeRanks(6);
  open();
  const Transaction early = begin();
  const ScanPlan low = ranks(0, 3);
  const ScanPlan high = ranks(3, 10);
  EXPECT_EQ(read(*early, low), "t1:1 t2:2");
  put("t1", 5);                                 // out of one range, into the other
  wait(asyncDispatch(db(), removeTask("t4")));  // was never read by anybody
  put("new", 1);
  wait(hybrid().flushed());
  EXPECT_EQ(all(), "new:1 t2:2 t3:3 t1:5 t5:5 t6:6");
  EXPECT_EQ(read(*early, high), "t3:3 t4:4 t5:5 t6:6");
  EXPECT_EQ(read(*early, low), "t1:1 t2:2");
  const Transaction late = begin();
  EXPECT_EQ(read(*late, low), "new:1 t2:2");
  EXPECT_EQ(read(*late, high), "t3:3 t1:5 t5:5 t6:6");
}

TEST_F(LateHybrid, ARowThatIsDeletedAndFlushedDuringAReadDoesNotComeBack) {
  storeRanks(3);
  open();
  // The read has begun in the primary, so it sees the primary's state of now; its answer is held back.
  Completion<Rows<Task>> slow = selectAsync(db(), tasksFrom(0, 10));
  while (control->finishedCount() < 2) loop.runOne();  // the tables were loaded, the read has begun
  control->holdBack([](const LateOperation& operation) {
    return operation.kind == LateKind::scan && operation.mode == TransactionMode::readOnly;
  });
  loop.runReady();
  ASSERT_FALSE(slow.isReady());

  control->letGo();
  // The transaction that deletes reads the id itself, before or after the slow one: the order is random.
  Completion<void> removed = asyncDispatch(db(), removeTask("t2"));
  loop.runReady();
  removed.get();
  wait(hybrid().flushed());
  slow.get();
  EXPECT_EQ(all(), "t1:1 t3:3");
  EXPECT_EQ(stored(), "t1:1 t3:3");
}

TEST_F(LateHybrid, AReadThatBeganBeforeAFlushKeepsDeletedIdsInMind) {
  storeRanks(3);
  open();
  wait(selectAsync(db(), taskById("t2")));
  bool isHeld = true;
  Completion<Rows<Task>> slow = selectAsync(db(), tasksFrom(0, 10));
  control->holdBack([&isHeld](const LateOperation& operation) { return isHeld && operation.kind == LateKind::scan; });
  loop.runReady();  // the primary's transaction has begun, and sees t2
  ASSERT_FALSE(slow.isReady());
  Completion<void> removed = asyncDispatch(db(), removeTask("t2"));  // known: nothing to read
  loop.runReady();
  removed.get();
  EXPECT_EQ(stored(), "t1:1 t3:3");
  EXPECT_EQ(hybrid().pendingCommits(), 0U);
  isHeld = false;
  control->letGo();
  loop.runReady();
  slow.get();
  EXPECT_EQ(textOf(select(db(), tasksFrom(0, 10))), "t1:1 t3:3");
}

TEST_F(LateHybrid, ACancelledReadLeavesNothingBehind) {
  storeRanks(3);
  open();
  Completion<Rows<Task>> read = selectAsync(db(), allTasks());
  control->holdBack(LateKind::scan);
  loop.runReady();
  read.cancel();
  loop.runReady();
  EXPECT_EQ(codeOf([&] { read.get(); }), ErrorCode::cancelled);
  control->letGo();
  EXPECT_EQ(all(), "t1:1 t2:2 t3:3");
}

TEST_F(LateHybrid, ACancelledWriteIsRolledBack) {
  storeRanks(3);
  open();
  control->holdBack(LateKind::scan);
  Completion<void> write = asyncDispatch(db(), putTask("t1", "p1", 9));
  loop.runReady();
  write.cancel();
  loop.runReady();
  EXPECT_EQ(codeOf([&] { write.get(); }), ErrorCode::cancelled);
  control->letGo();
  EXPECT_EQ(all(), "t1:1 t2:2 t3:3");
  EXPECT_EQ(hybrid().pendingCommits(), 0U);
}

TEST_F(LateHybrid, ADroppedTransactionTakesItsReadAlong) {
  storeRanks(3);
  open();
  Transaction transaction = begin();
  {
    const ScanPlan plan = ranks(0, 10);
    const Completion<ScanResult> pending = transaction->scan(plan);
    loop.runOne();
    transaction = nullptr;
  }
  loop.runReady();
  EXPECT_EQ(all(), "t1:1 t2:2 t3:3");
}

TEST_F(LateHybrid, ClosingDuringAReadOrAPreloadEndsThem) {
  storeRanks(3);
  open();
  control->holdBack(LateKind::scan);
  Completion<Rows<Task>> read = selectAsync(db(), allTasks());
  Completion<void> preloading = hybrid().preloadTables({tasksTable});
  loop.runReady();
  db().close();
  EXPECT_EQ(codeOf([&] { read.get(); }), ErrorCode::cancelled);
  EXPECT_EQ(codeOf([&] { preloading.get(); }), ErrorCode::closed);
}

TEST_F(LateHybrid, AReadThatFailsFailsAlone) {
  storeRanks(3);
  open();
  Completion<Rows<Task>> first = selectAsync(db(), tasksFrom(0, 2));
  Completion<Rows<Task>> second = selectAsync(db(), tasksFrom(2, 4));
  control->failNext(LateKind::scan);
  loop.runReady();
  const int failedCount = static_cast<int>(codeOf([&] { first.get(); }).has_value()) +
                          static_cast<int>(codeOf([&] { second.get(); }).has_value());
  EXPECT_EQ(failedCount, 1);
  EXPECT_EQ(all(), "t1:1 t2:2 t3:3");
}

TEST_F(LateHybrid, AnUnknownChangeDuringAReadMakesItReadAgain) {
  storeRanks(2);
  open();
  Completion<Rows<Task>> read = selectAsync(db(), allTasks());
  bool isHeld = true;
  control->holdBack([&isHeld](const LateOperation& operation) { return isHeld && operation.kind == LateKind::scan; });
  loop.runReady();
  storeOn(*disk, {makeTask("t1", "p1", 7)});
  disk->host->onUnknownChange();
  isHeld = false;
  control->letGo();
  EXPECT_EQ(textOf(wait(std::move(read))), "t2:2 t1:7");
  EXPECT_EQ(disk->scans, 2U);
}

TEST_F(LateHybrid, ALiveResultOverALatePrimaryIsRunAgainInMemory) {
  storeRanks(3);
  open();
  auto live = asyncSelector(db(), tasksFrom(0, 10));
  const Subscription subscription = live.subscribe([] {});
  wait(live.whenFresh());
  disk->resetCounts();
  put("t2", 9);
  EXPECT_EQ(textOf(*live.data()), "t1:1 t3:3 t2:9");
  EXPECT_EQ(disk->scans, 0U);
}

}  // namespace
}  // namespace hyperdb::test
