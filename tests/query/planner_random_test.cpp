// Plans against conditions that are evaluated row by row, for random rows and queries.
#include <hyperdb/engine/query_spec.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <random>

#include "key/key_format.hpp"
#include "query_fixture.hpp"
#include "support/test_random.hpp"

namespace hyperdb::test {
namespace {

/// A row with its key in the index under test.
struct KeyedRow {
  RowRef row;
  Object content;
  KeyBytes key;
};

class PlannerModel {
 public:
  explicit PlannerModel(std::uint64_t seed) : random_(seed), table_(makeQueryTable()) {
    static const char* const names[] = {"byXYZ", "byYX", "hashX", "uniqueZX"};
    indexNumber_ = table_->indexNumber(names[pick(std::size(names))]);
    for (const RowType::Column& column : index().columns) columns_.push_back(column.name);
    for (int i = 0; i < 60; ++i) addRow("row" + std::to_string(i % 7) + "-" + std::to_string(i));
    std::sort(rows_.begin(), rows_.end(), [](const KeyedRow& a, const KeyedRow& b) { return a.key < b.key; });
  }

  /// One random query: do its ranges hold the rows that its conditions accept?
  void checkQuery() {
    QuerySpec query = randomQuery();
    const PlanOptions options{.lastBoundWins = pick(3) == 0};
    const ScanPlan plan = planQuery(query, options);
    checkShape(plan);
    for (const KeyedRow& row : rows_) {
      const bool accepted = (!query.branches || acceptsAny(*query.branches, row, options)) && isBehind(query, row);
      ASSERT_EQ(accepted && plan.limit > 0, isIn(plan.ranges, row.key)) << describeKey(row.key, columns_.size());
    }
    checkDependencies(plan);
  }

 private:
  const IndexDef& index() const { return table_->index(indexNumber_); }
  std::size_t pick(std::size_t count) { return static_cast<std::size_t>(random_() % count); }

  Value randomValue() {
    static const Value values[] = {Null{}, 1, 2, 3, true, false, -0.0, BigInt(2), "", "a", "ab", Bytes{"a"}, 2.5};
    return values[pick(std::size(values))];
  }
  void addRow(std::string id) {
    Object content{{"id", std::move(id)}};
    for (const char* name : {"x", "y", "z"}) {
      if (pick(10) != 0) content.set(name, randomValue());
    }
    ValidationFailure failure;
    KeyedRow row{table_->rowType().fromObject(content, Strictness::full, failure), content, {}};
    ASSERT_TRUE(row.row) << failure.message();
    if (table_->appendIndexKey(indexNumber_, *row.row, row.key)) rows_.push_back(std::move(row));
  }

  Branch randomBranch() {
    Branch branch;
    std::size_t equalCount = pick(columns_.size() + 1);
    if (index().isHash()) equalCount = columns_.size();
    for (std::size_t i = 0; i < equalCount; ++i) {
      const std::size_t kind = pick(6);
      if (kind == 0) {
        std::vector<Value> values(pick(4));
        for (Value& value : values) value = randomValue();
        branch.push_back(in(columns_[i], values));
      } else if (kind == 1) {
        const Value value = randomValue();
        branch.push_back(gte(columns_[i], value));
        branch.push_back(lte(columns_[i], value));
      } else {
        branch.push_back(eq(columns_[i], randomValue()));
      }
    }
    for (std::size_t bounds = equalCount < columns_.size() ? pick(4) : 0; bounds > 0; --bounds) {
      static constexpr ConditionOp ops[] = {ConditionOp::gt, ConditionOp::gte, ConditionOp::lt, ConditionOp::lte};
      branch.push_back(makeCondition(columns_[equalCount], ops[pick(4)], randomValue()));
    }
    std::shuffle(branch.begin(), branch.end(), random_);
    return branch;
  }
  QuerySpec randomQuery() {
    QuerySpec query;
    query.table = table_;
    query.indexName = index().name;
    query.order = pick(2) == 0 ? Order::ascending : Order::descending;
    if (pick(2) == 0) query.limit = static_cast<std::int64_t>(pick(8));
    query.first = pick(10) == 0;
    if (pick(4) == 0) query.after = rows_[pick(rows_.size())].key;
    if (pick(20) != 0 || index().isHash()) {
      query.branches.emplace();
      for (std::size_t count = pick(5); count > 0; --count) query.branches->push_back(randomBranch());
    }
    return query;
  }

