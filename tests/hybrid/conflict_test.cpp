// Another process takes the unique value of a row that is not flushed yet.
#include "hybrid/hybrid_fixture.hpp"

namespace hyperdb::test {
namespace {

Task noted(const std::string& id, const std::string& note, double rank = 0) {
  Task task = makeTask(id, "p1", rank);
  task.note = note;
  return task;
}

template <class Hybrid>
class HybridConflict : public DiskTest<Hybrid> {
 protected:
  std::string readAll() { return textOf(select(this->db(), allTasks())); }
  void put(const Task& task) { execSync(this->db(), upsert(tasksTable, task)); }
  /// Another process writes, and the primary reports it.
  void storeAndReport(const std::vector<Task>& tasks) {
    this->disk->host->onExternalCommit(storeOn(*this->disk, tasks));
  }
  int countOf(HybridEventKind kind) const {
    int count = 0;
    for (const HybridEvent& event : this->events) count += event.kind == kind ? 1 : 0;
    return count;
  }
};

using Hybrids = ::testing::Types<HybridDB, PreloadedHybridDB>;
TYPED_TEST_SUITE(HybridConflict, Hybrids);

TYPED_TEST(HybridConflict, ARowThatThePrimaryRefusesIsUndoneAndEverythingElseIsFlushed) {
  this->open();
  this->put(noted("a", "free", 1));
  this->put(noted("x", "taken", 2));
  this->put(noted("b", "other", 3));
  std::string heard;
  const Subscription subscription = this->db().subscribe([&](const CommitEvent& event) {
    for (const Op& op : event.ops) heard += std::string(op.rowId()) + (op.newRow ? " written; " : " deleted; ");
  });
  auto live = cachedSelector(this->db(), allTasks());
  const Subscription watch = live.subscribe([] {});
  this->store({noted("y", "taken", 4)});
  EXPECT_EQ(codeOf([&] { this->hybrid().flushed().get(); }), ErrorCode::uniqueViolation);
  EXPECT_EQ(this->stored(), "a:1 b:3 y:4");
  EXPECT_EQ(heard, "x deleted; ");
  EXPECT_EQ(this->hybrid().state(), HybridState::running);
  EXPECT_EQ(this->hybrid().pendingCommits(), 0u);
  ASSERT_EQ(this->countOf(HybridEventKind::conflict), 1);
  for (const HybridEvent& event : this->events) {
    if (event.kind != HybridEventKind::conflict) continue;
    EXPECT_EQ(event.table + "/" + event.rowId, "tasks/x");
    EXPECT_NE(event.error.find("taken"), std::string::npos) << event.error;
  }
  EXPECT_EQ(textOf(live.snapshot()).find("x:2"), std::string::npos);
  this->hybrid().flushed().get();
}

TYPED_TEST(HybridConflict, AChangeOfAStoredRowIsUndoneToWhatIsStored) {
  this->store({noted("x", "old", 1)});
  this->open();
  EXPECT_EQ(this->readAll(), "x:1");
  this->put(noted("x", "taken", 2));
  this->put(noted("x", "taken", 3));
  this->store({noted("y", "taken", 4)});
  EXPECT_EQ(codeOf([&] { this->hybrid().flushed().get(); }), ErrorCode::uniqueViolation);
  EXPECT_EQ(this->stored(), "x:1 y:4");
  EXPECT_EQ(textOf(select(this->db(), taskById("x"))), "x:1");
  this->put(noted("x", "new", 5));
  this->hybrid().flushed().get();
  EXPECT_EQ(this->stored(), "x:5 y:4");
}

TYPED_TEST(HybridConflict, AReportThatComesBeforeTheFlushLeadsToTheSame) {
  this->open();
  EXPECT_EQ(this->readAll(), "");
  this->put(noted("x", "taken", 2));
  this->put(noted("b", "other", 3));
  this->storeAndReport({noted("y", "taken", 4)});
  EXPECT_EQ(this->readAll(), "b:3 y:4") << "a read does not fail meanwhile";
  this->loop.runReady();
  EXPECT_EQ(this->stored(), "b:3 y:4");
  EXPECT_EQ(this->countOf(HybridEventKind::conflict), 1);
}

TYPED_TEST(HybridConflict, SeveralRowsAreUndoneOneByOne) {
  this->open();
  for (int i = 0; i < 5; ++i) this->put(noted("x" + std::to_string(i), "n" + std::to_string(i), i));
  this->store({noted("y1", "n1"), noted("y3", "n3")});
  EXPECT_EQ(codeOf([&] { this->hybrid().flushed().get(); }), ErrorCode::uniqueViolation);
  EXPECT_EQ(this->stored(), "x0:0 x2:2 x4:4 y1:0 y3:0");
  EXPECT_EQ(this->countOf(HybridEventKind::conflict), 2);
  EXPECT_EQ(this->countOf(HybridEventKind::crashed), 0);
}

TYPED_TEST(HybridConflict, AValueThatAnotherLocalRowTookMeanwhileIsUndoneToo) {
  this->store({noted("x", "old", 1)});
  this->open();
  EXPECT_EQ(this->readAll(), "x:1");
  this->put(noted("x", "taken", 2));
  this->put(noted("z", "old", 3));  // the value that x has given up
  this->store({noted("y", "taken", 4)});
  EXPECT_EQ(codeOf([&] { this->hybrid().flushed().get(); }), ErrorCode::uniqueViolation);
  EXPECT_EQ(this->stored(), "x:1 y:4");
  EXPECT_EQ(this->readAll(), "x:1 y:4");
  EXPECT_EQ(this->hybrid().state(), HybridState::running);
}

TYPED_TEST(HybridConflict, ACombinationOfValuesThatWasTakenIsUndoneAndOneThatSharesAColumnStays) {
  this->open();
  this->put(seated("x", "p1", "s1"));
  this->put(seated("a", "p1", "s2"));
  this->put(seated("b", "p2", "s1"));
  this->store({seated("y", "p1", "s1")});
  EXPECT_EQ(codeOf([&] { this->hybrid().flushed().get(); }), ErrorCode::uniqueViolation);
  EXPECT_EQ(this->stored(), "a:0 b:0 y:0");
  EXPECT_EQ(this->countOf(HybridEventKind::conflict), 1);
  EXPECT_EQ(idsOf(select(this->db(), tasksInSeat("p1", "s2"))), "a");
  EXPECT_EQ(idsOf(select(this->db(), tasksInSeat("p2", "s1"))), "b");
  this->put(seated("x", "p2", "s2"));
  this->hybrid().flushed().get();
  EXPECT_EQ(this->stored(), "a:0 b:0 x:0 y:0");
}

TYPED_TEST(HybridConflict, WhatAnotherProcessCommitsDecidesWhoHasACombination) {
  this->store({seated("x", "p1", "s1"), seated("z", "p2", "s1")});
  this->open();
  EXPECT_EQ(idsOf(select(this->db(), tasksInSeat("p1", "s1"))), "x");
  auto live = cachedSelector(this->db(), tasksInSeat("p1", "s1"));
  const Subscription watch = live.subscribe([] {});
  this->storeAndReport({seated("x", "p2", "s1"), seated("z", "p1", "s1")});
  EXPECT_EQ(idsOf(live.snapshot()), "z");
  EXPECT_EQ(codeOf([&] { this->put(seated("w", "p1", "s1")); }), ErrorCode::uniqueViolation);
  this->put(seated("z", "p1", "s3"));
  this->put(seated("w", "p1", "s1"));
  EXPECT_EQ(idsOf(live.snapshot()), "w");
  this->hybrid().flushed().get();
  EXPECT_EQ(this->stored(), "w:0 x:0 z:0");
}

class LateConflict : public LateDiskTest<HybridDB> {};

TEST_F(LateConflict, OverALatePrimaryItIsTheSame) {
  open();
  wait(execAsync(db(), upsert(tasksTable, noted("a", "free", 1))));
  store({noted("y", "taken", 4)});
  wait(execAsync(db(), upsert(tasksTable, noted("b", "other", 3))));
  EXPECT_EQ(stored(), "a:1 b:3 y:4");
  auto written = execAsync(db(), upsert(tasksTable, noted("x", "late", 2)));
  while (!written.isReady()) loop.runOne();
  written.get();
  store({noted("v", "late", 5)});
  EXPECT_EQ(codeOf([&] { wait(hybrid().flushed()); }), ErrorCode::uniqueViolation);
  EXPECT_EQ(stored(), "a:1 b:3 v:5 y:4");
  EXPECT_EQ(all(), "a:1 b:3 y:4 v:5");
  EXPECT_EQ(hybrid().state(), HybridState::running);
}

}  // namespace
}  // namespace hyperdb::test
