// External writes in the primary: reported by the primary, or merged by actions with a trait.
#include "hybrid/hybrid_fixture.hpp"

namespace hyperdb::test {
namespace {

class HybridExternal : public DiskTest<HybridDB> {
 protected:
  DB merging() { return db().withTraits({externalStorageMergeTrait}); }
  std::string readAll() { return textOf(select(db(), allTasks())); }
};

const auto addRank = action("addRank", {"id", "rank"}, [](std::string id, double rank) -> Action<> {
  Task task = makeTask(id, "p1", rank);
  co_await insert(tasksTable, task);
});

/// Goes on when a part of it throws, which is then taken back.
const auto goOnAfterThrow = action("goOnAfterThrow", {"id", "rank"}, [](std::string id, double rank) -> Action<> {
  try {
    co_await putAndThrow(id, rank);
  } catch (const std::runtime_error&) {
  }
});
const auto readAndPut = action("readAndPut", {"id", "rank"}, [](std::string id, double rank) -> Action<> {
  co_await allTasks();
  co_await putTask(id, "p1", rank);
});
const auto tryNote = action("tryNote", {"id", "note"}, [](std::string id, std::string note) -> Action<> {
  try {
    co_await addNote(id, note);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::uniqueViolation);
  }
});

Task noted(const std::string& id, const std::string& note) {
  Task task = makeTask(id);
  task.note = note;
  return task;
}

TEST_F(HybridExternal, AMergeChangesMemoryOnly) {
  open();
  std::vector<OpType> types;
  const Subscription subscription =
      db().subscribe([&](const CommitEvent& event) { types.push_back(event.ops[0].type); });
  syncDispatch(merging(), addRank("a", 1));
  EXPECT_EQ(disk->scans, 0U);
  EXPECT_EQ(hybrid().pendingCommits(), 0U);
  EXPECT_EQ(textOf(select(db(), taskById("a"))), "a:1");
  syncDispatch(merging(), addRank("a", 2));  // an insert of a row that is there
  EXPECT_EQ(textOf(select(db(), taskById("a"))), "a:2");
  EXPECT_EQ(types, (std::vector<OpType>{OpType::insert, OpType::upsert}));
  loop.runReady();
  EXPECT_EQ(stored(), "");
}

TEST_F(HybridExternal, AMergeWakesLiveResults) {
  storeRanks(2);
  open();
  auto live = cachedSelector(db(), allTasks());
  int callsCount = 0;
  const Subscription subscription = live.subscribe([&] { ++callsCount; });
  store({makeTask("t1", "p1", 9)});
  syncDispatch(merging(), addRank("t1", 9));
  EXPECT_EQ(textOf(live.snapshot()), "t2:2 t1:9");
  storeOn(*disk, {}, {"t2"});
  syncDispatch(merging(), removeTask("t2"));
  EXPECT_EQ(textOf(live.snapshot()), "t1:9");
  EXPECT_EQ(callsCount, 2);
}

TEST_F(HybridExternal, AMergeOfAnUnflushedRowComesTooLate) {
  open();
  put("a", 5);
  store({makeTask("a", "p1", 1)});
  syncDispatch(merging(), addRank("a", 1));
  EXPECT_EQ(readAll(), "a:5");
  loop.runReady();
  EXPECT_EQ(stored(), "a:5") << "the flush follows what the other has written";
}

TEST_F(HybridExternal, AMergedBatchHasEachIdOnce) {
  open();
  EXPECT_EQ(codeOf([&] { execSync(merging(), insert(tasksTable, std::vector{makeTask("a"), makeTask("a")})); }),
            ErrorCode::duplicateId);
}

TEST_F(HybridExternal, AfterAMergeThatFailsEverythingIsReadAgain) {
  store({noted("a", "n")});
  open();
  EXPECT_EQ(readAll(), "a:0");
  auto live = cachedSelector(db(), allTasks());
  const Subscription subscription = live.subscribe([] {});
  store({makeTask("a", "p1", 1)});
  store({noted("b", "n")});  // the value that `a` has given up, which is not told
  EXPECT_EQ(codeOf([&] { syncDispatch(merging(), addNote("b", "n")); }), ErrorCode::uniqueViolation);
  EXPECT_EQ(readAll(), "b:0 a:1");
  loop.runReady();
  EXPECT_EQ(textOf(live.snapshot()), "b:0 a:1");
  EXPECT_EQ(hybrid().state(), HybridState::running);
}

TEST_F(HybridExternal, AfterAMergeThatGivesUpEverythingIsReadAgain) {
  storeRanks(2);
  open();
  EXPECT_EQ(readAll(), "t1:1 t2:2");
  put("c", 7);
  store({makeTask("t1", "p1", 5)});
  EXPECT_THROW(syncDispatch(merging(), putAndThrow("t1", 5)), std::runtime_error);
  EXPECT_EQ(readAll(), "t2:2 t1:5 c:7");
}

TEST_F(HybridExternal, WhatAMergeTakesBackIsReadAgain) {
  storeRanks(2);
  open();
  EXPECT_EQ(readAll(), "t1:1 t2:2");
  store({makeTask("t1", "p1", 5), makeTask("new", "p1", 6)});
  auto live = cachedSelector(db(), allTasks());
  syncDispatch(merging(), goOnAfterThrow("t1", 5));
  EXPECT_EQ(textOf(live.snapshot()), "t2:2 t1:5 new:6");
  syncDispatch(merging(), goOnAfterThrow("new", 6));
  EXPECT_EQ(textOf(live.snapshot()), "t2:2 t1:5 new:6");
  loop.runReady();
  EXPECT_EQ(textOf(live.snapshot()), "t2:2 t1:5 new:6");
}

TEST_F(HybridExternal, AfterAMergeWhoseReadFailsEverythingIsReadAgain) {
  storeRanks(2);
  open();
  EXPECT_EQ(textOf(select(db(), tasksFrom(0, 2))), "t1:1");
  store({makeTask("t1", "p1", 5)});
  disk->failsReads = true;
  EXPECT_EQ(codeOf([&] { syncDispatch(merging(), readAndPut("t1", 5)); }), ErrorCode::driverFailure);
  disk->failsReads = false;
  EXPECT_EQ(textOf(select(db(), tasksFrom(0, 2))), "");
  EXPECT_EQ(readAll(), "t2:2 t1:5");
}

class PreloadedExternal : public DiskTest<PreloadedHybridDB> {};

TEST_F(PreloadedExternal, AMergeThatFailsTakesNoRowOut) {
  store({noted("a", "n"), noted("b", "m")});
  open();
  EXPECT_EQ(idsOf(select(db(), taskById("a"))), "a");  // b has not been read
  store({makeTask("a", "p1", 1)});
  store({noted("b", "n")});
  syncDispatch(db().withTraits({externalStorageMergeTrait}), tryNote("b", "n"));
  EXPECT_EQ(textOf(select(db(), allTasks())), "b:0 a:1");
  EXPECT_EQ(idsOf(select(db(), taskByNote("n"))), "b");
}

TEST_F(PreloadedExternal, WhatIsOutdatedDoesNotSpeakAgainstAMerge) {
  store({noted("a", "n")});
  open();
  store({makeTask("a", "p1", 1)});
  disk->host->onUnknownChange();
  store({noted("b", "n")});
  syncDispatch(db().withTraits({externalStorageMergeTrait}), addNote("b", "n"));
  EXPECT_EQ(textOf(select(db(), allTasks())), "b:0 a:1");
}

TEST_F(PreloadedExternal, WhatAMergeTakesBackIsReadAgain) {
  storeRanks(2);
  open();
  store({makeTask("t1", "p1", 5)});
  syncDispatch(db().withTraits({externalStorageMergeTrait}), goOnAfterThrow("t1", 5));
  EXPECT_EQ(textOf(select(db(), allTasks())), "t2:2 t1:5");
}

TEST_F(HybridExternal, WhatThePrimaryReportsIsInMemoryAndAnnounced) {
  storeRanks(3);
  open();
  readAll();
  Traits traits;
  std::size_t opsCount = 0;
  const Subscription subscription = db().subscribe([&](const CommitEvent& event) {
    traits = event.traits;
    opsCount = event.ops.size();
  });
  auto live = cachedSelector(db(), allTasks());
  const Subscription listening = live.subscribe([] {});
  disk->host->onExternalCommit(storeOn(*disk, {makeTask("t1", "p1", 8), makeTask("new", "p1", 9)}, {"t2"}));
  EXPECT_EQ(textOf(live.snapshot()), "t3:3 t1:8 new:9");
  EXPECT_EQ(opsCount, 3U);
  EXPECT_EQ(traits, Traits{externalCommitTrait});
  EXPECT_EQ(disk->scans, 1U);
  EXPECT_EQ(hybrid().pendingCommits(), 0U);
}

TEST_F(HybridExternal, WhatIsNotFlushedIsNewerThanWhatThePrimaryReports) {
  storeRanks(2);
  open();
  put("t1", 5);
  disk->host->onExternalCommit(storeOn(*disk, {makeTask("t1", "p1", 8)}, {"t2"}));
  EXPECT_EQ(readAll(), "t1:5");
  loop.runReady();
  EXPECT_EQ(stored(), "t1:5");
}

TEST_F(HybridExternal, AReportDuringAnActionIsNotLostByItsCommit) {
  storeRanks(3);
  open();
  readAll();
  const auto writer = hybrid().begin(TransactionMode::readWrite).get();
  const std::vector<RowRef> rows{RowRef(new RowBox<Task>(tasksTable.def().rowType(), makeTask("t1", "p1", 5)))};
  writer->upsert(tasksTable.def(), rows).get();
  disk->host->onExternalCommit(storeOn(*disk, {makeTask("t1", "p1", 7), makeTask("t3", "p1", 9)}, {"t2"}));
  EXPECT_EQ(readAll(), "t1:7 t3:9");
  writer->commit().get();
  EXPECT_EQ(textOf(select(db(), tasksFrom(0, 100))), "t1:5 t3:9");
  hybrid().flushed().get();
  EXPECT_EQ(stored(), "t1:5 t3:9");
}

TEST_F(HybridExternal, AfterAnUnknownChangeEverythingIsReadAgainButWhatIsNotFlushed) {
  storeRanks(3);
  open();
  put("t1", 5);
  readAll();
  int changesCount = 0;
  auto live = cachedSelector(db(), allTasks());
  const Subscription subscription = live.subscribe([&] { ++changesCount; });
  storeOn(*disk, {makeTask("t1", "p1", 6), makeTask("t2", "p1", 6)}, {"t3"});
  disk->resetCounts();
  disk->host->onUnknownChange();
  EXPECT_EQ(textOf(live.snapshot()), "t1:5 t2:6");
  EXPECT_EQ(changesCount, 1);
  EXPECT_EQ(disk->scans, 1U);
  loop.runReady();
  EXPECT_EQ(stored(), "t1:5 t2:6");
}

TEST_F(HybridExternal, AnUnknownChangeDuringAnActionKeepsWhatTheActionWrote) {
  storeRanks(3);
  open();
  readAll();
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
  hybrid().flushed().get();
  EXPECT_EQ(stored(), "t1:5 t3:9");
}

TEST_F(HybridExternal, AChangeThatNobodyReportedIsNoticedWhenItContradicts) {
  Task task = makeTask("a");
  task.note = "n";
  store({task});
  open();
  EXPECT_EQ(idsOf(select(db(), taskById("a"))), "a");
  task.id = "b";
  storeOn(*disk, {task}, {"a"});  // the value belongs to another row now
  EXPECT_EQ(codeOf([&] { select(db(), allTasks()); }), ErrorCode::driverFailure);
  EXPECT_EQ(idsOf(select(db(), allTasks())), "b") << "everything was forgotten";
}

}  // namespace
}  // namespace hyperdb::test
