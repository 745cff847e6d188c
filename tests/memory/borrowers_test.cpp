// What copies of nodes borrow while readers keep the states before them.
#include "driver/memory/borrowers.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "memory/memory_fixture.hpp"
#include "memory/tree_checker.hpp"
#include "support/test_random.hpp"

namespace hyperdb::test {
namespace {

using detail::memory::Borrowers;
using Model = std::map<std::string, RowRef>;

struct BorrowersTest : ::testing::Test {
  std::int64_t rowsBefore = RowHeader::liveCount();
  std::int64_t nodesBefore = Node::liveCount();
  DriverCounters work;
  Borrowers borrowers;
  Tree current;
  Model model;

  void TearDown() override {
    borrowers.clear();
    current = Tree();
    model.clear();
    EXPECT_EQ(RowHeader::liveCount(), rowsBefore);
    EXPECT_EQ(Node::liveCount(), nodesBefore);
  }

  std::int64_t rowsAlive() const { return RowHeader::liveCount() - rowsBefore; }
  std::int64_t nodesAlive() const { return Node::liveCount() - nodesBefore; }

  void fill(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      const RowRef row = makeRow(padded(i));
      current.insert(padded(i), row, work);
      model.emplace(padded(i), row);
    }
  }

  /// A transaction as the driver does it: change a fork, let the old state go, settle.
  template <class Change>
  void commit(Change change) {
    Tree fork = current;
    change(fork);
    current = std::move(fork);
    current.settle(&borrowers);
    borrowers.visit();
  }
  void rewrite(const std::string& key) {
    const RowRef row = makeRow(key);
    commit([&](Tree& tree) { tree.replace(key, row, work); });
    model[key] = row;
  }
  void change(TestRandom& random, Tree& tree, Model& rows) {
    const std::string key = padded(random.below(900));
    const auto known = rows.find(key);
    const RowRef row = makeRow(key);
    if (known == rows.end()) {
      tree.insert(key, row, work);
    } else if (random.chance(2)) {
      tree.replace(key, row, work);
    } else {
      tree.erase(key, work);
      rows.erase(known);
      return;
    }
    rows[key] = row;
  }
};

std::vector<TreeEntry> entriesOf(const Model& model) {
  std::vector<TreeEntry> entries;
  for (const auto& [key, row] : model) entries.push_back({key, row.get()});
  return entries;
}

TEST_F(BorrowersTest, NobodyWaitsWhenNobodyReads) {
  fill(2000);
  for (std::size_t i = 0; i < 50; ++i) rewrite(padded(i * 31));
  EXPECT_EQ(borrowers.size(), 0U);
  EXPECT_EQ(rowsAlive(), 2000);
}

TEST_F(BorrowersTest, WhatAReaderHadIsFreedByTheCommitsAfterIt) {
  fill(2000);
  {
    const Tree reader = current;
    const Model before = model;
    for (std::size_t i = 0; i < 40; ++i) rewrite(padded(i * 31));
    EXPECT_GT(borrowers.size(), 0U);
    EXPECT_EQ(rowsAlive(), 2040);
    EXPECT_EQ(TreeChecker::check(reader), entriesOf(before));
  }
  EXPECT_EQ(rowsAlive(), 2040) << "nothing was counted, so nothing can go at once";
  for (std::size_t i = 0; i < 20; ++i) rewrite(padded(i));
  EXPECT_EQ(borrowers.size(), 0U);
  EXPECT_EQ(rowsAlive(), 2000);
  EXPECT_EQ(nodesAlive(), static_cast<std::int64_t>(TreeChecker::nodesCount(current.root())));
  EXPECT_EQ(TreeChecker::check(current), entriesOf(model));
}

TEST_F(BorrowersTest, AsManyWaitAsAreWrittenWhileAStateIsRead) {
  fill(3000);
  TestRandom random;
  Tree reader = current;
  std::size_t most = 0;
  for (int commits = 0; commits < 2000; ++commits) {
    if (commits % 10 == 0) reader = current;
    rewrite(padded(random.below(3000)));
    most = std::max(most, borrowers.size());
  }
  EXPECT_LT(most, 150U) << "a commit makes 3 nodes, a reader stays for 10";
}

TEST_F(BorrowersTest, OnlyALimitedNumberWaitsForAReaderThatStays) {
  fill(140000);
  const Tree reader = current;
  std::size_t most = 0;
  for (std::size_t i = 0; i < 140000; i += 24) {
    rewrite(padded(i));
    most = std::max(most, borrowers.size());
  }
  EXPECT_EQ(most, Borrowers::waitingMax);
  EXPECT_EQ(reader.size(), 140000U);
}

/// Readers come and go at random, so that there are chains of lenders, and copies whose lender goes first.
TEST_F(BorrowersTest, EveryStateStaysAsItWasWhoeverComesAndGoes) {
  SCOPED_TRACE(testSeed());
  TestRandom random;
  fill(600);
  std::vector<std::pair<Tree, Model>> readers;
  for (int round = 0; round < testRounds(6000) && !HasFailure(); ++round) {
    Model changed = model;
    const bool isKept = !random.chance(6);
    Tree fork = current;
    for (std::size_t changes = 1 + random.below(3); changes > 0; --changes) change(random, fork, changed);
    if (isKept) {
      commit([&](Tree& tree) { tree = std::move(fork); });
      model = std::move(changed);
    }
    if (random.chance(3)) readers.emplace_back(current, model);
    if (readers.size() > 5 || (!readers.empty() && random.chance(4))) {
      const std::size_t gone = random.below(readers.size());
      if (random.chance(4)) {
        ASSERT_EQ(TreeChecker::check(readers[gone].first), entriesOf(readers[gone].second));
      }
      readers.erase(readers.begin() + static_cast<std::ptrdiff_t>(gone));
    }
  }
  for (const auto& [tree, rows] : readers) EXPECT_EQ(TreeChecker::check(tree), entriesOf(rows));
  readers.clear();
  for (int i = 0; i < 200; ++i) rewrite(model.begin()->first);
  EXPECT_EQ(borrowers.size(), 0U);
  EXPECT_EQ(rowsAlive(), static_cast<std::int64_t>(model.size()));
  EXPECT_EQ(nodesAlive(), static_cast<std::int64_t>(TreeChecker::nodesCount(current.root())));
}

using BorrowersOfADatabase = MemoryFixture;

TEST_F(BorrowersOfADatabase, LetRowsGoAtOnceWhenTheDriverTidiesUp) {
  fill(1000);
  {
    const auto snapshot = driver->snapshot();
    for (std::size_t i = 0; i < 100; ++i) upsert({makeRow(padded(i * 7), "h")});
    driver->collectGarbage();
    EXPECT_EQ(RowHeader::liveCount() - rowsBefore, 1100) << "the snapshot needs them";
  }
  driver->collectGarbage();
  EXPECT_EQ(RowHeader::liveCount() - rowsBefore, 1000);
}

TEST_F(BorrowersOfADatabase, LetRowsGoAfterASnapshotIsDropped) {
  fill(1000);
  {
    const auto snapshot = driver->snapshot();
    for (std::size_t i = 0; i < 100; ++i) upsert({makeRow(padded(i), "h")});
    EXPECT_EQ(RowHeader::liveCount() - rowsBefore, 1100);
  }
  for (std::size_t i = 0; i < 100; ++i) upsert({makeRow(padded(i + 500), "h")});
  EXPECT_EQ(RowHeader::liveCount() - rowsBefore, 1000);
}

}  // namespace
}  // namespace hyperdb::test
