// Traces: what a top-level command did, as a tree. Off by default; when off, a command costs one null check per step.
//
// Thread safety: a Trace is immutable once a tracer has it, and may be read and dropped by any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <hyperdb/detail/command_scope.hpp>
#include <hyperdb/traits.hpp>
#include <hyperdb/value.hpp>

namespace hyperdb {

/// One query. Times are nanoseconds of the steady clock.
struct ScanTrace {
  std::string table;
  std::string index;
  std::vector<std::string> ranges;  ///< "[(\"p1\") .. (\"p1\")]"
  bool descending = false;
  std::int64_t limit = -1;  ///< -1: none
  std::int64_t rowsCount = 0;
  std::int64_t startNs = 0;
  std::int64_t durationNs = 0;
  std::string answeredBy;  ///< the driver: "memory", ...
};

/// One write command.
struct MutationTrace {
  std::string type;  ///< "insert", "upsert", "delete"
  std::string table;
  std::vector<Object> newRows;
  std::vector<Object> oldRows;
  std::int64_t startNs = 0;
  std::int64_t durationNs = 0;
};

/// One run of a selector, action or hook, with what it called. The scans, writes and calls of a command that is not
/// traced are recorded in the span of its caller.
struct TraceSpan {
  CommandKind kind = CommandKind::selector;
  std::string name;
  std::vector<std::string> argumentNames;
  Array arguments;
  std::int64_t startNs = 0;
  std::int64_t durationNs = 0;
  bool cacheHit = false;  ///< a cached result was used; nothing ran
  std::string error;      ///< empty when it succeeded
  std::vector<ScanTrace> scans;
  std::vector<MutationTrace> mutations;
  std::vector<std::unique_ptr<TraceSpan>> children;
};

/// One top-level command, or one read of a cached result.
struct Trace {
  std::string database;       ///< DBOptions::name
  std::int64_t revision = 0;  ///< of the database when the command ended
  Traits traits;
  std::string why;  ///< for re-runs: the write that invalidated the selector
  TraceSpan root;
};

/// Receives traces. Called on the executor of the database, when the command has ended; must not throw and must not
/// call the database. It must outlive the databases that use it.
class Tracer {
 public:
  virtual ~Tracer() = default;
  /// Receives the trace of one command, which it may keep; re-runs of cached selectors have their own traces.
  virtual void onTrace(std::shared_ptr<const Trace> trace) noexcept = 0;
};

/// Sets the tracer of databases made afterwards without one. Null (the default) means none. Any thread.
void setDefaultTracer(Tracer* tracer) noexcept;
Tracer* defaultTracer() noexcept;

}  // namespace hyperdb
