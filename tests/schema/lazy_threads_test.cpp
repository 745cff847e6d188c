#include <gtest/gtest.h>

#include <thread>

#include <hyperdb/validator.hpp>

namespace hyperdb {
namespace {

int makerCallsCount = 0;
Validator countedMaker() {
  ++makerCallsCount;
  return v::number();
}

TEST(Lazy, is_made_once_whatever_the_number_of_threads) {
  Validator lazy = v::lazy(countedMaker);
  EXPECT_EQ(makerCallsCount, 0);
  std::thread other([lazy] { EXPECT_TRUE(lazy.accepts(1)); });
  EXPECT_FALSE(lazy.accepts("x"));
  other.join();
  EXPECT_EQ(makerCallsCount, 1);
}

}  // namespace
}  // namespace hyperdb
