// A bound on the rows in memory: rows beyond it are evicted, and no result shows the difference.
#include <limits>

#include "hybrid/hybrid_fixture.hpp"

namespace hyperdb::test {
namespace {

HybridOptions atMost(std::size_t rowsMax) {
  HybridOptions options;
  options.memoryRowsMax = rowsMax;
  return options;
}

template <class Hybrid>
class HybridBound : public DiskTest<Hybrid> {
 protected:
  const HybridCounters& counters() { return this->hybrid().hybridCounters(); }
  std::string from(double low, double high) { return textOf(select(this->db(), tasksFrom(low, high))); }
};
using Drivers = ::testing::Types<HybridDB, PreloadedHybridDB>;
TYPED_TEST_SUITE(HybridBound, Drivers);
class HybridRangeBound : public HybridBound<HybridDB> {};

TYPED_TEST(HybridBound, RowsStayAsLongAsTheyAreNotTooMany) {
  this->storeRanks(9);
  this->open(atMost(9));
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(this->from(1, 4), "t1:1 t2:2 t3:3");
    EXPECT_EQ(this->from(4, 10), "t4:4 t5:5 t6:6 t7:7 t8:8 t9:9");
  }
  EXPECT_EQ(this->disk->rowsRead, 9U);
  EXPECT_EQ(this->counters().rowsEvicted, 0U);
}

TYPED_TEST(HybridBound, TheLargestBoundIsNone) {
  this->storeRanks(9);
  this->open(atMost(std::numeric_limits<std::size_t>::max()));
  this->put("n1", 20);
  for (int round = 0; round < 2; ++round) EXPECT_EQ(select(this->db(), allTasks()).size(), 10U);
  EXPECT_EQ(this->counters().rowsEvicted, 0U);
}

TYPED_TEST(HybridBound, WhenThereAreTooManyAllAreDroppedAndReadAgainWhenTheyAreAskedFor) {
  this->storeRanks(9);
  this->open(atMost(5));
  EXPECT_EQ(this->from(1, 5), "t1:1 t2:2 t3:3 t4:4");
  EXPECT_EQ(this->counters().rowsEvicted, 0U);
  EXPECT_EQ(this->from(5, 7), "t5:5 t6:6");
  EXPECT_EQ(this->counters().rowsEvicted, 6U);
  ASSERT_FALSE(this->events.empty());
  EXPECT_EQ(this->events.back().kind, HybridEventKind::evicted);
  EXPECT_EQ(this->events.back().rowsCount, 6U);
  EXPECT_EQ(this->from(1, 5), "t1:1 t2:2 t3:3 t4:4");
  EXPECT_EQ(this->from(1, 5), "t1:1 t2:2 t3:3 t4:4");
  EXPECT_EQ(this->disk->rowsRead, 10U);
}

TYPED_TEST(HybridBound, WhatIsNotFlushedStays) {
  this->storeRanks(3);
  this->open(atMost(2));
  for (int i = 10; i < 15; ++i) this->put("n" + std::to_string(i), i);
  syncDispatch(this->db(), removeTask("t1"));
  EXPECT_EQ(this->hybrid().pendingCommits(), 6U);
  EXPECT_EQ(this->from(0, 100), "t2:2 t3:3 n10:10 n11:11 n12:12 n13:13 n14:14");
  EXPECT_EQ(this->from(0, 100), "t2:2 t3:3 n10:10 n11:11 n12:12 n13:13 n14:14");
  this->hybrid().flushed().get();
  EXPECT_EQ(this->from(0, 100), "t2:2 t3:3 n10:10 n11:11 n12:12 n13:13 n14:14");
  EXPECT_EQ(this->stored(), "n10:10 n11:11 n12:12 n13:13 n14:14 t2:2 t3:3");
  EXPECT_GE(this->counters().rowsEvicted, 7U);
}

TYPED_TEST(HybridBound, PreloadedTablesStay) {
  this->storeRanks(9);
  this->open(atMost(2));
  this->hybrid().preloadTables({tasksTable}).get();
  this->disk->resetCounts();
  for (int round = 0; round < 3; ++round) EXPECT_EQ(select(this->db(), allTasks()).size(), 9U);
  EXPECT_EQ(this->disk->scans, 0U);
  EXPECT_EQ(this->counters().rowsEvicted, 0U);
}

TYPED_TEST(HybridBound, LiveResultsStayAndAreRightAfterTheNextCommit) {
  this->storeRanks(9);
  this->open(atMost(3));
  auto live = cachedSelector(this->db(), allTasks());
  int calls = 0;
  const Subscription subscription = live.subscribe([&calls] { ++calls; });
  EXPECT_GE(this->counters().rowsEvicted, 9U);
  EXPECT_EQ(textOf(live.snapshot()), "t1:1 t2:2 t3:3 t4:4 t5:5 t6:6 t7:7 t8:8 t9:9");
  EXPECT_EQ(live.runsCount(), 1U);
  this->put("t5", 50);
  EXPECT_EQ(textOf(live.snapshot()), "t1:1 t2:2 t3:3 t4:4 t6:6 t7:7 t8:8 t9:9 t5:50");
  EXPECT_EQ(calls, 1);
  this->put("t5", 50);  // nothing is different
  EXPECT_EQ(calls, 1);
}

TYPED_TEST(HybridBound, WhoIsReadingKeepsItsState) {
  this->storeRanks(9);
  this->open(atMost(3));
  Driver& driver = this->hybrid();
  const auto reader = driver.begin(TransactionMode::readOnly).get();
  const ScanPlan plan = planQuery(selectFrom(tasksTable, byRank).spec());
  EXPECT_EQ(textOf(Rows<Task>(reader->scan(plan).get().rows)), "t1:1 t2:2 t3:3 t4:4 t5:5 t6:6 t7:7 t8:8 t9:9");
  this->put("t1", 100);
  this->hybrid().flushed().get();
  EXPECT_EQ(this->from(0, 3), "t2:2");
  EXPECT_EQ(this->counters().rowsEvicted, 0U);
  EXPECT_EQ(textOf(Rows<Task>(reader->scan(plan).get().rows)), "t1:1 t2:2 t3:3 t4:4 t5:5 t6:6 t7:7 t8:8 t9:9");
  reader->commit().get();
  EXPECT_EQ(this->counters().rowsEvicted, 9U);
  EXPECT_EQ(this->from(0, 1000), "t2:2 t3:3 t4:4 t5:5 t6:6 t7:7 t8:8 t9:9 t1:100");
}

TEST_F(HybridRangeBound, IdsThatWereLookedUpAndAreAbsentCountToo) {
  storeRanks(2);
  open(atMost(10));
  EXPECT_EQ(from(0, 10), "t1:1 t2:2");
  disk->resetCounts();
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 5; ++i) EXPECT_EQ(select(db(), taskById("absent" + std::to_string(i))).size(), 0U);
  }
  EXPECT_EQ(disk->scans, 5U) << "few are remembered";
  for (int i = 0; i < 100; ++i) EXPECT_EQ(select(db(), taskById("absent" + std::to_string(i))).size(), 0U);
  disk->resetCounts();
  for (int i = 0; i < 20; ++i) select(db(), taskById("absent" + std::to_string(i)));
  EXPECT_EQ(disk->scans, 20U) << "they were forgotten";
  EXPECT_EQ(from(0, 10), "t1:1 t2:2");
}

TYPED_TEST(HybridBound, WritesReplaceRowsThatWereDropped) {
  this->storeRanks(9);
  this->open(atMost(1));
  for (int round = 0; round < 3; ++round) {
    for (int i = 1; i <= 9; ++i) this->put("t" + std::to_string(i), 10 * i + round);
    this->hybrid().flushed().get();
    EXPECT_EQ(codeOf([&] { syncDispatch(this->db(), addTask("t3")); }), ErrorCode::duplicateId);
  }
  EXPECT_EQ(this->from(0, 1000), "t1:12 t2:22 t3:32 t4:42 t5:52 t6:62 t7:72 t8:82 t9:92");
  EXPECT_EQ(this->stored(), "t1:12 t2:22 t3:32 t4:42 t5:52 t6:62 t7:72 t8:82 t9:92");
}

}  // namespace
}  // namespace hyperdb::test
