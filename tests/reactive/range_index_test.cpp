// RangeIndex against a list of ranges that is searched from one end to the other.
#include "reactive/range_index.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "support/test_random.hpp"

namespace hyperdb::detail {
namespace {

struct NumberedDependent : RangeDependent {
  explicit NumberedDependent(int givenNumber) : number(givenNumber) {}
  int number;
};

/// The numbers of the dependents found, sorted; checks that each comes with a range that contains the key.
std::vector<int> stabNumbers(const RangeIndex& index, std::string_view key) {
  std::vector<int> numbers;
  index.stab(key, [&](RangeDependent& dependent, const KeyRangeView& range) {
    EXPECT_TRUE(range.toRange().contains(key));
    numbers.push_back(static_cast<NumberedDependent&>(dependent).number);
  });
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

std::string numberedKey(std::size_t number) {
  KeyBytes key;
  KeyWriter(key).appendString("project" + std::to_string(1'000'000 + number));
  return key;
}

struct Registration {
  KeyRange range;
  std::unique_ptr<NumberedDependent> dependent;
  RangeIndex::Handle handle;
};

/// The index and its naive twin under random operations.
class RangeIndexModel {
 public:
  explicit RangeIndexModel(std::uint64_t seed) : random_(seed) {}

  void step() {
    const auto choice = pick(10);
    if (choice < (growing_ ? 5U : 2U)) {
      add();
    } else if (choice < 7) {
      remove();
    } else {
      stab();
    }
    if (pick(200) == 0) growing_ = !growing_;
  }
  void checkAll() {
    ASSERT_TRUE(index_.isConsistent());
    ASSERT_EQ(index_.registrationsCount(), registrations_.size());
    std::vector<KeyRange> distinct;
    for (const Registration& registration : registrations_) {
      if (std::find(distinct.begin(), distinct.end(), registration.range) == distinct.end()) {
        distinct.push_back(registration.range);
      }
    }
    ASSERT_EQ(index_.rangesCount(), distinct.size());
  }
  void removeAll() {
    while (!registrations_.empty()) remove();
    EXPECT_TRUE(index_.empty());
  }

 private:
  std::size_t pick(std::size_t count) { return random_() % count; }

  /// Short keys of few letters, so that bounds meet often.
  std::string randomKey() {
    std::string key;
    for (std::size_t length = pick(4); length > 0; --length)
      key.push_back(
          "\x01"
          "ab\xFF"[pick(4)]);
    return key;
  }
  KeyRange randomRange() {
    switch (pick(6)) {
      case 0: return KeyRange::all();
      case 1: return {randomKey(), {}, true};
      case 2: return KeyRange::prefix(randomKey());
      default: return KeyRange::between(randomKey(), randomKey());  // some of them empty
    }
  }

  void add() {
    const bool again = !registrations_.empty() && pick(3) == 0;
    KeyRange range = again ? registrations_[pick(registrations_.size())].range : randomRange();
    auto dependent = std::make_unique<NumberedDependent>(nextNumber_++);
    const RangeIndex::Handle handle = index_.add(range, *dependent);
    registrations_.push_back({std::move(range), std::move(dependent), handle});
  }
  void remove() {
    if (registrations_.empty()) return;
    std::swap(registrations_[pick(registrations_.size())], registrations_.back());
    index_.remove(registrations_.back().handle);
    registrations_.pop_back();
  }
  void stab() {
    const std::string key = randomKey();
    std::vector<int> expected;
    for (const Registration& registration : registrations_) {
      if (registration.range.contains(key)) expected.push_back(registration.dependent->number);
    }
    std::sort(expected.begin(), expected.end());
    ASSERT_EQ(stabNumbers(index_, key), expected);
  }

  std::mt19937_64 random_;
  RangeIndex index_;
  std::vector<Registration> registrations_;
  int nextNumber_ = 0;
  bool growing_ = true;
};

TEST(RangeIndex, FindsTheSameDependentsAsAListOfRangesUnderRandomOperations) {
  const std::uint64_t seed = test::testSeed();
  SCOPED_TRACE("HYPERDB_TEST_SEED=" + std::to_string(seed));
  for (int round = 0; round < test::testRounds(10); ++round) {
    RangeIndexModel model(seed + static_cast<std::uint64_t>(round));
    for (int i = 0; i < 3000; ++i) {
      model.step();
      if (i % 50 == 0) model.checkAll();
      if (HasFatalFailure()) return;
    }
    model.removeAll();
  }
}

TEST(RangeIndex, AnEmptyIndexFindsNothing) {
  const RangeIndex index;
  EXPECT_EQ(stabNumbers(index, "a"), std::vector<int>{});
  EXPECT_EQ(index.rangesCompared(), 0U);
}

TEST(RangeIndex, ARangeContainsItsLowerBoundAndNotItsUpperBound) {
  RangeIndex index;
  NumberedDependent dependent(1);
  index.add(KeyRange::between("b", "d"), dependent);
  EXPECT_EQ(stabNumbers(index, "azz"), std::vector<int>{});
  EXPECT_EQ(stabNumbers(index, "b"), std::vector<int>{1});
  EXPECT_EQ(stabNumbers(index, "czz"), std::vector<int>{1});
  EXPECT_EQ(stabNumbers(index, "d"), std::vector<int>{});
}

TEST(RangeIndex, EqualRangesOfSeveralDependentsAreOneRange) {
  RangeIndex index;
  NumberedDependent first(1), second(2), third(3);
  const auto firstHandle = index.add(KeyRange::prefix("p"), first);
  index.add(KeyRange::prefix("p"), second);
  index.add(KeyRange::prefix("p"), third);
  EXPECT_EQ(index.rangesCount(), 1U);
  EXPECT_EQ(index.registrationsCount(), 3U);

  // The first one's place inside the range is free again and is used again.
  index.remove(firstHandle);
  EXPECT_EQ(stabNumbers(index, "p1"), (std::vector<int>{2, 3}));
  index.add(KeyRange::prefix("p"), first);
  EXPECT_EQ(stabNumbers(index, "p1"), (std::vector<int>{1, 2, 3}));
  EXPECT_EQ(index.rangesCompared(), 2U);
}

TEST(RangeIndex, ADependentThatRegistersARangeTwiceIsFoundTwice) {
  RangeIndex index;
  NumberedDependent dependent(1);
  const auto handle = index.add(KeyRange::all(), dependent);
  index.add(KeyRange::all(), dependent);
  EXPECT_EQ(stabNumbers(index, "x"), (std::vector<int>{1, 1}));
  index.remove(handle);
  EXPECT_EQ(stabNumbers(index, "x"), (std::vector<int>{1}));
}

TEST(RangeIndex, AStabAmongAHundredThousandDisjointRangesComparesAtMostSixty) {
  constexpr std::size_t rangesCount = 100'000;
  RangeIndex index;
  NumberedDependent dependent(1);
  for (std::size_t i = 0; i < rangesCount; ++i) index.add(KeyRange::prefix(numberedKey(i)), dependent);
  std::uint64_t comparedMax = 0;
  for (std::size_t i = 0; i < rangesCount; i += 37) {
    const std::uint64_t comparedBefore = index.rangesCompared();
    ASSERT_EQ(stabNumbers(index, numberedKey(i) + "row").size(), 1U);
    comparedMax = std::max(comparedMax, index.rangesCompared() - comparedBefore);
  }
  EXPECT_LE(comparedMax, 60U);
  EXPECT_GE(comparedMax, 10U) << "the counter does not count";
}

TEST(RangeIndex, OverlappingRangesCostLittleMoreThanTheHits) {
  // Ten thousand short ranges, a hundred that cover many of them and one that covers all.
  RangeIndex index;
  NumberedDependent dependent(1);
  constexpr std::size_t shortCount = 10'000;
  for (std::size_t i = 0; i < shortCount; ++i) index.add(KeyRange::prefix(numberedKey(i)), dependent);
  for (std::size_t i = 0; i < 100; ++i) {
    index.add(KeyRange::between(numberedKey(i * 100), numberedKey(i * 100 + 1000)), dependent);
  }
  index.add(KeyRange::all(), dependent);
  const double depth = std::log2(static_cast<double>(shortCount));
  for (std::size_t i = 0; i < shortCount; i += 61) {
    const std::uint64_t comparedBefore = index.rangesCompared();
    const std::size_t hits = stabNumbers(index, numberedKey(i) + "row").size();
    const auto compared = static_cast<double>(index.rangesCompared() - comparedBefore);
    ASSERT_GE(hits, 3U);
    ASSERT_LE(hits, 12U);
    ASSERT_LE(compared, 3 * depth * static_cast<double>(1 + hits)) << "hits " << hits;
  }
}

TEST(RangeIndex, WhenAllRangesAreHitEachIsComparedOnlyAFewTimes) {
  RangeIndex index;
  NumberedDependent dependent(1);
  constexpr std::size_t count = 5'000;
  for (std::size_t i = 0; i < count; ++i) {
    index.add(KeyRange::between(numberedKey(i), numberedKey(3 * count - i)), dependent);
  }
  EXPECT_EQ(stabNumbers(index, numberedKey(count)).size(), count);
  EXPECT_LE(index.rangesCompared(), 3 * count);
}

}  // namespace
}  // namespace hyperdb::detail
