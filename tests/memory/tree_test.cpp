#include "driver/memory/tree.hpp"

#include <gtest/gtest.h>

#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "driver/memory/tree_builder.hpp"
#include "key/key_batch.hpp"
#include "memory/memory_rows.hpp"
#include "memory/tree_checker.hpp"
#include "support/test_random.hpp"

namespace hyperdb::test {
namespace {

using detail::KeyBatch;
using detail::memory::TreePlace;
using Model = std::map<std::string, RowRef>;

std::vector<TreeEntry> entriesOf(const Model& model) {
  std::vector<TreeEntry> entries;
  for (const auto& [key, row] : model) entries.push_back({key, row.get()});
  return entries;
}

/// Keys that meet in all ways: empty, prefixes of each other, with NULs and FFs, long ones that differ late.
std::string randomKey(TestRandom& random) {
  static const std::string longPrefix(10000, 'x');
  std::string key;
  const std::size_t kind = random.below(20);
  if (kind == 0) key = longPrefix.substr(0, random.below(longPrefix.size()));
  if (kind == 1) key = "a common prefix of moderate size/";
  const std::size_t size = random.below(12);
  static const char alphabet[] = {'\0', '\x01', 'a', 'b', '\x7F', '\xFE', '\xFF'};
  for (std::size_t i = 0; i < size; ++i) key += alphabet[random.below(sizeof alphabet)];
  if (kind > 10) key = padded(random.below(2000));
  return key;
}

struct TreeTest : ::testing::Test {
  std::int64_t rowsBefore = RowHeader::liveCount();
  std::int64_t nodesBefore = Node::liveCount();
  DriverCounters work;

  void TearDown() override {
    EXPECT_EQ(RowHeader::liveCount(), rowsBefore);
    EXPECT_EQ(Node::liveCount(), nodesBefore);
  }

  void addBatch(Tree& tree, Model& model, TestRandom& random, std::size_t size) {
    KeyBatch batch;
    std::vector<RowRef> rows;
    for (std::size_t i = 0; i < size; ++i) {
      const std::string key = randomKey(random);
      RowRef row = makeRow(key);
      if (!model.emplace(key, row).second) continue;
      batch.add(rows.size(), [&](KeyBytes& out) {
        out += key;
        return true;
      });
      rows.push_back(std::move(row));
    }
    batch.sort();
    tree = mergeRows(tree, batch, rows, work);
  }

  void step(Tree& tree, Model& model, TestRandom& random, bool isGrowing) {
    const std::string key = randomKey(random);
    const auto known = model.find(key);
    const RowRef* found = tree.find(key, work);
    ASSERT_EQ(found != nullptr, known != model.end());
    if (known == model.end()) {
      RowRef row = makeRow(key);
      EXPECT_FALSE(tree.replaceIf(key, *row, row, work));
      tree.insert(key, row, work);
      model.emplace(key, row);
    } else if (isGrowing || random.below(4) == 0) {
      ASSERT_EQ(found->get(), known->second.get());
      RowRef row = makeRow(key);
      EXPECT_FALSE(tree.replaceIf(key, *row, row, work)) << "another one stands there";
      EXPECT_EQ(tree.replace(key, row, work), known->second);
      EXPECT_TRUE(tree.replaceIf(key, *row, known->second, work));
      EXPECT_TRUE(tree.replaceIf(key, *known->second, row, work));
      known->second = row;
    } else {
      EXPECT_EQ(tree.erase(key, work), known->second);
      model.erase(known);
    }
    if (!isGrowing && !model.empty()) {
      auto victim = model.lower_bound(randomKey(random));
      if (victim == model.end()) victim = model.begin();
      EXPECT_EQ(tree.erase(victim->first, work), victim->second);
      model.erase(victim);
    }
  }

