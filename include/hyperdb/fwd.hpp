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
template <class T>
class Selector;
template <class T>
class AsyncSelector;
template <class T>
class CachedSelector;
template <class Row>
class Changes;
template <class T>
class Completion;
template <class Row>
class RowPtr;
template <class Row>
class Rows;
template <class Row>
class Table;

}  // namespace hyperdb
