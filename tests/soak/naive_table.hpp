// A random table, kept as a std::map, and random queries, answered by filtering and sorting it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <hyperdb/hyperdb.hpp>

#include "support/test_random.hpp"

namespace hyperdb::soak {

using test::TestRandom;

struct ColumnCondition {
  std::string column;
  ConditionOp op;
  Value operand;
};

/// A query as plain data. Conditions of one branch hold together; of several branches one must hold.
struct QueryCase {
  std::size_t table = 0;
  std::size_t index = 0;
  std::optional<std::vector<std::vector<ColumnCondition>>> branches{};
  Order order = asc;
  std::int64_t limit = -1;  ///< -1: none
};

/// Row content by id. The number in `payload` is another one for each row that was ever written.
using NaiveRows = std::map<std::string, Object>;

/// The order of stored values, written down a second time: null, bigint, number and boolean, string.
int compareValues(const Value& a, const Value& b);

/// A table with random columns and indexes. Only the description: rows are handed in.
class NaiveTable {
 public:
  NaiveTable(TestRandom& random, std::string name);

  const DynamicTable& table() const noexcept { return table_; }

  Object randomRow(TestRandom& random, std::string id, double payload) const;
  /// On this table, which is number `tableNumber` of its database.
  QueryCase randomQuery(TestRandom& random, std::size_t tableNumber) const;
  Query<Object, detail::Filtered> toQuery(const QueryCase& query) const;

  std::vector<const Object*> answer(const QueryCase& query, const NaiveRows& rows) const;
  /// Whether two rows have one value in a column that is declared unique.
  bool breaksUniqueness(const NaiveRows& rows) const;
  /// How many entries each index has.
  std::vector<std::size_t> entriesCounts(const NaiveRows& rows) const;

 private:
  struct Column {
    std::string name;
    int kind;
  };
  static Validator validatorOf(int kind);
  static Value randomValue(TestRandom& random, int kind);
  bool isInIndex(const IndexDef& index, const Object& row) const;
  std::vector<ColumnCondition> randomBranch(TestRandom& random, const IndexDef& index) const;

  std::vector<Column> columns_;
  DynamicTable table_;
};

/// "id:payload " for each row.
template <class RowsOfObjects>
std::string describeRows(const RowsOfObjects& rows) {
  std::string text;
  const auto append = [&text](const Object& row) {
    text += row.at("id").asString() + ":" + std::to_string(static_cast<long>(row.at("payload").asNumber())) + " ";
  };
  for (const auto& row : rows) {
    if constexpr (std::is_pointer_v<std::remove_cvref_t<decltype(row)>>) {
      append(*row);
    } else {
      append(row);
    }
  }
  return text;
}

}  // namespace hyperdb::soak
