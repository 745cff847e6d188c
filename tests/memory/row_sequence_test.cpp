#include <hyperdb/engine/row_sequence.hpp>

#include <gtest/gtest.h>

#include <algorithm>

#include "memory/memory_fixture.hpp"
#include "support/test_random.hpp"

namespace hyperdb::test {
namespace {

using Updated = RowChanges::Updated;

RowSequence sequenceOf(std::vector<RowRef> rows) { return RowSequence::fromRows(std::move(rows)); }

TEST(RowSequence, AnArrayGivesItsRowsAndLetsThemGo) {
  const std::int64_t before = RowHeader::liveCount();
  {
    RowSequence rows = sequenceOf({makeRow("a"), makeRow("b")});
    const RowSequence copy = rows;
    rows = RowSequence();
    EXPECT_TRUE(rows.empty());
    EXPECT_EQ(idsOf(copy), "a b");
    EXPECT_EQ(itemOf(copy[1]).id, "b");
    EXPECT_TRUE(sequenceOf({}).empty());
  }
  EXPECT_EQ(RowHeader::liveCount(), before);
}

TEST(RowSequence, ADifferenceNamesRemovedInsertedAndUpdatedPositions) {
  const RowRef a = makeRow("a");
  const RowRef b = makeRow("b");
  const RowRef c = makeRow("c");
  const RowRef newC = makeRow("c", "new");
  const RowRef d = makeRow("d");
  const RowChanges changes = diffRows(sequenceOf({a, b, c}), sequenceOf({a, newC, d}));
  EXPECT_EQ(changes, (RowChanges{{1}, {2}, {Updated{2, 1}}}));
}

TEST(RowSequence, ARowThatMovesIsRemovedAndInsertedAndTheOthersKeepTheirPlace) {
  const RowRef a = makeRow("a");
  const RowRef b = makeRow("b");
  const RowRef c = makeRow("c");
  const RowRef d = makeRow("d");
  const RowChanges changes = diffRows(sequenceOf({a, b, c, d}), sequenceOf({d, a, b, c}));
  EXPECT_EQ(changes, (RowChanges{{3}, {0}, {}}));
}

TEST(RowSequence, ARowThatWasNotWrittenIsNotReportedBecauseOfOneThatMovedPastIt) {
  const RowRef a = makeRow("a");
  const RowRef b = makeRow("b");
  const RowRef newA = makeRow("a", "new");
  EXPECT_EQ(diffRows(sequenceOf({a, b}), sequenceOf({b, newA})), (RowChanges{{0}, {1}, {}}));
  EXPECT_EQ(diffRows(sequenceOf({b, a}), sequenceOf({newA, b})), (RowChanges{{1}, {0}, {}}));
}

TEST(RowSequence, RowsThatAStorageMadeAnewAreNoDifference) {
  const RowSequence before = sequenceOf({makeRow("a"), makeRow("b", "g"), makeRow("c"), makeRow("d")});
  EXPECT_TRUE(diffRows(before, sequenceOf({makeRow("a"), makeRow("b", "g"), makeRow("c"), makeRow("d")})).empty());
  EXPECT_EQ(diffRows(before, sequenceOf({makeRow("a"), makeRow("b", "h"), makeRow("c"), makeRow("e"), makeRow("d")})),
            (RowChanges{{}, {3}, {Updated{1, 1}}}));
  // What was not written keeps its place, whichever object it is.
  EXPECT_EQ(diffRows(before, sequenceOf({makeRow("b", "g"), makeRow("a", "new"), makeRow("d")})),
            (RowChanges{{0, 2}, {1}, {}}));
}

TEST(RowSequence, ContentIsComparedOnlyWhereObjectsDiffer) {
  std::vector<RowRef> rows;
  for (int i = 0; i < 100; ++i) rows.push_back(makeRow(padded(static_cast<std::size_t>(i))));
  std::vector<RowRef> after = rows;
  after[40] = makeRow(padded(40), "changed");
  after[70] = makeRow(padded(70));
  const std::int64_t comparedBefore = ItemType::comparedCount;
  EXPECT_EQ(diffRows(sequenceOf(rows), sequenceOf(after)), (RowChanges{{}, {}, {Updated{40, 40}}}));
  EXPECT_LE(ItemType::comparedCount - comparedBefore, 4);
  const std::int64_t comparedBetween = ItemType::comparedCount;
  EXPECT_TRUE(sameRows(sequenceOf(rows), sequenceOf(rows)));
  EXPECT_EQ(ItemType::comparedCount, comparedBetween);
}

TEST(RowSequence, RowsOfDifferentTypesAreNeverTheSame) {
  const ItemType otherType;
  const RowRef a = makeRow("a");
  const RowRef other(new RowBox<Item>(otherType, Item{"a", {}, 0, std::nullopt}));
  EXPECT_FALSE(isSameRow(a, other));
  EXPECT_FALSE(isSameRow(a, RowRef()));
  EXPECT_TRUE(isSameRow(RowRef(), RowRef()));
  EXPECT_TRUE(isSameRow(a, makeRow("a")));
  EXPECT_FALSE(a == makeRow("a")) << "references compare by identity";
}

TEST(RowSequence, AgainstNothingAllRowsAreInsertedOrRemoved) {
  const RowSequence rows = sequenceOf({makeRow("a"), makeRow("b")});
  EXPECT_EQ(diffRows(RowSequence(), rows), (RowChanges{{}, {0, 1}, {}}));
  EXPECT_EQ(diffRows(rows, RowSequence()), (RowChanges{{0, 1}, {}, {}}));
  EXPECT_TRUE(diffRows(RowSequence(), RowSequence()).empty());
}

TEST(RowSequence, SameMeansTheSameRowsInTheSameOrder) {
  const RowRef a = makeRow("a");
  const RowRef b = makeRow("b");
  EXPECT_TRUE(sameRows(sequenceOf({a, b}), sequenceOf({a, b})));
  EXPECT_FALSE(sameRows(sequenceOf({a, b}), sequenceOf({b, a})));
  EXPECT_FALSE(sameRows(sequenceOf({a}), sequenceOf({a, b})));
  EXPECT_TRUE(sameRows(sequenceOf({a}), sequenceOf({makeRow("a")}))) << "another object of equal content";
  EXPECT_FALSE(sameRows(sequenceOf({a, b}), sequenceOf({makeRow("a"), makeRow("b", "other")})));
  EXPECT_TRUE(sameRows(RowSequence(), RowSequence()));
}

TEST(RowSequence, ApplyingADifferenceToTheOldRowsGivesTheNewOnes) {
  TestRandom random;
  SCOPED_TRACE(testSeed());
  for (int round = 0; round < testRounds(500); ++round) {
    std::vector<RowRef> before;
    const std::size_t count = random.below(30);
    for (std::size_t i = 0; i < count; ++i) before.push_back(makeRow(std::to_string(i)));
    std::vector<RowRef> after = before;
    for (std::size_t edits = random.below(6); edits > 0; --edits) {
      const std::size_t kind = random.below(4);
      const std::size_t place = after.empty() ? 0 : random.below(after.size());
      const auto at = after.begin() + static_cast<std::ptrdiff_t>(place);
      if (kind == 0 || after.empty()) {
        after.insert(at, makeRow("new" + std::to_string(edits)));
      } else if (kind == 1) {
        after.erase(at);
      } else if (kind == 2) {
        *at = makeRow(itemOf(*at).id, "changed");
      } else {
        std::swap(*at, after[random.below(after.size())]);
      }
    }
    const RowChanges changes = diffRows(sequenceOf(before), sequenceOf(after));
    ASSERT_EQ(applied(changes, before, after), after);
    EXPECT_EQ(changes.empty(), before == after);
    EXPECT_EQ(sameRows(sequenceOf(before), sequenceOf(after)), before == after);
  }
}

}  // namespace
}  // namespace hyperdb::test
