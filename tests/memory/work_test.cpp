// How much work operations do, counted in nodes: it grows with the height of the trees, not with the rows.
#include <gtest/gtest.h>

#include "memory/memory_fixture.hpp"

namespace hyperdb::test {
namespace {

struct Work : MemoryFixture, ::testing::WithParamInterface<std::size_t> {
  // Three trees of at most 5 levels; a visit of two ends for each lookup.
  static constexpr std::uint64_t levelsMax = 5;

  template <class Operation>
  DriverCounters workOf(Operation operation) {
    const DriverCounters before = driver->counters();
    operation();
    const DriverCounters after = driver->counters();
    return {after.rowsExamined - before.rowsExamined, after.nodesVisited - before.nodesVisited,
            after.nodesCopied - before.nodesCopied};
  }
};

TEST_P(Work, OfAnInsertIsTheWayToOneLeafOfEachIndex) {
  fill(GetParam());
  const DriverCounters work = workOf([&] { insert({makeRow("zz", "g", 0.5, "z@x")}); });
  EXPECT_LE(work.nodesCopied, 2 * levelsMax + 1) << "the index of emails was empty";
  EXPECT_LE(work.nodesVisited, 4 * levelsMax) << "the way to write, and one to look for the id";
  EXPECT_EQ(work.rowsExamined, 0U);
}

TEST_P(Work, OfAnUpdateIsTheWayToTheRowInEachIndex) {
  fill(GetParam());
  const std::string id = padded(GetParam() / 2);
  DriverCounters work = workOf([&] { upsert({makeRow(id, "g", static_cast<double>(GetParam() / 2), "m")}); });
  EXPECT_LE(work.nodesCopied, 2 * levelsMax);
  EXPECT_LE(work.nodesVisited, 4 * levelsMax);
  work = workOf([&] { upsert({makeRow(id, "g", 0.5, "m")}); });
  EXPECT_LE(work.nodesCopied, 3 * levelsMax + 1) << "the row moves in one index";
}

TEST_P(Work, OfAScanIsTheWayToBothEnds) {
  fill(GetParam());
  const DriverCounters work = workOf([&] { EXPECT_EQ(scan(planOf(items, byGroup, "g")).size(), GetParam()); });
  EXPECT_LE(work.nodesVisited, 2 * levelsMax);
  EXPECT_EQ(work.rowsExamined, 0U);
  EXPECT_EQ(work.nodesCopied, 0U);
}

TEST_P(Work, OfATransactionThatOnlyReadsCopiesNothing) {
  fill(GetParam());
  const std::int64_t nodes = BptreeInmemDriver::liveNodesCount();
  const RowSequence rows = scan(wholeIndex(items, byGroup));
  EXPECT_EQ(BptreeInmemDriver::liveNodesCount(), nodes);
}

TEST_P(Work, OfKeepingAnOldResultIsThePathThatChanged) {
  fill(GetParam());
  const RowSequence rows = scan(wholeIndex(items, byGroup));
  const std::int64_t nodes = BptreeInmemDriver::liveNodesCount();
  upsert({makeRow(padded(1), "g", 1, "m")});
  EXPECT_LE(BptreeInmemDriver::liveNodesCount() - nodes, static_cast<std::int64_t>(levelsMax + 1));
}

TEST_P(Work, MemoryOfATreeIsAFewNodes) {
  fill(GetParam());
  EXPECT_LE(BptreeInmemDriver::liveNodesCount(), nodesBefore + static_cast<std::int64_t>(2 * GetParam() / 24 + 8));
}

INSTANTIATE_TEST_SUITE_P(Rows, Work, ::testing::Values(1000, 100000));

}  // namespace
}  // namespace hyperdb::test
