// DB: tables, a driver, and the execution of commands. Start here.
//
// A database lives on one executor. Its home thread is the one that runs that executor: the synchronous functions and
// everything on handles belong there (builds with assertions check it); the asynchronous functions, `snapshot`,
// `executor`, `isClosed` and copying a handle may be called by any thread.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include <hyperdb/clock.hpp>
#include <hyperdb/driver.hpp>
#include <hyperdb/executor.hpp>
#include <hyperdb/stats.hpp>
#include <hyperdb/table.hpp>
#include <hyperdb/traits.hpp>

namespace hyperdb {

class Tracer;

/// How far an option follows the TypeScript reference where it is at fault (see ARCHITECTURE.md).
struct ReferenceQuirks {
  bool lastBoundWins = false;     ///< of two equal operators on one column the last counts, instead of both
  bool emptyOrIsError = false;    ///< in an action an OR of no branches is an error, instead of no rows
  bool nestedWritesStay = false;  ///< what a nested action wrote before it threw stays when that is caught
  /// Loading a table with a `uniqhash` of several columns is refused with Error(invalidDefinition).
  bool uniqhashHasOneColumn = false;
  static ReferenceQuirks all() noexcept { return {true, true, true, true}; }
};

/// Options of a database, given when it is made.
struct DBOptions {
  // Behaviour.
  /// Rows are checked by the full validators of their table on writes and when a driver returns them; otherwise only
  /// what can't be stored is refused.
  bool runtimeRowsValidation = false;
  /// Arguments of selectors and actions must be storable (finite numbers, UTF-8, known enumerators), or the call is
  /// refused with Error(invalidArgument). Arguments of cached selectors always must be.
  bool argumentsValidation = false;
  ReferenceQuirks referenceQuirks = {};
  /// How long cached selectors live after their last subscriber left, unless they say so themselves; 0: not at all.
  /// A negative one is refused (invalidArgument).
  std::int64_t gcTimeMs = 30'000;

  // Environment. What is pointed to must outlive the database.
  Executor* executor = nullptr;  ///< null: a RunLoop of the database's own, see DB::executor
  Clock* clock = nullptr;        ///< null: the steady clock
  Tracer* tracer = nullptr;      ///< null: the global default tracer, if there is one

  /// What traces call the database, so that several can report to one tracer.
  std::string name = {};
};

namespace detail {
class DatabaseCore;
}

class LoadTables;
class Snapshot;

/// A handle on a database; copies share it. The database closes when the last handle and cached selector is gone and no
/// asynchronous command is on its way.
class DB {
 public:
  /// A database over this driver, which it owns. It has no tables until some are loaded. Throws Error(invalidArgument):
  /// no driver, a negative gcTimeMs. The thread that makes it without an executor in the options becomes its home
  /// thread.
  template <class DriverType>
    requires std::is_base_of_v<Driver, DriverType>
  explicit DB(DriverType driver, DBOptions options = {})
      : DB(std::unique_ptr<Driver>(std::make_unique<DriverType>(std::move(driver))), options) {}
  explicit DB(std::unique_ptr<Driver> driver, DBOptions options = {});

  /// Describes the loading of tables; `execSync` or `execAsync` runs it. It fails as a whole, with
  /// Error(invalidDefinition), when a name is taken by another definition. A table that is loaded already is not an
  /// error: loading may be repeated and extended. Keeps the definitions alive.
  LoadTables loadTables(std::vector<AnyTable> tables) const;

  /// The same database, with labels, behind those that this handle has, on everything that is run through the result.
  DB withTraits(Traits traits) const;
  const Traits& traits() const noexcept { return traits_; }

  /// The last committed state, frozen, to be read by any thread while writers go on: see snapshot.hpp. O(1). Any
  /// thread. Throws Error(closed), Error(invalidArgument) for a storage that has no snapshots.
  Snapshot snapshot() const;

  /// Lives as long as the database, or as its owner says if it was given in the options.
  Executor& executor() const noexcept;
  /// For what only this driver has. What is written past the database is not announced to anybody.
  Driver& driver() const noexcept;
  /// The same, as the type that it was made as. Throws Error(invalidArgument) when it is another one.
  template <class DriverType>
  DriverType& driverAs() const {
    if (auto* driver = dynamic_cast<DriverType*>(&this->driver())) return *driver;
    throwOtherDriver();
  }
  /// How many actions were committed. Home thread.
  std::int64_t revision() const;
  /// What is alive, after dropping cached selectors whose time is over, and what only snapshots and results needed that
  /// are gone. Home thread; also after `close`.
  Stats stats() const;
  /// How much work was done. Drops cached selectors as `stats` does. Home thread; also after `close`.
  Counters counters() const;
  /// For commands that begin from now on. Null switches tracing off. The tracer must outlive the database, or its use.
  /// Home thread.
  void setTracer(Tracer* tracer) const;

  /// Home thread. Gives up what is running (it ends with Error(cancelled)), drops cached selectors, closes the driver.
  /// A commit that is on its way ends as the storage says, with Error(driverFailure) if that does not say. Everything
  /// after that throws Error(closed), nobody is called back any more. Closing twice is fine, and so is closing from
  /// inside a command or a callback: what is on the stack is let go of when it is off it.
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

/// What `db.loadTables(...)` gives: run it with execSync or execAsync.
class [[nodiscard]] LoadTables {
 public:
  LoadTables(std::shared_ptr<detail::DatabaseCore> core, std::vector<std::shared_ptr<const TableDef>> tables);
  /// Home thread. Throws Error(notSynchronous) if the storage does not answer at once or a write transaction is open.
  void runSync() const;
  /// Any thread. Waits its turn behind open write transactions.
  Completion<void> runAsync() const;
  /// Throws Error(invalidArgument) when the tables are to be loaded into another database.
  void checkBelongsTo(const DB& db) const;

 private:
  std::shared_ptr<detail::DatabaseCore> core_;
  std::vector<std::shared_ptr<const TableDef>> tables_;
};

}  // namespace hyperdb
