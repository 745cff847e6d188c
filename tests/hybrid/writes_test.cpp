// Writes are judged as if memory had everything, and what memory knows is newer than what the primary says.
#include "hybrid/hybrid_fixture.hpp"

namespace hyperdb::test {
namespace {

using Scanned = std::vector<std::string>;

class HybridWrites : public DiskTest<HybridDB> {
 protected:
  /// All tasks, read through an index that a test has not used before.
  std::string readAll() { return textOf(select(db(), allTasks())); }
};

const auto putTwice = action("putTwice", {"id"}, [](std::string id) -> Action<> {
  Task task = makeTask(id, "p1", 1);
  co_await insert(tasksTable, task);
  co_await deleteRows(tasksTable, id);
  co_await insert(tasksTable, task);
});

const auto countInside = action("countInside", {"id"}, [](std::string id) -> Action<int> {
  Task task = makeTask(id, "p1", 4);
  co_await upsert(tasksTable, task);
  co_await deleteRows(tasksTable, std::string("t1"));
  Rows<Task> rows = co_await tasksFrom(0, 100);
  co_return static_cast<int>(rows.size());
});

TEST_F(HybridWrites, AnInsertLooksTheIdUpOnce) {
  open();
  syncDispatch(db(), addTask("a"));
  EXPECT_EQ(disk->scanned, (Scanned{"tasks/byId [(\"a\") .. (\"a\")]"}));
  put("a", 5);
  syncDispatch(db(), removeTask("a"));
  syncDispatch(db(), addTask("a"));
  EXPECT_EQ(disk->scans, 1U);
}

TEST_F(HybridWrites, WhatATransactionHasLookedUpItKnows) {
  open();
  syncDispatch(db(), putTwice("a"));
  EXPECT_EQ(disk->scans, 1U);
}

TEST_F(HybridWrites, AnIdInThePrimaryIsADuplicate) {
  storeRanks(1);
  open();
  EXPECT_EQ(codeOf([&] { syncDispatch(db(), addTask("t1")); }), ErrorCode::duplicateId);
  EXPECT_EQ(readAll(), "t1:1");
}

TEST_F(HybridWrites, AUniqueValueInThePrimaryIsAViolation) {
  Task task = makeTask("a");
  task.note = "n";
  store({task});
  open();
  EXPECT_EQ(codeOf([&] { syncDispatch(db(), addNote("b", "n")); }), ErrorCode::uniqueViolation);
  EXPECT_EQ(disk->scans, 2U);  // the id, the value
  syncDispatch(db(), removeTask("a"));
  syncDispatch(db(), addNote("b", "n"));  // free in memory; the primary does not know it yet
  EXPECT_EQ(idsOf(select(db(), taskByNote("n"))), "b");
  EXPECT_EQ(stored(), "a:0");
  hybrid().flushed().get();
  EXPECT_EQ(stored(), "b:0");
}

TEST_F(HybridWrites, ACombinationOfValuesInThePrimaryIsAViolationAndOneThatSharesAColumnIsNot) {
  store({seated("a", "p1", "s1"), seated("b", "p1", "s2"), seated("c", "p2", "s1")});
  open();
  // What memory has of the first column says nothing about its other rows.
  EXPECT_EQ(idsOf(select(db(), tasksInSeat("p1", "s2"))), "b");
  EXPECT_EQ(codeOf([&] { execSync(db(), insert(tasksTable, seated("d", "p1", "s1"))); }), ErrorCode::uniqueViolation);
  execSync(db(), insert(tasksTable, seated("d", "p2", "s2")));
  EXPECT_EQ(idsOf(select(db(), tasksInSeat("p1", "s1"))), "a");
  execSync(db(), upsert(tasksTable, {seated("a", "p1", "s2"), seated("b", "p2", "s1"), seated("c", "p1", "s1")}));
  syncDispatch(db(), removeTask("d"));
  execSync(db(), insert(tasksTable, seated("e", "p2", "s2")));
  EXPECT_EQ(idsOf(select(db(), tasksInSeat("p2", "s1"))), "b");
  hybrid().flushed().get();
  EXPECT_EQ(stored(), "a:0 b:0 c:0 e:0");
}

TEST_F(HybridWrites, OpsHaveTheRowsThatThePrimaryHad) {
  storeRanks(2);
  open();
  std::vector<std::string> told;
  const Subscription subscription = db().subscribe([&](const CommitEvent& event) {
    for (const Op& op : event.ops) {
      told.push_back(op.oldRow ? std::to_string(static_cast<int>(RowPtr<Task>(op.oldRow)->rank)) : "none");
    }
  });
  put("t1", 8);
  put("new", 9);
  syncDispatch(db(), removeTask("t2"));
  EXPECT_EQ(told, (std::vector<std::string>{"1", "none", "2"}));
}

TEST_F(HybridWrites, AChangeIsInEffectBeforeThePrimaryHasIt) {
  storeRanks(3);
  open();
  put("t1", 7);
  syncDispatch(db(), removeTask("t2"));
  EXPECT_EQ(stored(), "t1:1 t2:2 t3:3");
  EXPECT_EQ(readAll(), "t3:3 t1:7") << "what the primary says about these ids is old";
  EXPECT_EQ(textOf(select(db(), projectTasks("p1"))), "t3:3 t1:7");
  EXPECT_EQ(idsOf(select(db(), taskById("t2"))), "");
  loop.runReady();
  EXPECT_EQ(stored(), "t1:7 t3:3");
  EXPECT_EQ(readAll(), "t3:3 t1:7");
}

TEST_F(HybridWrites, ALimitedReadThatFindsDeletedRowsGoesOn) {
  storeRanks(9);
  open();
  for (const char* id : {"t1", "t2", "t4"}) syncDispatch(db(), removeTask(id));
  EXPECT_EQ(textOf(select(db(), firstTasks(2))), "t3:3 t5:5");
  EXPECT_EQ(textOf(select(db(), lastTasks(1))), "t9:9");
}

TEST_F(HybridWrites, ReadsSeeTheWritesOfTheirTransaction) {
  storeRanks(3);
  open();
  EXPECT_EQ(syncDispatch(db(), countInside("new")), 3);
  EXPECT_EQ(readAll(), "t2:2 t3:3 new:4");
}

TEST_F(HybridWrites, ARollbackDropsWhatWasWrittenAndKeepsWhatWasRead) {
  storeRanks(3);
  open();
  EXPECT_THROW(syncDispatch(db(), putAndThrow("t1", 50)), std::runtime_error);
  EXPECT_EQ(disk->scans, 1U);
  EXPECT_EQ(textOf(select(db(), taskById("t1"))), "t1:1");
  EXPECT_EQ(disk->scans, 1U);
  EXPECT_THROW(syncDispatch(db(), putAndThrow("t1", 50)), std::runtime_error);
  EXPECT_EQ(disk->scans, 1U);
  EXPECT_EQ(readAll(), "t1:1 t2:2 t3:3");
  EXPECT_EQ(hybrid().pendingCommits(), 0U);
}

TEST_F(HybridWrites, ABatchIsOneReadForItsIds) {
  storeRanks(9);
  open();
  execSync(db(), deleteRows(tasksTable, std::vector<std::string>{"t1", "t5", "t9", "zz"}));
  EXPECT_EQ(disk->scans, 1U);
  EXPECT_EQ(disk->rowsRead, 3U);
  EXPECT_EQ(readAll(), "t2:2 t3:3 t4:4 t6:6 t7:7 t8:8");
}

TEST_F(HybridWrites, TheDatabaseIsThereAfterItWasOpenedAgain) {
  open();
  put("a", 1);
  put("b", 2);
  close();
  EXPECT_EQ(stored(), "a:1 b:2");
  open();
  EXPECT_EQ(readAll(), "a:1 b:2");
}

TEST_F(HybridWrites, ATableMayBeLoadedAgainAndMoreOfThem) {
  open();
  put("a", 1);
  const auto more = defineTable<LogLine>("more");
  execSync(db().loadTables({tasksTable, more}));
  execSync(db(), insert(more, LogLine{"x", "text"}));
  EXPECT_EQ(readAll(), "a:1");
  const auto other = defineTable<LogLine>("tasks");
  EXPECT_EQ(codeOf([&] { execSync(db().loadTables({other})); }), ErrorCode::invalidDefinition);
}

}  // namespace
}  // namespace hyperdb::test