  void checkPlaces(const Tree& tree, const Model& model, TestRandom& random) {
    const std::vector<TreeEntry> entries = entriesOf(model);
    for (int i = 0; i < 20; ++i) {
      const std::string key = randomKey(random);
      const auto expected = model.lower_bound(key);
      const TreePlace place = tree.lowerBound(key, work);
      EXPECT_EQ(place.rank, static_cast<std::size_t>(std::distance(model.begin(), expected)));
      EXPECT_EQ(place.exact, expected != model.end() && expected->first == key);
      if (entries.empty()) continue;
      const std::size_t rank = random.below(entries.size());
      const TreePlace byRank = tree.at(rank);
      EXPECT_EQ(byRank.leaf->rows()[byRank.position].get(), entries[rank].row);
    }
  }
};

TEST_F(TreeTest, AnEmptyTreeHasNothing) {
  Tree tree;
  EXPECT_TRUE(tree.empty());
  EXPECT_EQ(tree.size(), 0U);
  EXPECT_EQ(tree.find("a", work), nullptr);
  EXPECT_EQ(tree.lowerBound("a", work).rank, 0U);
}

TEST_F(TreeTest, TheEmptyKeyIsAKey) {
  Tree tree;
  tree.insert("", makeRow("nothing"), work);
  tree.insert(std::string(1, '\0'), makeRow("null"), work);
  EXPECT_EQ(tree.size(), 2U);
  EXPECT_EQ(itemOf(*tree.find("", work)).id, "nothing");
  EXPECT_EQ(itemOf(tree.erase("", work)).id, "nothing");
  EXPECT_EQ(tree.find("", work), nullptr);
}

TEST_F(TreeTest, AgreesWithAMapWhateverIsDoneToItAndItsForks) {
  TestRandom random;
  SCOPED_TRACE(testSeed());
  struct Fork {
    Tree tree;
    Model model;
  };
  for (int round = 0; round < testRounds(6); ++round) {
    std::vector<Fork> forks(1);
    for (int i = 0; i < 3000; ++i) {
      Fork& fork = forks[random.below(forks.size())];
      ASSERT_NO_FATAL_FAILURE(step(fork.tree, fork.model, random, i % 1500 < 1000));
      if (random.below(150) == 0) forks.push_back(Fork(forks[random.below(forks.size())]));
      if (random.below(150) == 0 && forks.size() > 1) {
        forks.erase(forks.begin() + static_cast<std::ptrdiff_t>(random.below(forks.size())));
      }
      if (random.below(700) == 0) addBatch(fork.tree, fork.model, random, random.below(400));
      if (random.below(300) == 0) {
        for (const Fork& each : forks) {
          ASSERT_EQ(TreeChecker::check(each.tree), entriesOf(each.model));
          checkPlaces(each.tree, each.model, random);
        }
      }
      if (HasFailure()) return;
    }
  }
}

TEST_F(TreeTest, IsEmptyAgainWhenEverythingIsErasedInAnyOrder) {
  TestRandom random;
  SCOPED_TRACE(testSeed());
  for (int order = 0; order < 3; ++order) {
    Tree tree;
    std::vector<std::string> keys;
    for (std::size_t i = 0; i < 3000; ++i) keys.push_back(padded(i));
    for (const std::string& key : keys) tree.insert(key, makeRow(key), work);
    const Tree fork = tree;
    if (order == 1) std::vector<std::string>(keys.rbegin(), keys.rend()).swap(keys);
    if (order == 2) {
      for (std::size_t i = keys.size(); i > 1; --i) std::swap(keys[i - 1], keys[random.below(i)]);
    }
    for (const std::string& key : keys) tree.erase(key, work);
    EXPECT_EQ(tree.root(), nullptr);
    EXPECT_EQ(TreeChecker::check(fork).size(), keys.size());
  }
}

TEST_F(TreeTest, ErasingLeavesNoMoreNodesThanTheRowsNeed) {
  TestRandom random;
  SCOPED_TRACE(testSeed());
  Tree tree;
  for (std::size_t i = 0; i < 20000; ++i) tree.insert(padded(i), makeRow(""), work);
  for (std::size_t i = 0; i < 20000; ++i) {
    if (i % 20 != 0) tree.erase(padded(i), work);
  }
  EXPECT_EQ(TreeChecker::check(tree).size(), 1000U);
  EXPECT_LT(TreeChecker::nodesCount(tree.root()), 1000U / (detail::memory::leafEntriesMax / 8));
}

TEST_F(TreeTest, AscendingInsertsLeaveNodesNearlyFull) {
  Tree tree;
  for (std::size_t i = 0; i < 10000; ++i) tree.insert(padded(i), makeRow(""), work);
  EXPECT_LT(TreeChecker::nodesCount(tree.root()), 10000U * 5 / 4 / detail::memory::leafEntriesMax + 40);
}

TEST_F(TreeTest, ChangesNodesThatNobodyElseHasInPlace) {
  Tree tree;
  for (std::size_t i = 0; i < 1000; ++i) tree.insert(padded(i), makeRow(""), work);
  EXPECT_EQ(work.nodesCopied, 0U);
  const Tree fork = tree;
  tree.replace(padded(500), makeRow("new"), work);
  EXPECT_EQ(work.nodesCopied, tree.root()->level() + 1U) << "the way to the leaf, nothing else";
  tree.replace(padded(500), makeRow("newer"), work);
  EXPECT_EQ(work.nodesCopied, tree.root()->level() + 1U) << "the copies are its own";
  EXPECT_EQ(itemOf(*fork.find(padded(500), work)).id, "");
}

}  // namespace
}  // namespace hyperdb::test
