// row_json: rows as JSON text and back, as drivers that store text do with each row they write or read.
#include <benchmark/benchmark.h>

#include <hyperdb/detail/struct_row_type.hpp>
#include <hyperdb/engine/row_type.hpp>

#include "workload.hpp"

namespace hyperdb::bench {

namespace {

const RowType& rowType() { return *structRowType<Task>(); }

/// Rows of about 150 bytes of JSON.
std::vector<RowRef> makeRows(std::size_t count) {
  std::vector<RowRef> rows;
  for (std::size_t i = 0; i < count; ++i) {
    Task task = makeTask(i);
    task.title += ", with a title of some words";
    rows.emplace_back(new RowBox<Task>(rowType(), std::move(task)));
  }
  return rows;
}

std::vector<std::string> textsOf(const std::vector<RowRef>& rows) {
  std::vector<std::string> texts(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) rowType().appendJson(*rows[i], texts[i]);
  return texts;
}

void setBytesPerText(benchmark::State& state, const std::vector<std::string>& texts) {
  std::size_t bytes = 0;
  for (const std::string& text : texts) bytes += text.size();
  state.counters["bytes_per_text"] = static_cast<double>(bytes) / static_cast<double>(texts.size());
}

void rowJsonWrite(benchmark::State& state) {
  const std::vector<RowRef> rows = makeRows(static_cast<std::size_t>(state.range(0)));
  std::string text;
  for (auto _ : state) {
    for (const RowRef& row : rows) {
      text.clear();
      rowType().appendJson(*row, text);
      benchmark::DoNotOptimize(text.data());
    }
  }
  require(text == textsOf(rows).back(), "row_json_write");
  setBytesPerText(state, textsOf(rows));
}

void rowJsonRead(benchmark::State& state) {
  const std::vector<RowRef> rows = makeRows(static_cast<std::size_t>(state.range(0)));
  const std::vector<std::string> texts = textsOf(rows);
  RowRef last;
  ValidationFailure failure;
  for (auto _ : state) {
    for (const std::string& text : texts) last = rowType().fromJson(text, Strictness::shape, failure);
  }
  require(last && rowType().equal(*last, *rows.back()), "row_json_read");
  setBytesPerText(state, texts);
}

}  // namespace

void registerRowJson() {
  benchmark::RegisterBenchmark("row_json_write", rowJsonWrite)->Arg(1000)->Unit(benchmark::kMicrosecond);
  benchmark::RegisterBenchmark("row_json_read", rowJsonRead)->Arg(1000)->Unit(benchmark::kMicrosecond);
}

}  // namespace hyperdb::bench
