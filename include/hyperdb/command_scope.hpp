// The seam between commands (coroutines that describe work) and the runtime that does it; options of commands.
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

#include <hyperdb/coroutine.hpp>
#include <hyperdb/query_spec.hpp>
#include <hyperdb/row_sequence.hpp>
#include <hyperdb/traits.hpp>
#include <hyperdb/validator.hpp>
#include <hyperdb/value.hpp>
#include <hyperdb/writes.hpp>

namespace hyperdb {

struct TraceSpan;

/// What a coroutine that the runtime runs is.
enum class CommandKind : unsigned char { selector, action, hook };

/// How results of a selector are kept.
struct Memoization {
  bool root = true;        ///< cached selectors with equal arguments share one entry
  bool selfChild = false;  ///< run by another selector, its result is kept while no write touches what it read
};

/// Options of a selector, given where it is defined.
struct SelectorOptions {
  static constexpr std::int64_t unsetGcTimeMs = -1;

  /// How long an entry lives after its last subscriber left, and after each read without one; 0: not at all; unset:
  /// DBOptions::gcTimeMs. Negative ones are refused (invalidDefinition).
  std::int64_t gcTimeMs = unsetGcTimeMs;
  Memoization memoization = {};
  bool traced = true;  ///< false: never appears in traces
};

/// Options of an action, given where it is defined.
struct ActionOptions {
  bool traced = true;  ///< false: never appears in traces
};

namespace detail {

/// A selector or an action: name, argument names, options. Its address is its identity in caches, which keep it alive.
struct CommandDef : std::enable_shared_from_this<CommandDef> {
  CommandDef(std::string commandName, std::vector<std::string> names, CommandKind commandKind, SelectorOptions its)
      : name(std::move(commandName)), argumentNames(std::move(names)), kind(commandKind), options(its) {}

  std::string name;
  std::vector<std::string> argumentNames;
  CommandKind kind;
  SelectorOptions options;
};

struct FieldOps;

/// One argument and what can be done with it.
struct ArgumentSlot {
  const void* content;
  const FieldOps* ops;
};

/// The arguments of one call, described only when somebody asks (a trace, a cache key).
struct ArgumentsView {
  const void* arguments = nullptr;
  std::size_t count = 0;
  void (*list)(const void* arguments, ArgumentSlot* out) = nullptr;  ///< fills `out[0]` to `out[count - 1]`

  /// Each argument as a value; one that is absent (an empty optional) as undefined.
  Array toArray() const;
  /// Whether all can be stored; else fills in which is the first that can't, and why.
  bool areStorable(std::size_t& position, ValidationFailure& failure) const;
};

/// Throws Error(invalidArgument), naming command and argument, when an argument can't be stored: a number that is not
/// finite, text that is not UTF-8, a value that no enumerator has.
void checkArguments(const CommandDef& def, const ArgumentsView& arguments);

/// A result of any type, to keep and to compare.
class ResultBox {
 public:
  virtual ~ResultBox() = default;
  /// Whether the other box (of the same type) holds the same result, so that nobody needs to hear of it.
  virtual bool same(const ResultBox& other) const = 0;
};
using ResultBoxPtr = std::shared_ptr<const ResultBox>;

class CommandRunner;
class DependencyRecorder;

/// One running command. Lives in the frame of whoever runs it.
struct CommandScope {
  CommandRunner* runner = nullptr;
  CommandScope* parent = nullptr;
  const CommandDef* def = nullptr;
  DependencyRecorder* recorder = nullptr;  ///< notes what is read; null when nobody wants to know
  TraceSpan* span = nullptr;               ///< null when not traced
  bool canWrite = false;
  bool inScanHook = false;
  std::size_t writesBefore = 0;  ///< `writesCount` when the command began
};

/// The runtime's side. All calls on the executor.
class CommandRunner {
 public:
  virtual Step<RowSequence> scan(CommandScope& scope, const QuerySpec& query) = 0;
  virtual Step<void> write(CommandScope& scope, WriteCommand& command) = 0;
  virtual const Traits& traits() const noexcept = 0;

  /// A command called by another one begins; fills what the child needs in its scope.
  virtual void enter(CommandScope& scope, const ArgumentsView& arguments) = 0;
  /// With an error: what it wrote is rolled back if its caller goes on.
  virtual void leave(CommandScope& scope, const std::exception_ptr& error) noexcept = 0;

  /// How much the transaction has written: the savepoint of what is written from now on.
  virtual std::size_t writesCount() const noexcept = 0;
  /// Notes a rollback to a savepoint, a number that `writesCount` gave. The runner does it before it reads, writes or
  /// commits anything else.
  virtual void rollbackTo(std::size_t savepoint) noexcept = 0;

  /// For selectors with memoization.selfChild: the kept result, or null after preparing `scope` so that what is read
  /// from now on is noted for it.
  virtual ResultBoxPtr findMemo(CommandScope& scope, const ArgumentsView& arguments) = 0;
  virtual void storeMemo(CommandScope& scope, ResultBoxPtr result) = 0;

 protected:
  ~CommandRunner() = default;
};

/// Leaves a command that was destroyed before it ended: as one that was cancelled.
void leaveUnfinished(CommandScope& scope) noexcept;

}  // namespace detail
}  // namespace hyperdb
