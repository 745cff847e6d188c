#include "queries.hpp"

#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include <hyperdb/error.hpp>
#include <hyperdb/query.hpp>

#include "tables.hpp"
#include "values.hpp"

namespace hyperdb::conformance {

namespace {

ConditionOp operatorOf(const std::string& name) {
  for (const ConditionOp op : {ConditionOp::eq, ConditionOp::gt, ConditionOp::gte, ConditionOp::lt, ConditionOp::lte}) {
    if (conditionOpName(op) == name) return op;
  }
  throw BadScenario("\"" + name + "\" is not an operator");
}

/// The operand, or the column of the outer row that it names; undefined if the row has none.
Value operandOf(const Value& written, const RowPtr<Object>& outer) {
  const Object* object = written.get<Object>();
  if (!outer || object == nullptr || object->size() != 1 || object->begin()->name != "$row") return written;
  const Value* column = outer->find(asText(object->begin()->value));
  return column == nullptr ? Value() : *column;
}

Condition conditionOf(const Array& written, const RowPtr<Object>& outer) {
  if (written.size() != 3) throw BadScenario("a condition is [operator, column, value]");
  return makeCondition(asText(written[1]), operatorOf(asText(written[0])), operandOf(written[2], outer));
}

std::vector<Branch> branchesOf(const Array& written, const RowPtr<Object>& outer) {
  std::vector<Branch> branches;
  for (const Value& conditions : written) {
    Branch& branch = branches.emplace_back();
    for (const Value& condition : asList(conditions)) branch.push_back(conditionOf(asList(condition), outer));
  }
  return branches;
}

std::int64_t limitOf(const Value& written) {
  const double* number = written.get<double>();
  if (number == nullptr || std::trunc(*number) != *number || std::abs(*number) > 9e15) {
    throw Error(ErrorCode::invalidLimit, "a limit is a whole number, not " + describe(written));
  }
  return static_cast<std::int64_t>(*number);
}

template <class Q>
Q withOrderAndLimit(Q query, const Object& scan) {
  const std::string order = textOr(scan, "order", "asc");
  if (order != "asc" && order != "desc") throw BadScenario("\"" + order + "\" is not an order");
  if (order == "desc") query = query.order(desc);
  if (const Value* limit = scan.find("limit")) query = query.limit(limitOf(*limit));
  return query;
}

template <class Q>
Selector<Rows<Object>> runQuery(Q query, bool isFirst) {
  if (isFirst) {
    const RowPtr<Object> row = co_await query.first();
    if (!row) co_return Rows<Object>();
    std::vector<RowRef> rows(1, row.ref());
    co_return Rows<Object>(RowSequence::fromRows(std::move(rows)));
  }
  Rows<Object> rows = co_await query;
  co_return rows;
}

void append(std::vector<RowRef>& all, const Rows<Object>& rows) {
  for (auto row = rows.begin(); row != rows.end(); ++row) all.push_back(row.ptr().ref());
}

}  // namespace

Selector<Rows<Object>> runScan(Object scan, RowPtr<Object> outer) {
  const DynamicTable table = TableBookInUse::find(neededText(scan, "table"));
  const auto all = withOrderAndLimit(selectFrom(table, neededText(scan, "index")), scan);
  const bool isFirst = flagOf(scan, "first");
  const Value* where = scan.find("where");
  if (where == nullptr) co_return co_await runQuery(all, isFirst);
  co_return co_await runQuery(all.where(anyOf(branchesOf(asList(*where), outer))), isFirst);
}

Selector<Rows<Object>> runQueries(Array queries) {
  std::vector<RowRef> all;
  for (const Value& each : queries) {
    const Object& query = asDescription(each);
    const Rows<Object> rows = co_await runScan(query);
    const Value* next = query.find("then");
    if (next == nullptr && queries.size() == 1) co_return rows;
    if (next == nullptr) {
      append(all, rows);
      continue;
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const Rows<Object> found = co_await runScan(asDescription(*next), rows.ptr(i));
      append(all, found);
    }
  }
  co_return Rows<Object>(RowSequence::fromRows(std::move(all)));
}

}  // namespace hyperdb::conformance
