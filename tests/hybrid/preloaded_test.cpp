// All keys from the start, rows on demand: never more of them than an answer has.
#include "hybrid/hybrid_fixture.hpp"

namespace hyperdb::test {
namespace {

class Preloaded : public DiskTest<PreloadedHybridDB> {
 protected:
  std::string readAll() { return textOf(select(db(), allTasks())); }
  DB merging() { return db().withTraits({externalStorageMergeTrait}); }
};

TEST_F(Preloaded, LoadingReadsKeysOnlyWhereThePrimaryGivesThem) {
  storeRanks(5);
  disk->givesKeys = true;
  DBOptions dbOptions;
  dbOptions.executor = &loop;
  DB database{PreloadedHybridDB{DiskDriver{disk}}, dbOptions};
  execSync(database.loadTables({tasksTable}));
  EXPECT_EQ(disk->scans, 0U);
  EXPECT_EQ(disk->keyScans, tasksTable.def().indexes().size());
  EXPECT_EQ(textOf(select(database, firstTasks(2))), "t1:1 t2:2");
  EXPECT_EQ(disk->rowsRead, 2U);
}

TEST_F(Preloaded, AReadGetsTheRowsOfItsAnswerOnce) {
  storeRanks(9);
  open();
  EXPECT_EQ(textOf(select(db(), firstTasks(2))), "t1:1 t2:2");
  EXPECT_EQ(textOf(select(db(), lastTasks(1))), "t9:9");
  EXPECT_EQ(disk->rowsRead, 3U);
  EXPECT_EQ(textOf(select(db(), tasksFrom(0, 5))), "t1:1 t2:2 t3:3 t4:4");
  EXPECT_EQ(disk->rowsRead, 5U);
  EXPECT_EQ(disk->scanned.back(), "tasks/byId [(\"t3\") .. (\"t3\")] [(\"t4\") .. (\"t4\")]");
  EXPECT_EQ(readAll(), "t1:1 t2:2 t3:3 t4:4 t5:5 t6:6 t7:7 t8:8 t9:9");
  EXPECT_EQ(select(db(), projectTasks("p1")).size(), 9U);
  EXPECT_EQ(disk->rowsRead, 9U);
  EXPECT_EQ(disk->scans, 4U);
}

TEST_F(Preloaded, WhatIsEmptyIsNotAskedFor) {
  storeRanks(2);
  open();
  EXPECT_EQ(select(db(), tasksFrom(5, 9)).size(), 0U);
  EXPECT_EQ(select(db(), taskById("zz")).size(), 0U);
  EXPECT_EQ(select(db(), taskByNote("zz")).size(), 0U);
  EXPECT_EQ(select(db(), projectTasks("zz")).size(), 0U);
  EXPECT_EQ(disk->scans, 0U);
  EXPECT_EQ(hybrid().hybridCounters().scansByMemory, 4U);
}

TEST_F(Preloaded, ACountReadsNothing) {
  storeRanks(9);
  open();
  put("new", 3);
  EXPECT_EQ(execSync(db(), selectFrom(tasksTable, byRank).where(lt<&Task::rank>(5)).count()), 5U);
  EXPECT_EQ(execSync(db(), selectFrom(tasksTable, byId).count()), 10U);
  EXPECT_EQ(disk->scans, 0U);
}

TEST_F(Preloaded, AnInsertReadsNothing) {
  Task task = makeTask("a");
  task.note = "n";
  store({task});
  open();
  syncDispatch(db(), addTask("b"));
  EXPECT_EQ(codeOf([&] { syncDispatch(db(), addTask("a")); }), ErrorCode::duplicateId);
  EXPECT_EQ(codeOf([&] { syncDispatch(db(), addNote("c", "n")); }), ErrorCode::uniqueViolation);
  EXPECT_EQ(disk->scans, 0U);
  loop.runReady();
  EXPECT_EQ(stored(), "a:0 b:0");
}

TEST_F(Preloaded, AWriteReadsTheRowsThatItReplaces) {
  storeRanks(4);
  open();
  put("t2", 9);
  execSync(db(), deleteRows(tasksTable, std::vector<std::string>{"t1", "t2", "t4", "zz"}));
  EXPECT_EQ(disk->rowsRead, 3U);
  EXPECT_EQ(disk->scans, 2U);
  EXPECT_EQ(readAll(), "t3:3");
  loop.runReady();
  EXPECT_EQ(stored(), "t3:3");
}

TEST_F(Preloaded, APreloadedTableIsNeverReadAgain) {
  storeRanks(5);
  open();
  hybrid().preloadTables({tasksTable}).get();
  EXPECT_EQ(disk->scans, 1U);
  readAll();
  put("t1", 7);
  EXPECT_EQ(disk->scans, 1U);
}

TEST_F(Preloaded, AReportOfThePrimaryIsTakenOver) {
  storeRanks(4);
  open();
  select(db(), taskById("t1"));
  auto live = cachedSelector(db(), firstTasks(2));
  const Subscription subscription = live.subscribe([] {});
  disk->host->onExternalCommit(
      storeOn(*disk, {makeTask("t1", "p1", 8), makeTask("t3", "p1", 9), makeTask("new", "p1", 0)}, {"t2"}));
  EXPECT_EQ(textOf(live.snapshot()), "new:0 t4:4");
  EXPECT_EQ(readAll(), "new:0 t4:4 t1:8 t3:9");
}

TEST_F(Preloaded, AMergeOfRowsThatWereNotRead) {
  storeRanks(3);
  open();
  storeOn(*disk, {makeTask("t1", "p1", 7)}, {"t2"});
  syncDispatch(merging(), putTask("t1", "p1", 7));
  syncDispatch(merging(), removeTask("t2"));
  EXPECT_EQ(disk->scans, 0U);
  EXPECT_EQ(readAll(), "t3:3 t1:7");
  EXPECT_EQ(disk->rowsRead, 1U);
  EXPECT_EQ(hybrid().pendingCommits(), 0U);
}

TEST_F(Preloaded, AfterAnUnknownChangeTheKeysAreReadAgain) {
  storeRanks(4);
  open();
  put("t1", 5);
  readAll();
  storeOn(*disk, {makeTask("t1", "p1", 6), makeTask("t2", "p1", 7), makeTask("new", "p1", 1)}, {"t3"});
  disk->host->onUnknownChange();
  EXPECT_EQ(readAll(), "new:1 t4:4 t1:5 t2:7");
  loop.runReady();
  EXPECT_EQ(stored(), "new:1 t1:5 t2:7 t4:4");
}

TEST_F(Preloaded, AnUnknownChangeDuringAnActionKeepsWhatTheActionWrote) {
  storeRanks(3);
  open();
  const auto writer = hybrid().begin(TransactionMode::readWrite).get();
  const std::vector<RowRef> rows{RowRef(new RowBox<Task>(tasksTable.def().rowType(), makeTask("t1", "p1", 5)))};
  const std::vector<std::string> removed{"t2"};
  writer->upsert(tasksTable.def(), rows).get();
  writer->deleteRows(tasksTable.def(), removed).get();
  storeOn(*disk, {makeTask("t3", "p1", 9), makeTask("t2", "p1", 9)});
  disk->host->onUnknownChange();
  const ScanPlan plan{&tasksTable.def(), TableDef::byIdIndex, {KeyRange::all()}, asc, ScanPlan::noLimit};
  EXPECT_EQ(textOf(Rows<Task>(writer->scan(plan).get().rows)), "t1:5 t3:9");
  writer->commit().get();
  EXPECT_EQ(readAll(), "t1:5 t3:9");
}

TEST_F(Preloaded, AChangeThatNobodyReportedIsNoticedAndFollowed) {
  storeRanks(3);
  open();
  storeOn(*disk, {makeTask("t1", "p1", 7)}, {"t2"});
  EXPECT_EQ(readAll(), "t3:3 t1:7") << "the keys were read again";
}

class LatePreloaded : public LateDiskTest<PreloadedHybridDB> {};

TEST_F(LatePreloaded, ATransactionReadsTheStateWithWhichItBegan) {
  std::vector<Task> tasks;
  for (int i = 1; i <= 6; ++i) tasks.push_back(makeTask("t" + std::to_string(i), "p1", i));
  store(tasks);
  open();
  const auto early = hybrid().begin(TransactionMode::readOnly).get();
  const ScanPlan plan{&tasksTable.def(), TableDef::byIdIndex, {KeyRange::all()}, asc, ScanPlan::noLimit};
  put("t1", 9);
  wait(asyncDispatch(db(), removeTask("t2")));
  wait(hybrid().flushed());
  EXPECT_EQ(all(), "t3:3 t4:4 t5:5 t6:6 t1:9");
  EXPECT_EQ(textOf(Rows<Task>(wait(early->scan(plan)).rows)), "t1:1 t2:2 t3:3 t4:4 t5:5 t6:6");
}

TEST_F(LatePreloaded, KeysThatAreReadAgainWhileCommitsGoOnAreNotOlderThanThese) {
  store({makeTask("a", "p1", 1), makeTask("b", "p1", 2)});
  open();
  wait(selectAsync(db(), allTasks()));
  disk->host->onUnknownChange();
  Completion<Rows<Task>> read = selectAsync(db(), allTasks());
  Completion<void> written = asyncDispatch(db(), putTask("a", "p1", 7));
  Completion<void> removed = asyncDispatch(db(), removeTask("b"));
  loop.runReady();
  read.get();
  written.get();
  removed.get();
  EXPECT_EQ(all(), "a:7");
  EXPECT_EQ(stored(), "a:7");
}

TEST_F(LatePreloaded, WhoReadsKeepsItsStateWhileTheKeysOfOtherTablesAreRead) {
  open();
  put("a", 1);
  disk->host->onUnknownChange();
  EXPECT_EQ(all(), "a:1");  // reads the keys of one table again
  const auto early = hybrid().begin(TransactionMode::readOnly).get();
  put("b", 2);
  wait(execAsync(db().loadTables({defineTable<LogLine>("later")})));  // reads those of the others
  const ScanPlan plan{&tasksTable.def(), TableDef::byIdIndex, {KeyRange::all()}, asc, ScanPlan::noLimit};
  EXPECT_EQ(textOf(Rows<Task>(wait(early->scan(plan)).rows)), "a:1");
  EXPECT_EQ(all(), "a:1 b:2");
}

TEST_F(LatePreloaded, AReportThatLeavesAReaderOtherRowsToReadIsNoContradiction) {
  store({makeTask("a", "p1", 1), makeTask("b", "p1", 2)});
  open();
  const auto reader = hybrid().begin(TransactionMode::readOnly).get();
  const TableDef& table = tasksTable.def();
  Completion<ScanResult> first = reader->scan({&table, table.indexNumber("byRank"), {KeyRange::all()}, asc, 1});
  control->holdBack(LateKind::scan);
  loop.runReady();  // it asks for a
  disk->host->onExternalCommit(storeOn(*disk, {}, {"a"}));
  events.clear();
  control->letGo();
  EXPECT_EQ(textOf(Rows<Task>(wait(std::move(first)).rows)), "b:2");
  for (const HybridEvent& event : events) {
    EXPECT_NE(event.kind, HybridEventKind::preloaded) << "the keys were read again";
  }
  EXPECT_EQ(disk->scans, 2U);
}

}  // namespace
}  // namespace hyperdb::test
