// The names of HyperDB's types, for headers that only pass them on. Costs no other include.
#pragma once

namespace hyperdb {

class BigInt;
class BptreeInmemDriver;
class Clock;
class DB;
class Driver;
class DriverTransaction;
class Error;
class Executor;
class HybridDB;
class LoadTables;
class Object;
class PreloadedHybridDB;
class RowRef;
class RowSequence;
class RowType;
class RunLoop;
class Snapshot;
class SqlDriver;
class SubscribableDB;
class Subscription;
class TableDef;
class Timer;
class TraceStore;
class Tracer;
class Validator;
class Value;

struct Condition;
struct CommitEvent;
struct CommitReport;
struct Counters;
struct DBOptions;
struct HookContext;
struct HybridEvent;
struct HybridOptions;
struct KeyRange;
struct Op;
struct QuerySpec;
struct ScanPlan;
struct SqlOptions;
struct Stats;
struct Trace;
struct Trait;
struct WakeReason;
struct WriteCommand;

template <class T = void>
class Action;
template <class T, class... Args>
class ActionCall;
template <class T>
class Selector;
template <class T, class... Args>
class SelectorCall;
template <class T>
class AsyncSelector;
template <class T>
class CachedSelector;
template <class Row>
class Changes;
template <class T>
class Completion;
template <class Row>
struct ChangeOp;
template <class Row>
class RowPtr;
template <class Row>
class Rows;
template <class Row>
class Table;

namespace detail {
template <template <class, class...> class CallType, class T, class... Args>
class Definition;
}

/// The result of `selector`: called with its arguments it describes a call. A header names the type when a source
/// file has the definition, so that modules can call each other:
///
///     extern const SelectorDef<Rows<Task>, std::string> projectTasks;            // tasks.hpp
///     const auto projectTasks = selector("projectTasks", {"projectId"}, ...);    // tasks.cpp includes tasks.hpp
///
/// Other source files may name it, but not call it, before `main`. Copies are the same selector.
template <class T, class... Args>
using SelectorDef = detail::Definition<SelectorCall, T, Args...>;
/// The result of `action`, in the same way: `extern const ActionDef<void, std::string> addTask;`
template <class T, class... Args>
using ActionDef = detail::Definition<ActionCall, T, Args...>;

}  // namespace hyperdb
