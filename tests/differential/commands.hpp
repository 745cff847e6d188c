// The selectors, actions and hooks of random programs.
#pragma once

#include "differential/program.hpp"
#include "differential/record.hpp"

namespace hyperdb::test {

template <class Row>
using FullQuery = Query<Row, detail::Filtered>;

/// The rows of a question about that table.
inline const auto partRows = selector("partRows", {"question"}, [](Question question) -> Selector<Rows<Part>> {
  co_return co_await FullQuery<Part>(specOf(question));
});
inline const auto thingRows = selector("thingRows", {"question"}, [](Question question) -> Selector<Rows<Object>> {
  co_return co_await FullQuery<Object>(specOf(question));
});
inline const auto fussyParts = selector("fussyParts", {"question"}, [](Question question) -> Selector<Rows<Part>> {
  Rows<Part> rows = co_await FullQuery<Part>(specOf(question));
  if (rows.size() % 4 == 3) throw ScriptFailure{"a selector that got " + std::to_string(rows.size()) + " rows"};
  co_return rows;
});
/// The first row, as text. A question about any table.
inline const auto firstText = selector("firstText", {"question"}, [](Question question) -> Selector<std::string> {
  QuerySpec spec = specOf(question);
  spec.first = true;
  if (question.table == parts) {
    RowPtr<Part> row = co_await FirstQuery<Part>(std::move(spec));
    co_return row ? "first " + row->id : "no part";
  }
  RowPtr<Object> row = co_await FirstQuery<Object>(std::move(spec));
  co_return row ? "first " + toJson(Value(*row)) : "no thing";
});

/// How many rows there are. A question about any table.
inline const auto countText = selector("countText", {"question"}, [](Question question) -> Selector<std::string> {
  QuerySpec spec = specOf(question);
  spec.isCount = true;
  const std::size_t count = co_await CountQuery(detail::QueryBase(std::move(spec)));
  co_return std::to_string(count) + " rows";
});

inline SelectorOptions keptOptions() {
  SelectorOptions options;
  options.memoization.selfChild = true;
  return options;
}
inline const auto thingsOfKind = selector(
    "thingsOfKind", {"kind"},
    [](std::string kind) -> Selector<std::string> {
      Rows<Object> rows = co_await selectFrom(thingsTable, "ofKind").where(eq("kind", kind)).limit(5);
      co_return textOf(rows);
    },
    keptOptions());
/// A question about parts.
inline const auto summaryOf = selector("summaryOf", {"question"}, [](Question question) -> Selector<std::string> {
  Rows<Part> rows = co_await partRows(question);
  std::string text;
  std::size_t count = 0;
  for (const Part& part : rows) {
    if (++count > 4) break;
    std::string things = co_await thingsOfKind(part.group);
    text += part.id + ": " + things + "; ";
  }
  co_return text;
});

/// Runs the script and notes what it sees. Both outlive the action.
Action<> runScript(const Script* script, Record* record);

/// Adds hook number 0 .. hooksCount - 1.
Subscription addHook(const SubscribableDB& db, int number, Record& record);

}  // namespace hyperdb::test
