// A database belongs to one thread.
#include <gtest/gtest.h>

#include <optional>
#include <thread>

#include "support/task_db.hpp"

namespace hyperdb::test {
namespace {

class HomeThreadTest : public TaskTest {};

#ifndef NDEBUG
TEST_F(HomeThreadTest, ASynchronousCallFromAnotherThreadIsAnErrorInDebugBuilds) {
  std::optional<ErrorCode> code;
  std::thread([&] { code = codeOf([&] { select(db(), allTasks()); }); }).join();
  EXPECT_EQ(code, ErrorCode::wrongThread);
}
#endif

}  // namespace
}  // namespace hyperdb::test
