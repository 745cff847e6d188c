// TraceStore: keeps the last traces, to see what a program did.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include <hyperdb/trace.hpp>

namespace hyperdb {

/// A tracer that keeps the last `capacity` traces; 0 keeps none. Each trace takes memory for its spans and their
/// texts, so choose what one look at the program needs, some hundred.
///
///     TraceStore traces(100);
///     SubscribableDB db{DB{BptreeInmemDriver{}, {.tracer = &traces}}};
///
/// Thread safety: like the databases that report to it, it belongs to their home thread.
class TraceStore final : public Tracer {
 public:
  explicit TraceStore(std::size_t capacity = 100) noexcept : capacity_(capacity) {}

  void onTrace(std::shared_ptr<const Trace> trace) noexcept override;

  std::size_t size() const noexcept { return traces_.size(); }
  /// Returns the traces, oldest first.
  std::vector<std::shared_ptr<const Trace>> traces() const;
  void clear() noexcept;

  /// Returns the traces as a JSON array, oldest first.
  std::string toJson() const;

 private:
  std::size_t capacity_;
  std::vector<std::shared_ptr<const Trace>> traces_;  // a ring once it is full
  std::size_t oldest_ = 0;
};

/// Returns one trace as an object: database, revision, traits, why, root; a span has kind, name, arguments (by name),
/// startNs, durationNs, cacheHit, error, scans, mutations, children.
Value traceToValue(const Trace& trace);

}  // namespace hyperdb
