// The seam between commands (coroutines that describe work) and the runtime that executes it; options of commands.
//
// Thread safety: what is in `detail` belongs to the home thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hyperdb/detail/coroutine.hpp>
#include <hyperdb/engine/query_spec.hpp>
#include <hyperdb/engine/row_sequence.hpp>
#include <hyperdb/traits.hpp>
#include <hyperdb/validator.hpp>
#include <hyperdb/value.hpp>
#include <hyperdb/writes.hpp>

namespace hyperdb {

struct TraceSpan;

/// The kind of a coroutine that the runtime runs.
enum class CommandKind : unsigned char { selector, action, hook };

/// How results of a selector are cached.
struct Memoization {
  /// Cached selectors with equal arguments share one entry. With false each handle has an entry of its own.
  bool root = true;
  /// Within another selector, reuse the result until a write invalidates it. Costs memory for each call: switch it on
  /// for selectors that the re-runs of many parents share.
  bool selfChild = false;
};

/// Options of a selector, passed to its definition.
struct SelectorOptions {
  static constexpr std::int64_t unsetGcTimeMs = -1;

  /// Milliseconds that a cached result lives after its last subscriber left, and after each read without one. 0: not
  /// at all. Unset: DBOptions::gcTimeMs. Raise it for results that are expensive and soon wanted again. A negative
  /// value is refused (invalidDefinition).
  std::int64_t gcTimeMs = unsetGcTimeMs;
  Memoization memoization = {};
  bool traced = true;  ///< false: never appears in traces
};

/// Options of an action, passed to its definition.
struct ActionOptions {
  bool traced = true;  ///< false: never appears in traces
};

namespace detail {

/// A selector or an action: name, argument names, options. Its address is its identity in caches, which keep it
/// alive.
struct CommandDef : std::enable_shared_from_this<CommandDef> {
  CommandDef(std::string commandName, std::vector<std::string> names, CommandKind commandKind, SelectorOptions its)
      : name(std::move(commandName)), argumentNames(std::move(names)), kind(commandKind), options(its) {}

  std::string name;
  std::vector<std::string> argumentNames;
  CommandKind kind;
  SelectorOptions options;
};

struct FieldOps;

/// One argument, type-erased, with the operations on it.
struct ArgumentSlot {
  const void* content;
  const FieldOps* ops;
};

/// The arguments of one call, converted to values only when needed (for a trace, a cache key).
struct ArgumentsView {
  const void* arguments = nullptr;
  std::size_t count = 0;
  void (*list)(const void* arguments, ArgumentSlot* out) = nullptr;  ///< fills `out[0]` to `out[count - 1]`

  /// Returns each argument as a value; an absent one (an empty optional) as undefined.
  Array toArray() const;
  /// Returns whether all can be stored; otherwise fills in the position of the first that can't, and the failure.
  bool areStorable(std::size_t& position, ValidationFailure& failure) const;
};

/// Throws Error(invalidArgument), naming command and argument, when an argument can't be stored: a number that is not
/// finite, text that is not UTF-8, a value that no enumerator has.
void checkArguments(const CommandDef& def, const ArgumentsView& arguments);

/// A result of any type, to keep and to compare.
class ResultBox {
 public:
  virtual ~ResultBox() = default;
  /// Returns whether the other box (of the same type) holds the same result, so that subscribers need not be
  /// notified.
  virtual bool same(const ResultBox& other) const = 0;
};
using ResultBoxPtr = std::shared_ptr<const ResultBox>;

class CommandRunner;
class DependencyRecorder;

/// One running command. Lives in the frame of the coroutine or job that runs it.
struct CommandScope {
  CommandRunner* runner = nullptr;
  CommandScope* parent = nullptr;
  const CommandDef* def = nullptr;
  DependencyRecorder* recorder = nullptr;  ///< records what is read; null when no entry depends on it
  TraceSpan* span = nullptr;               ///< null when not traced
  bool canWrite = false;
  bool inScanHook = false;
  std::size_t writesBefore = 0;  ///< `writesCount` when the command began
};

/// The runtime's side of the seam. All calls on the executor.
class CommandRunner {
 public:
  virtual Step<RowSequence> scan(CommandScope& scope, const QuerySpec& query) = 0;
  virtual Step<void> write(CommandScope& scope, WriteCommand& command) = 0;
  virtual const Traits& traits() const noexcept = 0;

  /// Begins a command called by another one; fills what the child needs in its scope.
  virtual void enter(CommandScope& scope, const ArgumentsView& arguments) = 0;
  /// Ends a command. With an error, its writes are rolled back if its caller continues.
  virtual void leave(CommandScope& scope, const std::exception_ptr& error) noexcept = 0;

  /// Returns how much the transaction has written: the savepoint for what is written from now on.
  virtual std::size_t writesCount() const noexcept = 0;
  /// Marks everything since the savepoint (a number that `writesCount` returned) for rollback. The runner rolls back
  /// before it reads, writes or commits anything else.
  virtual void rollbackTo(std::size_t savepoint) noexcept = 0;

  /// For selectors with memoization.selfChild: returns the cached result, or null after preparing `scope` to record
  /// the reads that the new result will depend on.
  virtual ResultBoxPtr findMemo(CommandScope& scope, const ArgumentsView& arguments) = 0;
  virtual void storeMemo(CommandScope& scope, ResultBoxPtr result) = 0;

 protected:
  ~CommandRunner() = default;
};

/// Leaves a command that was destroyed before it ended, as if it had been cancelled.
void leaveUnfinished(CommandScope& scope) noexcept;

}  // namespace detail
}  // namespace hyperdb
