#include "runtime/span_recorder.hpp"

#include "driver/op_type_name.hpp"
#include "runtime/database_core.hpp"
#include "value/error_pointer.hpp"

namespace hyperdb::detail {

namespace {

void fill(TraceSpan& span, const CommandDef* def, CommandKind kind, const ArgumentsView& arguments) {
  span.kind = kind;
  if (def != nullptr) {
    span.name = def->name;
    span.argumentNames = def->argumentNames;
  }
  span.arguments = arguments.toArray();
  span.startNs = steadyNowNs();
}

}  // namespace

TraceSpan* SpanRecorder::start(const DatabaseCore& database, const CommandDef* def, CommandKind kind,
                               const ArgumentsView& arguments, const Traits& traits, std::string why) {
  if (database.tracer() == nullptr || (def != nullptr && !def->options.traced)) return nullptr;
  trace_ = std::make_shared<Trace>();
  tracer_ = database.tracer();
  trace_->database = database.options().name;
  trace_->traits = traits;
  trace_->why = std::move(why);
  fill(trace_->root, def, kind, arguments);
  return &trace_->root;
}

TraceSpan* SpanRecorder::open(TraceSpan* parent, const CommandDef* def, CommandKind kind,
                              const ArgumentsView& arguments) {
  if (parent == nullptr || (def != nullptr && !def->options.traced)) return parent;
  auto span = std::make_unique<TraceSpan>();
  fill(*span, def, kind, arguments);
  parent->children.push_back(std::move(span));
  return parent->children.back().get();
}

void SpanRecorder::close(TraceSpan* span, const TraceSpan* parent, const std::exception_ptr& error) noexcept {
  if (span == parent) return;
  span->durationNs = steadyNowNs() - span->startNs;
  if (error) span->error = describeError(error);
}

void SpanRecorder::addScan(TraceSpan& span, const ScanPlan& plan, const RowSequence& rows, std::string_view answeredBy,
                           std::int64_t startNs) {
  ScanTrace scan;
  scan.table = plan.table->name();
  scan.index = plan.index().name;
  for (const KeyRange& range : plan.ranges) {
    scan.ranges.push_back(describeRange(range, plan.index().columns.size()));
  }
  scan.descending = plan.order == Order::descending;
  scan.limit = plan.limit == ScanPlan::noLimit ? -1 : static_cast<std::int64_t>(plan.limit);
  scan.rowsCount = static_cast<std::int64_t>(rows.size());
  scan.startNs = startNs;
  scan.durationNs = steadyNowNs() - startNs;
  scan.answeredBy = answeredBy;
  span.scans.push_back(std::move(scan));
}

void SpanRecorder::addMutation(TraceSpan& span, OpType type, const TableDef& table, std::span<const Op> ops,
                               std::int64_t startNs) {
  MutationTrace mutation;
  mutation.type = opTypeName(type);
  mutation.table = table.name();
  for (const Op& op : ops) {
    if (op.newRow) mutation.newRows.push_back(table.rowType().toObject(*op.newRow));
    if (op.oldRow) mutation.oldRows.push_back(table.rowType().toObject(*op.oldRow));
  }
  mutation.startNs = startNs;
  mutation.durationNs = steadyNowNs() - startNs;
  span.mutations.push_back(std::move(mutation));
}

void SpanRecorder::finish(std::int64_t revision, const std::exception_ptr& error) noexcept {
  if (!trace_) return;
  close(&trace_->root, nullptr, error);
  trace_->revision = revision;
  tracer_->onTrace(std::move(trace_));
  trace_ = nullptr;
}

}  // namespace hyperdb::detail
