// Slots: a row keeps its slot while something uses it, and slots that nothing uses are found again.
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <vector>

#include "../../src/web/row_slots.hpp"
#include "support/task_db.hpp"
#include "support/test_random.hpp"

namespace hyperdb::test {
namespace {

using detail::RowSlots;

RowRef newRow(int number) {
  ValidationFailure failure;
  return tasksTable.def().rowType().fromObject(
      Object{{"id", "t" + std::to_string(number)}, {"projectId", "p"}, {"title", "x"}, {"rank", number}},
      Strictness::shape, failure);
}

TEST(RowSlots, ARowHasOneSlotWhileItIsUsed) {
  RowSlots slots;
  RowRef row = newRow(1);
  ASSERT_TRUE(row);
  const RowSlots::Place first = slots.slotOf(row);
  EXPECT_TRUE(first.isNew);
  EXPECT_TRUE(slots.sweepAll().empty());
  EXPECT_FALSE(slots.slotOf(row).isNew);
  EXPECT_EQ(slots.slotOf(row).slot, first.slot);

  row = RowRef();
  EXPECT_EQ(slots.sweepAll(), std::vector<std::uint32_t>{first.slot});
  EXPECT_EQ(slots.usedCount(), 0u);
}

TEST(RowSlots, RandomRowsKeepTheirSlotsAndUnusedOnesAreBounded) {
  TestRandom random(testSeed());
  RowSlots slots;
  std::map<std::uint32_t, RowRef> used;
  const std::int64_t before = RowHeader::liveCount();
  std::size_t usedMax = 0;
  for (int i = 0; i < testRounds(20'000); ++i) {
    if (random.below(used.size() + 20) < 20) {
      RowRef row = newRow(i);
      const RowSlots::Place place = slots.slotOf(row);
      ASSERT_TRUE(place.isNew);
      ASSERT_FALSE(used.count(place.slot));
      used.emplace(place.slot, std::move(row));
    } else if (random.chance(2)) {
      used.erase(std::next(used.begin(), static_cast<std::ptrdiff_t>(random.below(used.size()))));
    } else {
      const auto& each = *std::next(used.begin(), static_cast<std::ptrdiff_t>(random.below(used.size())));
      ASSERT_EQ(slots.slotOf(each.second).slot, each.first);
      ASSERT_FALSE(slots.slotOf(each.second).isNew);
    }
    for (const std::uint32_t slot : slots.sweep()) ASSERT_FALSE(used.count(slot));
    usedMax = std::max(usedMax, used.size());
    ASSERT_LE(slots.usedCount(), 2 * usedMax + 64);
  }
  used.clear();
  slots.sweepAll();
  EXPECT_EQ(slots.usedCount(), 0u);
  EXPECT_EQ(RowHeader::liveCount(), before);
}

}  // namespace
}  // namespace hyperdb::test