  static bool isBehind(const QuerySpec& query, const KeyedRow& row) {
    if (!query.after) return true;
    return query.order == Order::descending ? row.key < *query.after : row.key > *query.after;
  }
  static bool isAmong(std::string_view operands, const KeyBytes& column) {
    bool isFound = false;
    while (!operands.empty()) {
      const std::size_t length = detail::columnLength(operands);
      isFound = isFound || operands.substr(0, length) == column;
      operands.remove_prefix(length);
    }
    return isFound;
  }
  static bool accepts(const Condition& condition, const KeyedRow& row) {
    KeyBytes column;
    EXPECT_TRUE(KeyWriter(column).appendValue(row.content.at(condition.column)));
    switch (condition.op) {
      case ConditionOp::eq: return column == condition.operand;
      case ConditionOp::gt: return column > condition.operand;
      case ConditionOp::gte: return column >= condition.operand;
      case ConditionOp::lt: return column < condition.operand;
      case ConditionOp::lte: return column <= condition.operand;
      case ConditionOp::in: return isAmong(condition.operand, column);
    }
    return false;
  }
  /// Whether a later condition has the same column and operator.
  static bool isReplaced(const Branch& branch, std::size_t position) {
    for (std::size_t i = position + 1; i < branch.size(); ++i) {
      if (branch[i].column == branch[position].column && branch[i].op == branch[position].op) return true;
    }
    return false;
  }
  static bool acceptsAll(const Branch& branch, const KeyedRow& row, const PlanOptions& options) {
    for (std::size_t i = 0; i < branch.size(); ++i) {
      if (options.lastBoundWins && isReplaced(branch, i)) continue;
      if (!accepts(branch[i], row)) return false;
    }
    return true;
  }
  static bool acceptsAny(const std::vector<Branch>& branches, const KeyedRow& row, const PlanOptions& options) {
    for (const Branch& branch : branches) {
      if (acceptsAll(branch, row, options)) return true;
    }
    return false;
  }

  static bool isIn(const std::vector<KeyRange>& ranges, const KeyBytes& key) {
    return std::any_of(ranges.begin(), ranges.end(), [&](const KeyRange& range) { return range.contains(key); });
  }
  static void checkShape(const ScanPlan& plan) {
    for (std::size_t i = 0; i < plan.ranges.size(); ++i) {
      ASSERT_FALSE(plan.ranges[i].empty());
      if (i == 0) continue;
      ASSERT_FALSE(plan.ranges[i - 1].unbounded);
      ASSERT_LT(plan.ranges[i - 1].upper, plan.ranges[i].lower) << "they meet, so they should be one";
    }
  }

  /// A row that is in the plan's ranges matters if it would stand before the last row of a result that is full.
  void checkDependencies(const ScanPlan& plan) {
    std::vector<KeyedRow> found;
    for (const KeyedRow& row : rows_) {
      if (isIn(plan.ranges, row.key)) found.push_back(row);
    }
    const bool descending = plan.order == Order::descending;
    if (descending) std::reverse(found.begin(), found.end());
    const bool isFull = found.size() >= plan.limit;
    if (isFull) found.resize(plan.limit);
    std::vector<RowRef> result;
    for (const KeyedRow& row : found) result.push_back(row.row);

    const auto ranges = dependencyRanges(plan, RowSequence::fromRows(std::move(result)));
    if (!isFull) {
      ASSERT_EQ(ranges, plan.ranges);
      return;
    }
    for (const KeyedRow& row : rows_) {
      bool matters = !found.empty() && isIn(plan.ranges, row.key);
      if (matters) matters = descending ? row.key >= found.back().key : row.key <= found.back().key;
      ASSERT_EQ(isIn(ranges, row.key), matters) << describeKey(row.key, columns_.size());
    }
    if (found.empty()) return;
    ASSERT_EQ(isIn(ranges, found.back().key + '\0'), descending && isIn(plan.ranges, found.back().key + '\0'));
  }

  std::mt19937_64 random_;
  std::shared_ptr<const TableDef> table_;
  std::size_t indexNumber_ = 0;
  std::vector<std::string> columns_;
  std::vector<KeyedRow> rows_;
};

TEST(PlannerRandom, RangesHoldExactlyTheRowsThatTheConditionsAccept) {
  const std::uint64_t seed = testSeed();
  for (int round = 0; round < testRounds(200); ++round) {
    SCOPED_TRACE("HYPERDB_TEST_SEED=" + std::to_string(seed) + ", round " + std::to_string(round));
    PlannerModel model(seed + static_cast<std::uint64_t>(round));
    for (int i = 0; i < 60 && !testing::Test::HasFailure(); ++i) model.checkQuery();
    if (testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace hyperdb::test
