// Random transactions against a naive model.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include <hyperdb/error.hpp>

#include "memory/memory_fixture.hpp"
#include "support/test_random.hpp"

namespace hyperdb::test {
namespace {

/// The simplest database with the same behaviour.
class Model {
 public:
  std::map<std::string, RowRef> rows;

  /// The code of the error that the batch must fail with, or nothing; then the model has changed.
  std::optional<ErrorCode> write(const std::vector<RowRef>& batch, bool isInsert) {
    std::map<std::string, RowRef> changed = rows;
    std::set<std::string> ids;
    for (const RowRef& row : batch) {
      const bool isKnown = changed.count(itemOf(row).id) > 0;
      if (isInsert && isKnown) return ErrorCode::duplicateId;
      const bool isEqual = isKnown && itemOf(changed[itemOf(row).id]) == itemOf(row);
      if (!isEqual) changed[itemOf(row).id] = row;
    }
    std::set<std::string> emails;
    for (const auto& [id, row] : changed) {
      if (itemOf(row).email && !emails.insert(*itemOf(row).email).second) return ErrorCode::uniqueViolation;
    }
    rows = std::move(changed);
    return std::nullopt;
  }

  std::vector<RowRef> inGroup(const std::string& group) const {
    std::vector<RowRef> result;
    for (const auto& [id, row] : rows) {
      if (itemOf(row).group == group) result.push_back(row);
    }
    std::sort(result.begin(), result.end(), [](const RowRef& a, const RowRef& b) {
      return std::tie(itemOf(a).number, itemOf(a).id) < std::tie(itemOf(b).number, itemOf(b).id);
    });
    return result;
  }
  std::vector<RowRef> byId() const {
    std::vector<RowRef> result;
    for (const auto& [id, row] : rows) result.push_back(row);
    return result;
  }
};

struct RandomTransactions : MemoryFixture {
  TestRandom random;

  RowRef randomRow(std::size_t idsCount) {
    std::optional<std::string> email;
    if (random.below(3) == 0) email = "mail" + std::to_string(random.below(idsCount));
    return makeRow(padded(random.below(idsCount)), "g" + std::to_string(random.below(3)),
                   static_cast<double>(random.below(4)), email);
  }

  void writeBatch(DriverTransaction& transaction, Model& model) {
    const std::size_t idsCount = 400;
    const bool isLarge = random.below(20) == 0;
    std::map<std::string, RowRef> distinct;
    for (std::size_t count = random.below(isLarge ? 200 : 5); count > 0; --count) {
      RowRef row = randomRow(idsCount);
      if (isLarge) row = makeRow(itemOf(row).id, itemOf(row).group, itemOf(row).number);
      distinct[itemOf(row).id] = row;
    }
    std::vector<RowRef> batch;
    for (const auto& [id, row] : distinct) batch.push_back(row);
    for (std::size_t i = batch.size(); i > 1; --i) std::swap(batch[i - 1], batch[random.below(i)]);
    const std::size_t kind = random.below(3);
    if (kind == 2) {
      std::vector<std::string> ids;
      std::size_t expected = 0;
      for (const RowRef& row : batch) {
        ids.push_back(itemOf(row).id);
        expected += model.rows.erase(itemOf(row).id);
      }
      EXPECT_EQ(transaction.deleteRows(*items, ids).get().size(), expected);
      return;
    }
    if (kind == 0 && !isLarge && random.below(8) == 0 && !batch.empty()) batch.push_back(batch.front());
    if (kind == 0 && random.below(4) != 0) {  // mostly inserts that succeed
      batch.erase(std::remove_if(batch.begin(), batch.end(),
                                 [&](const RowRef& row) { return model.rows.count(itemOf(row).id) > 0; }),
                  batch.end());
    }
    const std::optional<ErrorCode> expected = model.write(batch, kind == 0);
    std::optional<ErrorCode> actual;
    try {
      (kind == 0 ? transaction.insert(*items, batch) : transaction.upsert(*items, batch)).get();
    } catch (const Error& error) {
      actual = error.code();
    }
    EXPECT_EQ(actual, expected);
  }

  void compare(DriverTransaction& transaction, const Model& model) {
    ASSERT_EQ(toVector(transaction.scan(wholeIndex(items, byId)).get().rows), model.byId());
    const std::string group = "g" + std::to_string(random.below(3));
    std::vector<RowRef> rows = model.inGroup(group);
    ASSERT_EQ(toVector(transaction.scan(planOf(items, byGroup, group)).get().rows), rows);
    std::reverse(rows.begin(), rows.end());
    rows.resize(std::min<std::size_t>(rows.size(), random.below(20)));
    const ScanPlan plan = planOf(items, byGroup, group, Order::descending, rows.size());
    ASSERT_EQ(toVector(transaction.scan(plan).get().rows), rows);
    std::size_t emails = 0;
    for (const auto& [id, row] : model.rows) {
      if (!itemOf(row).email) continue;
      ++emails;
      ASSERT_EQ(transaction.scan(planOf(items, byEmail, *itemOf(row).email)).get().rows[0], row);
    }
    ASSERT_EQ(transaction.scan(wholeIndex(items, byEmail)).get().rows.size(), emails);
  }
};

TEST_F(RandomTransactions, GiveWhatAModelGives) {
  SCOPED_TRACE(testSeed());
  Model committed;
  std::vector<std::pair<std::shared_ptr<const DriverSnapshot>, Model>> snapshots;
  for (int round = 0; round < testRounds(400) && !HasFailure(); ++round) {
    auto transaction = begin();
    Model model = committed;
    for (std::size_t batches = 1 + random.below(6); batches > 0; --batches) {
      writeBatch(*transaction, model);
      if (random.below(4) == 0) compare(*transaction, model);
    }
    compare(*transaction, model);
    if (random.below(3) == 0) {
      transaction->rollback();
    } else {
      transaction->commit().get();
      committed = model;
    }
    if (random.below(20) == 0) snapshots.emplace_back(driver->snapshot(), committed);
    if (random.below(30) == 0) snapshots.clear();
  }
  for (const auto& [snapshot, model] : snapshots) {
    EXPECT_EQ(toVector(snapshot->scan(wholeIndex(items, byId)).rows), model.byId());
  }
}

}  // namespace
}  // namespace hyperdb::test
