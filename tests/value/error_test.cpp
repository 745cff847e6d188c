#include <gtest/gtest.h>

#include <hyperdb/error.hpp>
#include <hyperdb/value.hpp>

namespace hyperdb {
namespace {

TEST(Error, says_its_message_then_the_place_that_is_known) {
  Error bare(ErrorCode::closed, "the database was closed");
  EXPECT_STREQ(bare.what(), "the database was closed");
  EXPECT_EQ(bare.code(), ErrorCode::closed);

  Error full(ErrorCode::unknownColumn, "the index has no such column", {"tasks", "byN", "x", "t1", "createTask"});
  EXPECT_STREQ(full.what(),
               "the index has no such column (table \"tasks\", index \"byN\", column \"x\", row \"t1\", command "
               "\"createTask\")");
  EXPECT_EQ(full.message(), "the index has no such column");
  EXPECT_EQ(full.place().column, "x");
}

TEST(Error, does_not_repeat_a_path_that_the_message_starts_with) {
  Error error(ErrorCode::invalidRow, "items[2].price: expected a number, got \"abc\"",
              {"tasks", "", "items[2].price", "t1", ""});
  EXPECT_STREQ(error.what(), "items[2].price: expected a number, got \"abc\" (table \"tasks\", row \"t1\")");
}

TEST(Error, names_its_codes_as_the_conformance_format_does) {
  EXPECT_EQ(errorCodeName(ErrorCode::duplicateId), "duplicate_id");
  EXPECT_EQ(errorCodeName(ErrorCode::nonPrefixColumn), "non_prefix_column");
  EXPECT_EQ(errorCodeName(ErrorCode::driverFailure), "driver_failure");
  for (int code = 0; code <= static_cast<int>(ErrorCode::driverFailure); ++code) {
    EXPECT_NE(errorCodeName(static_cast<ErrorCode>(code)), "unknown_code") << code;
  }
}

TEST(Error, message_is_utf8_whatever_the_names_in_it) {
  Error error(ErrorCode::invalidRow, "no", {"t", {}, {}, "u\xff\n", {}});
  EXPECT_TRUE(isValidUtf8(error.what())) << error.what();
  EXPECT_EQ(error.place().rowId, "u\xff\n");
}

}  // namespace
}  // namespace hyperdb
