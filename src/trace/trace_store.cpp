#include <hyperdb/trace_store.hpp>

#include <utility>

#include <hyperdb/json.hpp>

namespace hyperdb {

namespace {

const char* kindName(CommandKind kind) {
  switch (kind) {
    case CommandKind::selector: return "selector";
    case CommandKind::action: return "action";
    case CommandKind::hook: break;
  }
  return "hook";
}

// Nanoseconds since the clock's start fit a double's 53 bits for a hundred days and are for reading.
Value nanoseconds(std::int64_t ns) { return static_cast<double>(ns); }

Value scanValue(const ScanTrace& scan) {
  Object object{{"table", scan.table},
                {"index", scan.index},
                {"ranges", Array(scan.ranges.begin(), scan.ranges.end())},
                {"order", scan.descending ? "desc" : "asc"},
                {"rowsCount", static_cast<double>(scan.rowsCount)},
                {"startNs", nanoseconds(scan.startNs)},
                {"durationNs", nanoseconds(scan.durationNs)},
                {"answeredBy", scan.answeredBy}};
  if (scan.limit >= 0) object.set("limit", static_cast<double>(scan.limit));
  return object;
}

Value mutationValue(const MutationTrace& mutation) {
  return Object{{"type", mutation.type},
                {"table", mutation.table},
                {"newRows", Array(mutation.newRows.begin(), mutation.newRows.end())},
                {"oldRows", Array(mutation.oldRows.begin(), mutation.oldRows.end())},
                {"startNs", nanoseconds(mutation.startNs)},
                {"durationNs", nanoseconds(mutation.durationNs)}};
}

Value spanValue(const TraceSpan& span) {
  Object arguments;
  for (std::size_t i = 0; i < span.arguments.size(); ++i) {
    // An absent argument (an empty optional) is left out.
    if (!span.arguments[i].isUndefined()) arguments.set(span.argumentNames[i], span.arguments[i]);
  }
  Array scans;
  for (const ScanTrace& scan : span.scans) scans.push_back(scanValue(scan));
  Array mutations;
  for (const MutationTrace& mutation : span.mutations) mutations.push_back(mutationValue(mutation));
  Array children;
  for (const auto& child : span.children) children.push_back(spanValue(*child));
  Object object{{"kind", kindName(span.kind)},
                {"name", span.name},
                {"arguments", std::move(arguments)},
                {"startNs", nanoseconds(span.startNs)},
                {"durationNs", nanoseconds(span.durationNs)},
                {"cacheHit", span.cacheHit},
                {"scans", std::move(scans)},
                {"mutations", std::move(mutations)},
                {"children", std::move(children)}};
  if (!span.error.empty()) object.set("error", span.error);
  return object;
}

}  // namespace

Value traceToValue(const Trace& trace) {
  Array traits;
  for (const Trait& trait : trace.traits) traits.push_back(Object{{"type", trait.type}, {"value", trait.value}});
  return Object{{"database", trace.database},
                {"revision", static_cast<double>(trace.revision)},
                {"traits", std::move(traits)},
                {"why", trace.why},
                {"root", spanValue(trace.root)}};
}

void TraceStore::onTrace(std::shared_ptr<const Trace> trace) noexcept {
  if (capacity_ == 0) return;
  try {
    if (traces_.size() < capacity_) {
      traces_.push_back(std::move(trace));
    } else {
      traces_[oldest_] = std::move(trace);
      oldest_ = (oldest_ + 1) % capacity_;
    }
  } catch (...) {
    // No memory for another trace: it is lost.
  }
}

std::vector<std::shared_ptr<const Trace>> TraceStore::traces() const {
  std::vector<std::shared_ptr<const Trace>> all;
  all.reserve(traces_.size());
  for (std::size_t i = 0; i < traces_.size(); ++i) all.push_back(traces_[(oldest_ + i) % traces_.size()]);
  return all;
}

void TraceStore::clear() noexcept {
  traces_.clear();
  oldest_ = 0;
}

std::string TraceStore::toJson() const {
  Array list;
  for (const auto& trace : traces()) list.push_back(traceToValue(*trace));
  return hyperdb::toJson(Value(std::move(list)));
}

}  // namespace hyperdb
