// Results of one range are windows into a tree.
#include <gtest/gtest.h>

#include <algorithm>

#include "memory/memory_fixture.hpp"
#include "support/test_random.hpp"

namespace hyperdb::test {
namespace {

using Window = MemoryFixture;

std::vector<RowRef> slice(const std::vector<RowRef>& rows, Order order, std::size_t limit) {
  std::vector<RowRef> result = rows;
  if (order == Order::descending) std::reverse(result.begin(), result.end());
  result.resize(std::min(limit, result.size()));
  return result;
}

TEST_F(Window, GivesTheRowsOfARangeInBothOrdersUpToAnyLimit) {
  fill(500);
  const std::vector<RowRef> all = toVector(scan(wholeIndex(items, byGroup)));
  ASSERT_EQ(all.size(), 500U);
  TestRandom random;
  SCOPED_TRACE(testSeed());
  for (int round = 0; round < testRounds(300); ++round) {
    std::size_t from = random.below(501);
    std::size_t to = random.below(501);
    if (from > to) std::swap(from, to);
    ScanPlan plan = wholeIndex(items, byId);
    plan.ranges = {KeyRange::between(stringKey(padded(from)), stringKey(padded(to)))};
    plan.order = random.below(2) == 0 ? Order::ascending : Order::descending;
    plan.limit = random.below(2) == 0 ? ScanPlan::noLimit : random.below(600);
    const RowSequence rows = scan(plan);
    const std::vector<RowRef> range(all.begin() + static_cast<std::ptrdiff_t>(from),
                                    all.begin() + static_cast<std::ptrdiff_t>(to));
    const std::vector<RowRef> expected = slice(range, plan.order, plan.limit);
    ASSERT_EQ(toVector(rows), expected);
    for (std::size_t i = 0; i < expected.size(); i += 1 + random.below(40)) ASSERT_EQ(rows[i], expected[i]);
  }
}

TEST_F(Window, StaysAsItWasWhenRowsAreWrittenLater) {
  fill(300);
  const RowSequence rows = scan(wholeIndex(items, byGroup, Order::descending, 100));
  const std::vector<RowRef> expected = toVector(rows);
  for (std::size_t i = 200; i < 300; ++i) upsert({makeRow(padded(i), "g", 1)});
  remove({padded(250), padded(251)});
  EXPECT_EQ(toVector(rows), expected);
  driver.reset();
  EXPECT_EQ(toVector(rows), expected) << "also when the database is gone";
}

TEST_F(Window, SeveralRangesAreReadOneAfterTheOther) {
  fill(100);
  ScanPlan plan = wholeIndex(items, byId);
  plan.ranges = {KeyRange::between(stringKey(padded(3)), stringKey(padded(5))),
                 KeyRange::between(stringKey(padded(200)), stringKey(padded(300))),
                 KeyRange::between(stringKey(padded(97)), stringKey(padded(120)))};
  EXPECT_EQ(idsOf(scan(plan)), "00000003 00000004 00000097 00000098 00000099");
  plan.order = Order::descending;
  plan.limit = 4;
  EXPECT_EQ(idsOf(scan(plan)), "00000099 00000098 00000097 00000004");
  plan.limit = 0;
  EXPECT_EQ(idsOf(scan(plan)), "");
  plan.ranges.clear();
  plan.limit = ScanPlan::noLimit;
  EXPECT_EQ(idsOf(scan(plan)), "");
}

TEST_F(Window, LooksAtNoRowsHoweverManyThereAre) {
  fill(1000);
  auto transaction = begin(TransactionMode::readOnly);
  EXPECT_EQ(transaction->scan(wholeIndex(items, byGroup)).get().rowsExamined, 0U);
  EXPECT_EQ(transaction->scan(planOf(items, byId, padded(7))).get().rowsExamined, 1U);
  EXPECT_EQ(driver->counters().rowsExamined, 1U);
}

TEST_F(Window, ApplyingADifferenceToTheOldRowsGivesTheNewOnes) {
  TestRandom random;
  SCOPED_TRACE(testSeed());
  fill(700);
  for (int round = 0; round < testRounds(150); ++round) {
    const Order order = random.below(2) == 0 ? Order::ascending : Order::descending;
    const std::size_t limit = random.below(3) == 0 ? 10 + random.below(300) : ScanPlan::noLimit;
    const ScanPlan plan = wholeIndex(items, byGroup, order, limit);
    const RowSequence before = scan(plan);
    for (std::size_t edits = random.below(8); edits > 0; --edits) {
      const std::string id = padded(random.below(900));
      if (random.below(3) == 0) {
        remove({id});
      } else {
        upsert({makeRow(id, "g", static_cast<double>(random.below(4) == 0 ? random.below(900) : std::stoul(id)),
                        "mail" + id + std::to_string(round))});
      }
    }
    const RowSequence after = scan(plan);
    const RowChanges changes = diffRows(before, after);
    const std::vector<RowRef> oldRows = toVector(before);
    const std::vector<RowRef> newRows = toVector(after);
    ASSERT_EQ(applied(changes, oldRows, newRows), newRows);
    EXPECT_EQ(changes.empty(), oldRows == newRows);
    EXPECT_EQ(sameRows(before, after), oldRows == newRows);
  }
}

TEST_F(Window, WindowsOfDifferentIndexesOrOrdersAreComparedRowByRow) {
  fill(50);
  const RowSequence byNumber = scan(wholeIndex(items, byGroup));
  EXPECT_TRUE(diffRows(byNumber, scan(wholeIndex(items, byId))).empty());
  EXPECT_TRUE(sameRows(byNumber, scan(wholeIndex(items, byId))));
  const RowSequence reversed = scan(wholeIndex(items, byGroup, Order::descending));
  EXPECT_FALSE(sameRows(byNumber, reversed));
  EXPECT_EQ(applied(diffRows(byNumber, reversed), toVector(byNumber), toVector(reversed)), toVector(reversed));
}

TEST_F(Window, ARowOfEqualContentIsNoDifferenceThoughItIsAnotherObject) {
  fill(100);
  const ScanPlan plan = wholeIndex(items, byGroup, Order::descending);
  const RowSequence before = scan(plan);
  const Item same = itemOf(before[50]);
  const Item changed = itemOf(before[60]);
  for (const Item& each : {same, changed}) remove({each.id});
  insert({makeRow(same), makeRow(changed.id, changed.group, changed.number, "another")});
  const RowSequence after = scan(plan);
  ASSERT_NE(before[50], after[50]);
  EXPECT_EQ(diffRows(before, after), (RowChanges{{}, {}, {{60, 60}}}));
  EXPECT_FALSE(sameRows(before, after));
  upsert({makeRow(changed)});
  EXPECT_TRUE(sameRows(before, scan(plan)));
}

TEST_F(Window, ADifferenceComparesTheContentOfFewRows) {
  fill(1000);
  const ScanPlan plan = wholeIndex(items, byGroup);
  const RowSequence before = scan(plan);
  upsert({makeRow(padded(500), "g", 500, "mail")});
  const RowSequence after = scan(plan);
  const std::int64_t comparedBefore = ItemType::comparedCount;
  EXPECT_EQ(diffRows(before, after).updated.size(), 1U);
  EXPECT_EQ(ItemType::comparedCount - comparedBefore, 1);
}

TEST_F(Window, AUniqueKeyThatWentToAnotherRowIsARemovalAndAnInsertion) {
  std::vector<RowRef> rows;
  for (std::size_t i = 0; i < 20; ++i) rows.push_back(makeRow(padded(i), "g", 0, padded(i)));
  insert(rows);
  const RowSequence before = scan(wholeIndex(items, byEmail));
  upsert({makeRow(padded(3), "g", 0, padded(4)), makeRow(padded(4), "g", 0, padded(3))});
  const RowChanges changes = diffRows(before, scan(wholeIndex(items, byEmail)));
  EXPECT_EQ(changes, (RowChanges{{3, 4}, {3, 4}, {}}));
}

}  // namespace
}  // namespace hyperdb::test
