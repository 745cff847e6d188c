// A commit of another process whose rows are read from the primary before the commit is reported: live results follow.
#include "hybrid/hybrid_fixture.hpp"

namespace hyperdb::test {
namespace {

std::function<void()> duringAction;
const auto putAndWait = action("putAndWait", {}, []() -> Action<> {
  co_await putTask("a", "p1", 20);
  duringAction();
});

class HybridColdRead : public DiskTest<HybridDB> {
 protected:
  /// What another process does in one commit: each step is one write. Not reported yet.
  Ops commitOutside(const std::vector<Ops>& steps) {
    Ops all;
    for (const Ops& each : steps) all.insert(all.end(), each.begin(), each.end());
    return all;
  }
  void report(Ops ops) { disk->host->onExternalCommit(std::move(ops)); }
  std::string typesOf(const CommitEvent& event) {
    std::string types;
    for (const Op& op : event.ops) {
      types += op.type == OpType::insert ? "insert " : op.type == OpType::upsert ? "upsert " : "remove ";
    }
    return types;
  }
};

TEST_F(HybridColdRead, ALiveResultGetsARowThatWasReadBeforeItsCommitWasReported) {
  open();
  auto live = cachedSelector(db(), allTasks());
  int callsCount = 0;
  const Subscription subscription = live.subscribe([&] { ++callsCount; });
  std::string types;
  const Subscription commits = db().subscribe([&](const CommitEvent& event) { types += typesOf(event); });
  Ops ops = storeOn(*disk, {makeTask("a", "p1", 1)});
  EXPECT_EQ(textOf(select(db(), taskById("a"))), "a:1");
  report(std::move(ops));
  EXPECT_EQ(textOf(live.snapshot()), "a:1");
  EXPECT_EQ(callsCount, 1);
  EXPECT_EQ(types, "insert ");
}

TEST_F(HybridColdRead, ALiveResultLosesARowThatWasMovedOutOfItAndReadBeforeTheReport) {
  store({makeTask("a", "p1", 1)});
  HybridOptions options;
  options.memoryRowsMax = 1;
  open(options);
  auto live = cachedSelector(db(), tasksFrom(0, 5));
  const Subscription subscription = live.subscribe([] {});
  store({makeTask("b", "p1", 8), makeTask("c", "p1", 9)});
  select(db(), tasksFrom(6, 10));  // too many rows: all are evicted
  ASSERT_GT(hybrid().hybridCounters().rowsEvicted, 0U);
  Ops ops = storeOn(*disk, {makeTask("a", "p1", 7)});
  EXPECT_EQ(textOf(select(db(), taskById("a"))), "a:7");
  put("a", 6);  // the local change is newer, and is not flushed
  report(std::move(ops));
  EXPECT_EQ(textOf(live.snapshot()), "");
}

TEST_F(HybridColdRead, ARowThatOneCommitWritesTwiceLeavesTheResultThatShowedItsFirstState) {
  store({makeTask("a", "p1", 1), makeTask("b", "p1", 20), makeTask("c", "p1", 21)});
  HybridOptions options;
  options.memoryRowsMax = 1;
  open(options);
  auto live = cachedSelector(db(), tasksFrom(0, 5));
  const Subscription subscription = live.subscribe([] {});
  select(db(), tasksFrom(10, 30));
  report(commitOutside({storeOn(*disk, {makeTask("a", "p1", 7)}), storeOn(*disk, {makeTask("a", "p1", 9)})}));
  EXPECT_EQ(textOf(live.snapshot()), "");
  EXPECT_EQ(textOf(select(db(), taskById("a"))), "a:9");
}

TEST_F(HybridColdRead, ARowThatOneCommitInsertsAndDeletesIsNotAnnounced) {
  open();
  std::size_t opsCount = 0;
  const Subscription commits = db().subscribe([&](const CommitEvent& event) { opsCount += event.ops.size(); });
  report(commitOutside({storeOn(*disk, {makeTask("a")}), storeOn(*disk, {}, {"a"})}));
  EXPECT_EQ(opsCount, 0U);
  EXPECT_EQ(textOf(select(db(), allTasks())), "");
}

TEST_F(HybridColdRead, AMergeOfARowThatWasReadBeforeReachesLiveResults) {
  open();
  auto live = cachedSelector(db(), allTasks());
  const Subscription subscription = live.subscribe([] {});
  store({makeTask("a", "p1", 1)});
  EXPECT_EQ(textOf(select(db(), taskById("a"))), "a:1");
  syncDispatch(db().withTraits({externalStorageMergeTrait}), putTask("a", "p1", 1));
  EXPECT_EQ(textOf(live.snapshot()), "a:1");
}

TEST_F(HybridColdRead, AnActionReplacesARowThatAReportHasMovedIntoALiveResultMeanwhile) {
  store({makeTask("a", "p1", 1)});
  open();
  auto live = cachedSelector(db(), tasksFrom(5, 10));
  const Subscription subscription = live.subscribe([] {});
  duringAction = [this] {
    report(storeOn(*disk, {makeTask("a", "p1", 7)}));
    duringAction = nullptr;
  };
  syncDispatch(db(), putAndWait());
  EXPECT_EQ(textOf(live.snapshot()), "");
  EXPECT_EQ(textOf(select(db(), taskById("a"))), "a:20");
}

/// A reader of one state, below the database.
class HybridColdReader : public HybridColdRead {
 protected:
  void beginReader() {
    store({makeTask("a", "p1", 1), makeTask("b", "p1", 5)});
    open();
    reader_ = hybrid().begin(TransactionMode::readOnly).get();
    EXPECT_EQ(read(1), "a:1");
    put("c", 2);
  }
  std::string read(std::size_t limit = ScanPlan::noLimit) {
    const TableDef& table = tasksTable.def();
    const ScanPlan plan{&table, table.indexNumber("byRank"), {KeyRange::all()}, asc, limit};
    return textOf(Rows<Task>(reader_->scan(plan).get().rows));
  }
  void expectSnapshotLost() {
    try {
      ADD_FAILURE() << "was answered: " << read();
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::snapshotLost) << error.what();
    }
    reader_ = nullptr;
    EXPECT_EQ(textOf(select(db(), allTasks())), "a:1 c:2");
  }
  std::unique_ptr<DriverTransaction> reader_;
};

TEST_F(HybridColdReader, SaysThatItsStateIsGoneWhenARowThatMemoryNeverHadIsDeletedElsewhere) {
  beginReader();
  report(storeOn(*disk, {}, {"b"}));
  expectSnapshotLost();
}

TEST_F(HybridColdReader, SaysThatItsStateIsGoneWhenTheDeletionOfSuchARowIsMerged) {
  beginReader();
  storeOn(*disk, {}, {"b"});
  syncDispatch(db().withTraits({externalStorageMergeTrait}), removeTask("b"));
  expectSnapshotLost();
}

}  // namespace
}  // namespace hyperdb::test
