#include <gtest/gtest.h>

#include <climits>

#include "base/saturating_time.hpp"

namespace hyperdb::detail {
namespace {

TEST(SaturatingTime, StopsAtTheLargestValue) {
  EXPECT_EQ(saturatingAdd(1, 2), 3);
  EXPECT_EQ(saturatingAdd(INT64_MAX, 1), INT64_MAX);
  EXPECT_EQ(saturatingAdd(1, INT64_MAX), INT64_MAX);
  EXPECT_EQ(saturatingAdd(INT64_MAX - 1, 1), INT64_MAX);
  EXPECT_EQ(saturatingMultiply(3, 4), 12);
  EXPECT_EQ(saturatingMultiply(INT64_MAX, 0), 0);
  EXPECT_EQ(saturatingMultiply(0, INT64_MAX), 0);
  EXPECT_EQ(saturatingMultiply(INT64_MAX / 2, 3), INT64_MAX);
}

TEST(SaturatingTime, IsClampedToANarrowerType) {
  EXPECT_EQ(clampedTo<int>(7), 7);
  EXPECT_EQ(clampedTo<int>(INT_MAX), INT_MAX);
  EXPECT_EQ(clampedTo<int>(std::int64_t{INT_MAX} + 1), INT_MAX);
  EXPECT_EQ(clampedTo<int>(INT64_MAX), INT_MAX);
}

}  // namespace
}  // namespace hyperdb::detail
