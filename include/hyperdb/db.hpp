// DB: tables, a driver, and the execution of commands. Start here.
//
// A database runs on one executor; the thread that runs the executor is the home thread. The synchronous functions
// and everything on handles must be called there (builds with assertions check it). The asynchronous functions,
// `snapshot`, `executor` and `isClosed` may be called, and handles copied, by any thread.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include <hyperdb/clock.hpp>
#include <hyperdb/engine/driver.hpp>
#include <hyperdb/executor.hpp>
#include <hyperdb/stats.hpp>
#include <hyperdb/table.hpp>
#include <hyperdb/traits.hpp>

namespace hyperdb {

class Tracer;

/// Switches that restore behaviour of the TypeScript reference that HyperDB for C++ corrects (see ARCHITECTURE.md).
/// For comparing results; otherwise leave them off.
struct ReferenceQuirks {
  bool lastBoundWins = false;     ///< of two equal operators on one column the last counts, instead of both
  bool emptyOrIsError = false;    ///< in an action an OR of no branches is an error, instead of no rows
  bool nestedWritesStay = false;  ///< the writes of a nested action that threw stay when its caller catches
  /// Loading a table with a `uniqhash` of several columns is refused with Error(invalidDefinition).
  bool uniqhashHasOneColumn = false;
  static ReferenceQuirks all() noexcept { return {true, true, true, true}; }
};

/// Options of a database, passed to its constructor.
struct DBOptions {
  // Behaviour.
  /// Check rows by the full validators of their table on writes and when a driver returns them. Off by default, for
  /// speed: rows of structs have the right types already, and what can't be stored is always refused. Switch it on
  /// for dynamic tables, and for files that other programs write.
  bool runtimeRowsValidation = false;
  /// Refuse calls of selectors and actions whose arguments can't be stored (finite numbers, UTF-8, known enumerators)
  /// with Error(invalidArgument). Off by default, for speed; arguments of cached selectors are always checked.
  bool argumentsValidation = false;
  /// Behaviour of the TypeScript reference to restore; none by default.
  ReferenceQuirks referenceQuirks = {};
  /// Milliseconds that a cached result lives after its last subscriber left, unless the selector's options set their
  /// own time. The default bridges a change of view in a user interface. 0: not at all. A negative value is refused
  /// (invalidArgument).
  std::int64_t gcTimeMs = 30'000;

  // Environment. Objects pointed to must outlive the database.
  Executor* executor = nullptr;  ///< null: a RunLoop that the database owns, see DB::executor
  Clock* clock = nullptr;        ///< null: the steady clock
  Tracer* tracer = nullptr;      ///< null: the global default tracer, if there is one

  /// The name of the database in traces; tells several databases apart that report to one tracer.
  std::string name = {};
};

namespace detail {
class DatabaseCore;
}

class LoadTables;
class Snapshot;

/// A handle on a database; copies share it. The database closes when the last handle and cached selector is gone and
/// no asynchronous command is running.
class DB {
 public:
  /// Makes a database over this driver, which it owns. It has no tables until `loadTables` has run. Throws
  /// Error(invalidArgument): no driver, a negative gcTimeMs. Without an executor in the options the calling thread
  /// becomes the home thread.
  template <class DriverType>
    requires std::is_base_of_v<Driver, DriverType>
  explicit DB(DriverType driver, DBOptions options = {})
      : DB(std::unique_ptr<Driver>(std::make_unique<DriverType>(std::move(driver))), options) {}
  explicit DB(std::unique_ptr<Driver> driver, DBOptions options = {});

  /// Describes the loading of tables; `execSync` or `execAsync` runs it. It fails as a whole, with
  /// Error(invalidDefinition), when another definition has the name of one of these tables. A table that is loaded
  /// already is not an error: loading may be repeated and extended. Keeps the definitions alive.
  LoadTables loadTables(std::vector<AnyTable> tables) const;

  /// Returns a view of the same database: everything that runs through it has this handle's traits followed by these.
  DB withTraits(Traits traits) const;
  const Traits& traits() const noexcept { return traits_; }

  /// Returns an immutable snapshot of the last committed state, which any thread may read while writers continue: see
  /// snapshot.hpp. O(1). Any thread. Throws Error(closed), Error(invalidArgument) for a storage that has no
  /// snapshots.
  Snapshot snapshot() const;

  /// Returns the executor. It lives as long as the database; one that was passed in the options as long as its owner
  /// keeps it.
  Executor& executor() const noexcept;
  /// Returns the driver, for the functions that only it has. The database does not notice, or announce, writes that
  /// bypass it.
  Driver& driver() const noexcept;
  /// Returns the driver as this type. Throws Error(invalidArgument) when it is of another type.
  template <class DriverType>
  DriverType& driverAs() const {
    if (auto* driver = dynamic_cast<DriverType*>(&this->driver())) return *driver;
    throwOtherDriver();
  }
  /// Returns the number of committed actions. Home thread.
  std::int64_t revision() const;
  /// Returns what is alive, after releasing expired cached selectors and memory that only dropped snapshots and
  /// results used. Home thread; also after `close`.
  Stats stats() const;
  /// Returns how much work was done. Releases expired cached selectors as `stats` does. Home thread; also after
  /// `close`.
  Counters counters() const;
  /// Sets the tracer for commands that begin from now on. Null switches tracing off. The tracer must outlive the
  /// database or be replaced first. Home thread.
  void setTracer(Tracer* tracer) const;

  /// Cancels running commands (they fail with Error(cancelled)), releases cached selectors and closes the driver. A
  /// commit in progress ends as the storage reports, with Error(driverFailure) if the storage does not report.
  /// Afterwards every function throws Error(closed) and no callback is called. Closing twice is not an error, and
  /// neither is closing from inside a command or a callback: what is still on the stack is destroyed when it has left
  /// the stack. Home thread.
  void close() const;
  bool isClosed() const noexcept;  ///< any thread

  detail::DatabaseCore& core() const noexcept { return *core_; }
  const std::shared_ptr<detail::DatabaseCore>& sharedCore() const noexcept { return core_; }

 protected:
  DB(std::shared_ptr<detail::DatabaseCore> core, Traits traits) noexcept;

 private:
  [[noreturn]] void throwOtherDriver() const;

  std::shared_ptr<detail::DatabaseCore> core_;
  Traits traits_;
};

/// The result of `db.loadTables(...)`: run it with execSync or execAsync.
class [[nodiscard]] LoadTables {
 public:
  LoadTables(std::shared_ptr<detail::DatabaseCore> core, std::vector<std::shared_ptr<const TableDef>> tables);
  /// Loads the tables. Throws Error(notSynchronous) if the storage does not answer at once or a write transaction is
  /// open. Home thread.
  void runSync() const;
  /// Loads the tables after the write transactions that are open or queued. Any thread.
  Completion<void> runAsync() const;
  /// Throws Error(invalidArgument) when the tables are to be loaded into another database.
  void checkBelongsTo(const DB& db) const;

 private:
  std::shared_ptr<detail::DatabaseCore> core_;
  std::vector<std::shared_ptr<const TableDef>> tables_;
};

}  // namespace hyperdb
