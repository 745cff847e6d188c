// Which ranges are known, against the plainest model there is: a bit for each key.
#include <gtest/gtest.h>

#include <array>
#include <iostream>

#include "driver/hybrid/coverage.hpp"
#include "support/test_random.hpp"

namespace hyperdb::test {
namespace {

using detail::hybrid::Coverage;
using detail::hybrid::isPrefix;

constexpr std::size_t keysCount = 40;

/// The first key is the empty one, so that nothing stands before it.
KeyBytes keyOf(std::size_t number) { return number == 0 ? KeyBytes() : KeyBytes(1, static_cast<char>('0' + number)); }

/// A range of small numbers, the last of which means "no end".
struct Numbers {
  std::size_t from;
  std::size_t to;

  KeyRange range() const {
    if (to == keysCount) return {keyOf(from), {}, true};
    return KeyRange::between(keyOf(from), keyOf(to));
  }
  static Numbers random(TestRandom& random) {
    const std::size_t from = random.below(keysCount);
    return {from, random.chance(8) ? keysCount : from + random.below(keysCount - from)};
  }
};

std::string textOf(const std::vector<KeyRange>& ranges) {
  std::string text;
  for (const KeyRange& range : ranges) {
    text += "[" + range.lower + ".." + (range.unbounded ? "inf" : range.upper) + ") ";
  }
  return text;
}

TEST(Coverage, KnowsWhatWasAddedAndNothingElse) {
  TestRandom random;
  for (int round = 0; round < testRounds(300); ++round) {
    Coverage coverage;
    std::array<bool, keysCount> model{};
    for (int step = 0; step < 12; ++step) {
      const Numbers added = Numbers::random(random);
      coverage.add(added.range());
      for (std::size_t i = added.from; i < added.to; ++i) model[i] = true;

      const Numbers asked = Numbers::random(random);
      bool isCovered = true;
      std::vector<KeyRange> gaps;
      for (std::size_t i = asked.from; i < asked.to; ++i) {
        ASSERT_EQ(coverage.contains(keyOf(i)), model[i]);
        if (model[i]) continue;
        isCovered = false;
        if (i == asked.from || model[i - 1]) gaps.push_back(Numbers{i, i + 1}.range());
        gaps.back() = {gaps.back().lower, Numbers{0, i + 1}.range().upper, i + 1 == keysCount};
      }
      const KeyRange range = asked.range();
      std::vector<KeyRange> found;
      coverage.appendGaps(range, found);
      ASSERT_EQ(textOf(found), textOf(gaps)) << "HYPERDB_TEST_SEED=" << testSeed();
      ASSERT_EQ(coverage.covers(range), isCovered || range.empty());
      if (range.empty()) continue;
      const Coverage::Front first = coverage.front(range, false);
      const KeyRange firstGap = gaps.empty() ? KeyRange{} : gaps.front();
      if (gaps.empty()) {
        ASSERT_EQ(first.upper, range.upper);
        ASSERT_EQ(first.unbounded, range.unbounded);
      } else if (firstGap.lower != range.lower) {
        ASSERT_EQ(first.lower, range.lower);
        ASSERT_EQ(first.upper, firstGap.lower);
      } else {
        ASSERT_EQ(first.lower, first.upper);
      }
      const Coverage::Front last = coverage.front(range, true);
      const bool isEndMissing =
          !gaps.empty() && gaps.back().unbounded == range.unbounded && gaps.back().upper == range.upper;
      if (isEndMissing) {
        ASSERT_TRUE(!last.unbounded && last.lower == last.upper);
      } else {
        ASSERT_EQ(last.lower, gaps.empty() ? range.lower : gaps.back().upper);
        ASSERT_EQ(last.unbounded, range.unbounded);
      }
    }
  }
}

TEST(Coverage, NeighboursBecomeOneRange) {
  Coverage coverage;
  coverage.add(KeyRange::between("a", "b"));
  coverage.add(KeyRange::between("c", "d"));
  EXPECT_EQ(coverage.rangesCount(), 2U);
  coverage.add(KeyRange::between("b", "c"));
  EXPECT_EQ(coverage.rangesCount(), 1U);
  coverage.add(KeyRange::between("x", "x"));
  EXPECT_EQ(coverage.rangesCount(), 1U);
  EXPECT_FALSE(coverage.isWhole());
  coverage.add(KeyRange::all());
  EXPECT_TRUE(coverage.isWhole());
}

TEST(Coverage, APointIsARangeOfOneKey) {
  EXPECT_TRUE(isPrefix(KeyRange::prefix(std::string_view("ab\0", 3))));
  EXPECT_FALSE(isPrefix(KeyRange::between("ab", "b")));
  EXPECT_FALSE(isPrefix(KeyRange::between("ab", "ad")));
  EXPECT_FALSE(isPrefix(KeyRange::all()));
}

}  // namespace
}  // namespace hyperdb::test
