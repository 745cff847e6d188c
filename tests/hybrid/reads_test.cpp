// What is read of the primary, and what is not: once, only what is missing, and all of it at once.
#include "hybrid/hybrid_fixture.hpp"

namespace hyperdb::test {
namespace {

using Scanned = std::vector<std::string>;

class HybridReads : public DiskTest<HybridDB> {};

TEST_F(HybridReads, ARangeIsReadOnce) {
  storeRanks(3);
  open();
  EXPECT_EQ(textOf(select(db(), projectTasks("p1"))), "t1:1 t2:2 t3:3");
  EXPECT_EQ(textOf(select(db(), projectTasks("p1"))), "t1:1 t2:2 t3:3");
  EXPECT_EQ(disk->scans, 1U);
  EXPECT_EQ(hybrid().hybridCounters().scansByPrimary, 1U);
  EXPECT_EQ(hybrid().hybridCounters().scansByMemory, 1U);
  EXPECT_EQ(hybrid().hybridCounters().rowsFilled, 3U);
}

TEST_F(HybridReads, ThatARangeIsEmptyIsRememberedToo) {
  open();
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(textOf(select(db(), projectTasks("p1"))), "");
    EXPECT_EQ(textOf(select(db(), taskById("t1"))), "");
    EXPECT_EQ(textOf(select(db(), taskByNote("n"))), "");
  }
  EXPECT_EQ(disk->scans, 3U);
}

TEST_F(HybridReads, ALimitedReadRemembersHowFarItCame) {
  storeRanks(9);
  open();
  EXPECT_EQ(textOf(select(db(), firstTasks(3))), "t1:1 t2:2 t3:3");
  EXPECT_EQ(disk->rowsRead, 3U);
  EXPECT_EQ(textOf(select(db(), firstTasks(2))), "t1:1 t2:2");
  EXPECT_EQ(textOf(select(db(), tasksFrom(0, 3))), "t1:1 t2:2");
  EXPECT_EQ(disk->scans, 1U);
  EXPECT_EQ(textOf(select(db(), firstTasks(5))), "t1:1 t2:2 t3:3 t4:4 t5:5");
  EXPECT_EQ(disk->scans, 2U);
  EXPECT_EQ(disk->rowsRead, 5U);  // only the two that were missing
  EXPECT_EQ(select(db(), allTasks()).size(), 9U);
  EXPECT_EQ(disk->rowsRead, 9U);
  EXPECT_EQ(textOf(select(db(), firstTasks(20))), textOf(select(db(), allTasks())));
  EXPECT_EQ(disk->scans, 3U);
}

TEST_F(HybridReads, ALimitedReadFromTheEndRemembersItToo) {
  storeRanks(9);
  open();
  EXPECT_EQ(textOf(select(db(), lastTasks(2))), "t9:9 t8:8");
  EXPECT_EQ(textOf(select(db(), lastTasks(3))), "t9:9 t8:8 t7:7");
  EXPECT_EQ(disk->rowsRead, 3U);
  EXPECT_EQ(textOf(select(db(), tasksFrom(8, 100))), "t8:8 t9:9");
  EXPECT_EQ(disk->scans, 2U);
  EXPECT_EQ(textOf(select(db(), firstTasks(1))), "t1:1");
  EXPECT_EQ(textOf(select(db(), lastTasks(9))), "t9:9 t8:8 t7:7 t6:6 t5:5 t4:4 t3:3 t2:2 t1:1");
  EXPECT_EQ(disk->rowsRead, 9U);
}

TEST_F(HybridReads, ALimitThatIsNotReachedCoversTheWholeRange) {
  storeRanks(2);
  open();
  EXPECT_EQ(select(db(), firstTasks(10)).size(), 2U);
  EXPECT_EQ(select(db(), allTasks()).size(), 2U);
  EXPECT_EQ(disk->scans, 1U);
}

TEST_F(HybridReads, OnlyTheMissingPartOfARangeIsRead) {
  storeRanks(9);
  open();
  select(db(), tasksFrom(2, 5));
  EXPECT_EQ(textOf(select(db(), tasksFrom(4, 8))), "t4:4 t5:5 t6:6 t7:7");
  EXPECT_EQ(disk->scanned, (Scanned{"tasks/byRank [(2) .. (5))", "tasks/byRank [(5) .. (8))"}));
  EXPECT_EQ(disk->rowsRead, 6U);
  EXPECT_EQ(textOf(select(db(), tasksFrom(3, 7))), "t3:3 t4:4 t5:5 t6:6");
  EXPECT_EQ(disk->scans, 2U);
}

TEST_F(HybridReads, SeveralMissingPartsAreOneRead) {
  storeRanks(9);
  open();
  select(db(), tasksFrom(3, 4));
  select(db(), tasksFrom(6, 7));
  disk->resetCounts();
  EXPECT_EQ(textOf(select(db(), tasksFrom(2, 9))), "t2:2 t3:3 t4:4 t5:5 t6:6 t7:7 t8:8");
  EXPECT_EQ(disk->scanned, (Scanned{"tasks/byRank [(2) .. (3)) [(4) .. (6)) [(7) .. (9))"}));
}

TEST_F(HybridReads, AnOrIsOneReadOfTheBranchesThatAreMissing) {
  store({makeTask("a", "p1"), makeTask("b", "p2"), makeTask("c", "p3")});
  open();
  EXPECT_EQ(idsOf(select(db(), tasksOfProjects("p1", "p3"))), "a c");
  EXPECT_EQ(disk->scans, 1U);
  EXPECT_EQ(idsOf(select(db(), tasksOfProjects("p2", "p3"))), "b c");
  EXPECT_EQ(disk->scans, 2U);
  EXPECT_EQ(disk->rowsRead, 3U);
  EXPECT_EQ(idsOf(select(db(), tasksOfProjects("p1", "p2"))), "a b");
  EXPECT_EQ(disk->scans, 2U);
}

TEST_F(HybridReads, ARowThatWasReadIsFoundByItsIdAndItsUniqueValue) {
  Task task = makeTask("a");
  task.note = "n";
  store({task});
  open();
  select(db(), projectTasks("p1"));
  EXPECT_EQ(idsOf(select(db(), taskById("a"))), "a");
  EXPECT_EQ(idsOf(select(db(), taskByNote("n"))), "a");
  EXPECT_EQ(disk->scans, 1U);
}

TEST_F(HybridReads, ARowIsFoundByItsWholeUniqueKeyWhileTheFirstColumnsOfItSayNothing) {
  store({seated("a", "p1", "s1"), seated("b", "p1", "s2"), seated("c", "p2", "s1")});
  open();
  select(db(), taskById("b"));
  EXPECT_EQ(idsOf(select(db(), tasksInSeat("p1", "s2"))), "b");
  EXPECT_EQ(disk->scans, 1U);
  const std::size_t index = tasksTable.def().indexNumber("bySeat");
  ScanPlan plan{&tasksTable.def(), index, {}, asc, ScanPlan::noLimit};
  KeyBytes project;
  KeyWriter(project).appendString("p1");
  plan.ranges = {KeyRange::prefix(project)};
  EXPECT_EQ(idsOf(Rows<Task>(hybrid().begin(TransactionMode::readOnly).get()->scan(plan).get().rows)), "a b");
  EXPECT_EQ(disk->scans, 2U);
}

TEST_F(HybridReads, APreloadedTableIsNeverReadAgain) {
  storeRanks(5);
  open();
  hybrid().preloadTables({tasksTable}).get();
  EXPECT_EQ(disk->scans, 1U);
  EXPECT_EQ(kindsOfEvents(), "fill preloaded");
  EXPECT_EQ(events.back().rowsCount, 5U);
  EXPECT_EQ(select(db(), allTasks()).size(), 5U);
  EXPECT_EQ(select(db(), taskById("zz")).size(), 0U);
  put("new", 3);
  EXPECT_EQ(textOf(select(db(), tasksFrom(2, 4))), "t2:2 new:3 t3:3");
  hybrid().preloadTables({tasksTable}).get();
  EXPECT_EQ(disk->scans, 1U);
}

TEST_F(HybridReads, OnlyLoadedTablesCanBePreloaded) {
  open();
  const auto other = defineTable<LogLine>("other");
  EXPECT_EQ(codeOf([&] { hybrid().preloadTables({tasksTable, other}).get(); }), ErrorCode::unknownTable);
  EXPECT_EQ(disk->scans, 0U);
}

TEST_F(HybridReads, AReadThatFailsChangesNothing) {
  storeRanks(2);
  open();
  disk->failsReads = true;
  EXPECT_EQ(codeOf([&] { select(db(), allTasks()); }), ErrorCode::driverFailure);
  disk->failsReads = false;
  EXPECT_EQ(textOf(select(db(), allTasks())), "t1:1 t2:2");
  EXPECT_EQ(hybrid().state(), HybridState::running);
}

TEST_F(HybridReads, ATraceSaysWhoAnswered) {
  storeRanks(2);
  open();
  TraceStore traces;
  db().setTracer(&traces);
  select(db(), allTasks());
  select(db(), allTasks());
  db().setTracer(nullptr);
  ASSERT_EQ(traces.traces().size(), 2U);
  EXPECT_EQ(traces.traces()[0]->root.scans.at(0).answeredBy, "disk");
  EXPECT_EQ(traces.traces()[1]->root.scans.at(0).answeredBy, "memory");
}

TEST_F(HybridReads, AFillIsAnEvent) {
  storeRanks(2);
  open();
  select(db(), tasksFrom(1, 9));
  ASSERT_EQ(kindsOfEvents(), "fill");
  EXPECT_EQ(events[0].table, "tasks");
  EXPECT_EQ(events[0].index, "byRank");
  EXPECT_EQ(events[0].ranges, (Scanned{"[(1) .. (9))"}));
  EXPECT_EQ(events[0].rowsCount, 2U);
}

TEST_F(HybridReads, ALiveResultFollowsWritesWithoutReadingAgain) {
  storeRanks(3);
  open();
  auto live = cachedSelector(db(), tasksFrom(0, 10));
  int callsCount = 0;
  const Subscription subscription = live.subscribe([&] { ++callsCount; });
  put("t2", 7);
  put("new", 2);
  EXPECT_EQ(textOf(live.snapshot()), "t1:1 new:2 t3:3 t2:7");
  EXPECT_EQ(callsCount, 2);
  EXPECT_EQ(disk->scanned, (Scanned{"tasks/byRank [(0) .. (10))", "tasks/byId [(\"new\") .. (\"new\")]"}));
}

TEST_F(HybridReads, OptionsAreChecked) {
  HybridOptions options;
  options.triesMax = 0;
  EXPECT_EQ(codeOf([&] { HybridDB(DiskDriver{disk}, options); }), ErrorCode::invalidArgument);
  EXPECT_EQ(codeOf([] { HybridDB(std::unique_ptr<Driver>()); }), ErrorCode::invalidArgument);
}

}  // namespace
}  // namespace hyperdb::test
