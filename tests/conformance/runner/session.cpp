#include "session.hpp"

#include <utility>

#include <hyperdb/async_sql_driver.hpp>
#include <hyperdb/memory_driver.hpp>
#include <hyperdb/sql_driver.hpp>

#include "support/late_driver.hpp"

namespace hyperdb::conformance {

namespace {

class CachedWatched final : public Watched {
 public:
  explicit CachedWatched(CachedSelector<Rows<Object>> live) : live_(std::move(live)) {}
  Rows<Object> rows() override { return live_.snapshot(); }
  std::uint64_t runsCount() const override { return live_.runsCount(); }
  Subscription subscribe(std::function<void()> callback) override {
    return live_.subscribe(std::move(callback));
  }

 private:
  CachedSelector<Rows<Object>> live_;
};

class AsyncWatched final : public Watched {
 public:
  AsyncWatched(Session& session, AsyncSelector<Rows<Object>> live)
      : session_(session), live_(std::move(live)) {}
  Rows<Object> rows() override {
    session_.await(live_.whenFresh());
    return *live_.data();
  }
  std::uint64_t runsCount() const override { return live_.runsCount(); }
  Subscription subscribe(std::function<void()> callback) override {
    session_.await(live_.whenFresh());  // the first result is not news
    return live_.subscribe(std::move(callback));
  }

 private:
  Session& session_;
  AsyncSelector<Rows<Object>> live_;
};

}  // namespace

SubscribableDB Session::makeDatabase() {
  DBOptions dbOptions;
  dbOptions.runtimeRowsValidation = options_.runtimeRowsValidation;
  if (options_.followsReferenceQuirks) dbOptions.referenceQuirks = ReferenceQuirks::all();
  dbOptions.executor = &loop_;
  if (options_.driver == DriverChoice::memory)
    return SubscribableDB(DB(BptreeInmemDriver(), dbOptions));
#ifdef HYPERDB_HAS_SQLITE
  if (options_.driver == DriverChoice::sqlite)
    return SubscribableDB(DB(SqlDriver(":memory:"), dbOptions));
  if (options_.driver == DriverChoice::asyncSqlite) {
    AsyncSqlOptions sqlOptions;
    sqlOptions.synchronous = SynchronousLevel::off;
    folder_ = std::make_unique<test::TempFolder>();
    return SubscribableDB(DB(AsyncSqlDriver(folder_->file(), sqlOptions), dbOptions));
  }
#endif
  test::LateOptions late;
  late.seed = options_.seed;
  return SubscribableDB(
      DB(test::LateDriver(std::make_unique<BptreeInmemDriver>(), loop_, late), dbOptions));
}

void Session::settle() {
  loop_.runReady();
#ifdef HYPERDB_HAS_SQLITE
  if (options_.driver != DriverChoice::asyncSqlite) return;
  const auto& driver = db_.driverAs<AsyncSqlDriver>();
  while (!driver.isIdle()) {  // what it delivers may ask for more
    loop_.runUntil([&driver] { return driver.isIdle(); });
    loop_.runReady();
  }
#endif
}

Session::Session(const SessionOptions& options) : options_(options), db_(makeDatabase()) {
  db_.onCallbackError([](const std::exception_ptr&) {});  // subscribers throw on purpose
}

void Session::load(const std::vector<AnyTable>& tables) {
  if (isSynchronous()) {
    execSync(db_.loadTables(tables));
  } else {
    await(execAsync(db_.loadTables(tables)));
  }
}

std::unique_ptr<Watched> Session::watch(const WatchCall& call) {
  if (isSynchronous())
    return std::make_unique<CachedWatched>(cachedSelector(db_, call));
  return std::make_unique<AsyncWatched>(*this, asyncSelector(db_, call));
}

}  // namespace hyperdb::conformance
