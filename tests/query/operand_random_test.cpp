// Typed conditions with operands of every arithmetic type against comparisons of the exact numbers.
#include <hyperdb/query.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "support/test_random.hpp"

namespace hyperdb::test {
namespace {

using Exact = long double;  // holds every double and every integer of 64 bits
constexpr bool isExactWideEnough = std::numeric_limits<Exact>::digits >= 64;

template <class F>
struct Row {
  std::string id;
  F value{};
};
template <class F>
constexpr auto byValue = btree<&Row<F>::value>("byValue");

/// Small numbers, halves, and the surroundings of powers of two.
Exact randomExact(TestRandom& random) {
  const Exact power = std::ldexp(Exact{1}, static_cast<int>(random.below(66)));
  const Exact offset = (static_cast<Exact>(random.below(9)) - 4) / 2;
  const Exact number = (random.chance(2) ? Exact{0} : power) + offset;
  return random.chance(2) ? number : -number;
}

template <class T>
T randomNumber(TestRandom& random) {
  using Plain = std::conditional_t<std::is_same_v<T, SafeInteger> || std::is_same_v<T, BigInt>, std::int64_t, T>;
  const bool isSafe = std::is_same_v<T, SafeInteger>;
  const Exact low = isSafe ? -SafeInteger::max : static_cast<Exact>(std::numeric_limits<Plain>::lowest());
  const Exact high = isSafe ? SafeInteger::max : static_cast<Exact>(std::numeric_limits<Plain>::max());
  return T(static_cast<Plain>(std::clamp(randomExact(random), low, high)));
}

template <class T>
Exact exact(const T& number) {
  if constexpr (std::is_same_v<T, BigInt>) {
    return static_cast<Exact>(*number.toInt64());
  } else if constexpr (std::is_same_v<T, SafeInteger>) {
    return static_cast<Exact>(static_cast<std::int64_t>(number));
  } else {
    return static_cast<Exact>(number);
  }
}

/// Whether the number can be converted to T: beyond its ends the language promises nothing.
template <class T>
bool fits(Exact number) {
  return number >= static_cast<Exact>(std::numeric_limits<T>::lowest()) &&
         number <= static_cast<Exact>(std::numeric_limits<T>::max());
}

template <class F, class Condition>
bool finds(const RowHeader& row, const Condition& condition) {
  static const auto table = defineTable<Row<F>>("rows").index(byValue<F>);
  const ScanPlan plan = planQuery(selectFrom(table, byValue<F>).where(condition).spec());
  KeyBytes key;
  EXPECT_TRUE(table.def().appendIndexKey(plan.indexNumber, row, key));
  return std::any_of(plan.ranges.begin(), plan.ranges.end(),
                     [&](const KeyRange& range) { return range.contains(key); });
}

/// A column of type F, whose values are made of numbers of type N, with operands of type T.
template <class F, class N, class T>
void checkOperand(TestRandom& random) {
  constexpr auto column = &Row<F>::value;
  for (int round = 0; round < testRounds(60); ++round) {
    const N stored = randomNumber<N>(random);
    const bool isSame = random.chance(4) && fits<T>(exact(stored));
    const T operand = isSame ? T(stored) : randomNumber<T>(random);
    const RowRef row(new RowBox<Row<F>>(*structRowType<Row<F>>(), "row", F(stored)));
    const Exact left = exact(stored);
    const Exact right = exact(operand);
    const auto place = [&] { return std::to_string(left) + " and " + std::to_string(right); };
    ASSERT_EQ(finds<F>(*row, eq<column>(operand)), left == right) << place();
    ASSERT_EQ(finds<F>(*row, gt<column>(operand)), left > right) << place();
    ASSERT_EQ(finds<F>(*row, gte<column>(operand)), left >= right) << place();
    ASSERT_EQ(finds<F>(*row, lt<column>(operand)), left < right) << place();
    ASSERT_EQ(finds<F>(*row, lte<column>(operand)), left <= right) << place();
    ASSERT_EQ(finds<F>(*row, allOf(gte<column>(operand), lte<column>(operand))), left == right) << place();
  }
}

template <class F, class N = F>
void checkColumn() {
  TestRandom random;
  checkOperand<F, N, signed char>(random);
  checkOperand<F, N, std::uint8_t>(random);
  checkOperand<F, N, short>(random);
  checkOperand<F, N, unsigned short>(random);
  checkOperand<F, N, int>(random);
  checkOperand<F, N, unsigned>(random);
  checkOperand<F, N, std::int64_t>(random);
  checkOperand<F, N, std::uint64_t>(random);
  checkOperand<F, N, float>(random);
  checkOperand<F, N, double>(random);
}

TEST(OperandRandom, AConditionComparesTheExactNumbers) {
  if (!isExactWideEnough) GTEST_SKIP() << "long double is too short here for the naive comparison";
  checkColumn<std::uint8_t>();
  checkColumn<short>();
  checkColumn<int>();
  checkColumn<unsigned>();
  checkColumn<float>();
  checkColumn<double>();
  checkColumn<std::int64_t>();
  checkColumn<std::uint64_t>();
  checkColumn<std::optional<int>, int>();
  checkColumn<std::optional<std::int64_t>, std::int64_t>();
  checkColumn<std::variant<Null, double>, double>();
  checkColumn<std::variant<Null, std::int64_t>, std::int64_t>();
}

}  // namespace
}  // namespace hyperdb::test
