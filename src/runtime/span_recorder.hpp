// SpanRecorder: builds the trace of one top-level command while it runs. Does nothing without a tracer.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include <hyperdb/detail/command_scope.hpp>
#include <hyperdb/engine/driver.hpp>
#include <hyperdb/trace.hpp>

#include "base/steady_time.hpp"

namespace hyperdb::detail {

class DatabaseCore;

class SpanRecorder {
 public:
  bool isOn() const noexcept { return trace_ != nullptr; }
  /// Starts the trace; returns the root span, or null if the command is not traced.
  TraceSpan* start(const DatabaseCore& database, const CommandDef* def, CommandKind kind,
                   const ArgumentsView& arguments, const Traits& traits, std::string why);
  /// Opens a span below `parent`; returns `parent` itself if the command is not traced (or null).
  TraceSpan* open(TraceSpan* parent, const CommandDef* def, CommandKind kind, const ArgumentsView& arguments);
  /// Closes what `open` returned for that parent.
  void close(TraceSpan* span, const TraceSpan* parent, const std::exception_ptr& error) noexcept;

  // REQUIRES: span is not null.
  void addScan(TraceSpan& span, const ScanPlan& plan, const RowSequence& rows, std::string_view answeredBy,
               std::int64_t startNs);
  void addMutation(TraceSpan& span, OpType type, const TableDef& table, std::span<const Op> ops, std::int64_t startNs);

  /// Passes the trace to the tracer.
  void finish(std::int64_t revision, const std::exception_ptr& error) noexcept;

 private:
  Tracer* tracer_ = nullptr;
  std::shared_ptr<Trace> trace_;
};

}  // namespace hyperdb::detail
