// Session: the database of one scenario, over the driver that was asked for.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>

#include <hyperdb/cached_selector.hpp>
#include <hyperdb/execute.hpp>
#include <hyperdb/subscribable_db.hpp>

#include "commands.hpp"
#include "support/temp_folder.hpp"

namespace hyperdb::conformance {

enum class DriverChoice : unsigned char {
  memory,               ///< everything completes at once: the synchronous functions
  late,                 ///< everything completes later, in random order: the asynchronous functions
  sqlite,               ///< SqlDriver, in memory
  asyncSqlite,          ///< AsyncSqlDriver, in a temporary file: the asynchronous functions
  hybrid,               ///< HybridDB over SqlDriver
  preloaded,            ///< PreloadedHybridDB over SqlDriver
  hybridAsyncSqlite,    ///< HybridDB over AsyncSqlDriver: the asynchronous functions
  preloadedAsyncSqlite  ///< PreloadedHybridDB over AsyncSqlDriver: the asynchronous functions
};

struct SessionOptions {
  DriverChoice driver = DriverChoice::memory;
  bool followsReferenceQuirks = true;
  bool runtimeRowsValidation = false;
  std::uint64_t seed = 1;
};

/// A live result, whichever way it is kept.
class Watched {
 public:
  virtual ~Watched() = default;
  /// Brings it up to date. Throws what the selector throws.
  virtual Rows<Object> rows() = 0;
  virtual std::uint64_t runsCount() const = 0;
  virtual Subscription subscribe(std::function<void()> callback) = 0;
};

class Session {
 public:
  explicit Session(const SessionOptions& options);

  const SubscribableDB& db() const noexcept { return db_; }
  void load(const std::vector<AnyTable>& tables);
  /// Runs an action or a selector to its end. Throws what it throws.
  template <class T, class... Args>
  T run(const ActionCall<T, Args...>& call) {
    if (isSynchronous()) return syncDispatch(db_, call);
    return await(asyncDispatch(db_, call));
  }
  template <class T, class... Args>
  T run(const SelectorCall<T, Args...>& call) {
    if (isSynchronous()) return select(db_, call);
    return await(selectAsync(db_, call));
  }
  std::unique_ptr<Watched> watch(const WatchCall& call);

  template <class T>
  T await(Completion<T> completion) {
    settle();
    if (!completion.isReady()) throw std::runtime_error("the database has nothing to do and did not answer");
    return completion.get();
  }
  /// Runs everything that is on its way, and waits for what is on its way on other threads.
  void settle();

 private:
  SubscribableDB makeDatabase();
  std::unique_ptr<Driver> makeDriver();
  std::unique_ptr<Driver> makeAsyncStorage();
  bool isSynchronous() const noexcept { return options_.driver != DriverChoice::late && !isIdle_; }

  SessionOptions options_;
  std::unique_ptr<test::TempFolder> folder_;  // made when it is needed
  RunLoop loop_;                              // outlives the database
  std::function<bool()> isIdle_;              ///< of the driver that works on threads of its own; empty: there is none
  SubscribableDB db_;
};

}  // namespace hyperdb::conformance
