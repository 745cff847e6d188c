#include "commands.hpp"

#include <utility>
#include <vector>

#include <hyperdb/json.hpp>
#include <hyperdb/writes.hpp>

#include "queries.hpp"
#include "tables.hpp"
#include "values.hpp"

namespace hyperdb::conformance {

namespace {

std::vector<Object> rowsOf(const Object& step) {
  std::vector<Object> rows;
  for (const Value& row : neededList(step, "rows")) rows.push_back(asDescription(row));
  return rows;
}

std::vector<std::string> idsOf(const Object& step) {
  std::vector<std::string> ids;
  for (const Value& id : neededList(step, "ids")) ids.push_back(asText(id));
  return ids;
}

/// One step of a `tx`.
Action<Value> runInnerStep(Object step) {
  const std::string name = neededText(step, "do");
  if (name == "tx") {
    Value results = co_await transactionCall(step);
    co_return Object{{"ok", true}, {"steps", std::move(results)}};
  }
  if (name == "scan") {
    const Rows<Object> rows = co_await scanCall(step);
    co_return flagOf(step, "first") ? withFirstRow(rows) : withRows(rows);
  }
  if (!isWrite(name)) throw BadScenario("\"" + name + "\" is not a step of a tx");
  co_await writeOf(step);
  co_return success();
}

Action<Value> runTransaction(Value described) {
  const Object& step = asDescription(described);
  Array results;
  for (const Value& each : neededList(step, "steps")) {
    const Object& inner = asDescription(each);
    std::exception_ptr error;
    try {
      Value result = co_await runInnerStep(inner);
      results.push_back(std::move(result));
    } catch (...) {
      error = std::current_exception();
    }
    if (!error) continue;
    Object failed = failure(error);
    if (!flagOf(inner, "catch")) throw TransactionFailed(std::move(failed), std::move(results));
    results.emplace_back(std::move(failed));
  }
  if (neededText(step, "end") == "throw") {
    throw TransactionFailed(failure(std::make_exception_ptr(ThrownOnPurpose())), std::move(results));
  }
  co_return Value(std::move(results));
}

}  // namespace

bool isWrite(const std::string& name) noexcept { return name == "insert" || name == "upsert" || name == "delete"; }

WriteCommand writeOf(const Object& step) {
  const std::string name = neededText(step, "do");
  const DynamicTable table = TableBookInUse::find(neededText(step, "table"));
  if (name == "insert") return insert(table, rowsOf(step));
  if (name == "upsert") return upsert(table, rowsOf(step));
  return deleteRows(table, idsOf(step));
}

ScanCall scanCall(Value scan) {
  static const auto definition = selector("scan", {"scan"}, [](Value asked) -> Selector<Rows<Object>> {
    Rows<Object> rows = co_await runScan(asDescription(asked));
    co_return rows;
  });
  return definition(std::move(scan));
}

WatchCall watchCall(const std::string& name, const Array& queries) {
  const auto definition = selector(name, {"queries"}, [](std::string asked) -> Selector<Rows<Object>> {
    Rows<Object> rows = co_await runQueries(asList(parseJson(asked)));
    co_return rows;
  });
  return definition(toJson(queries));
}

WriteCall writeCall(Value step) {
  static const auto definition =
      action("write", {"step"}, [](Value asked) -> Action<> { co_await writeOf(asDescription(asked)); });
  return definition(std::move(step));
}

TransactionCall transactionCall(Value step) {
  static const auto definition = action("tx", {"step"}, [](Value asked) -> Action<Value> {
    Value results = co_await runTransaction(std::move(asked));
    co_return results;
  });
  return definition(std::move(step));
}

}  // namespace hyperdb::conformance
