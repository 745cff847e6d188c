// What is left when memory runs out in the middle: everything as it was before, and nothing leaked.
#include <gtest/gtest.h>

#include "memory/memory_fixture.hpp"
#include "memory/tree_checker.hpp"
#include "support/failing_allocation.hpp"

#if HYPERDB_CAN_FAIL_ALLOCATIONS

namespace hyperdb::test {
namespace {

TEST(AllocationFailure, LeavesATreeAsItWas) {
  const std::int64_t rowsBefore = RowHeader::liveCount();
  const std::int64_t nodesBefore = Node::liveCount();
  {
    DriverCounters work;
    Tree tree;
    int failures = 0;
    for (std::size_t i = 0; i < 1500; ++i) {
      const std::string key = padded(i * 7919 % 1500) + std::string(i % 40, 'x');
      const RowRef row = makeRow(key);
      const Tree fork = tree;
      failures += failuresOf([&] { tree.insert(key, row, work); });
      ASSERT_EQ(fork.size(), i);
      ASSERT_EQ(tree.size(), i + 1);
      if (i % 100 == 0) TreeChecker::check(tree);
    }
    EXPECT_GT(failures, 3000) << "every node of the way is copied";
    for (std::size_t i = 0; i < 1500; ++i) {
      const std::string key = padded(i * 7919 % 1500) + std::string(i % 40, 'x');
      const Tree fork = tree;
      failuresOf([&] { tree.erase(key, work); });
      ASSERT_EQ(tree.size() + i + 1, 1500U);
      if (i % 100 == 0) TreeChecker::check(tree);
    }
  }
  EXPECT_EQ(RowHeader::liveCount(), rowsBefore);
  EXPECT_EQ(Node::liveCount(), nodesBefore);
}

struct AllocationFailureInDriver : MemoryFixture {};

TEST_F(AllocationFailureInDriver, LeavesTheDatabaseAsItWas) {
  fill(200);
  std::vector<RowRef> changed;
  std::vector<RowRef> added;
  for (std::size_t i = 0; i < 200; i += 9) changed.push_back(makeRow(padded(i), "h", 1, "mail" + padded(i)));
  for (std::size_t i = 200; i < 400; ++i) added.push_back(makeRow(padded(i), "g", static_cast<double>(i)));
  const std::vector<std::string> removed = {padded(3), padded(100), padded(150)};
  const std::vector<RowRef> before = toVector(scan(wholeIndex(items, byId)));
  const auto snapshot = driver->snapshot();
  bool isSame = true;
  const int failures = failuresOf([&] {
    auto transaction = begin();
    try {
      transaction->upsert(*items, changed).get();
      transaction->deleteRows(*items, removed).get();
      transaction->insert(*items, added).get();
      transaction->scan(wholeIndex(items, byGroup)).get();
      transaction->commit().get();
    } catch (const std::bad_alloc&) {
      transaction->rollback();
      allocationFaults.left = -1;
      isSame = isSame && toVector(scan(wholeIndex(items, byId))) == before;
      throw;
    }
  });
  EXPECT_GT(failures, 50);
  EXPECT_TRUE(isSame);
  EXPECT_EQ(scan(wholeIndex(items, byId)).size(), 397U);
  EXPECT_EQ(scan(wholeIndex(items, byEmail)).size(), changed.size());
  EXPECT_EQ(toVector(snapshot->scan(wholeIndex(items, byId)).rows), before);
}

}  // namespace
}  // namespace hyperdb::test

#endif
