#include "session.hpp"

#include <utility>

#include <hyperdb/async_sql_driver.hpp>
#include <hyperdb/hybrid_db.hpp>
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
  Subscription subscribe(std::function<void()> callback) override { return live_.subscribe(std::move(callback)); }

 private:
  CachedSelector<Rows<Object>> live_;
};

class AsyncWatched final : public Watched {
 public:
  AsyncWatched(Session& session, AsyncSelector<Rows<Object>> live) : session_(session), live_(std::move(live)) {}
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

/// What stands below drivers of two tiers.
std::unique_ptr<Driver> makeStorage() {
#ifdef HYPERDB_WITH_SQLITE
  return std::make_unique<SqlDriver>(":memory:");
#else
  return std::make_unique<BptreeInmemDriver>();
#endif
}

}  // namespace

SubscribableDB Session::makeDatabase() {
  DBOptions dbOptions;
  dbOptions.runtimeRowsValidation = options_.runtimeRowsValidation;
  if (options_.followsReferenceQuirks) dbOptions.referenceQuirks = ReferenceQuirks::all();
  dbOptions.executor = &loop_;
  return SubscribableDB(DB(makeDriver(), dbOptions));
}

std::unique_ptr<Driver> Session::makeDriver() {
  switch (options_.driver) {
    case DriverChoice::memory: break;
    case DriverChoice::late: {
      test::LateOptions late;
      late.seed = options_.seed;
      return std::make_unique<test::LateDriver>(std::make_unique<BptreeInmemDriver>(), loop_, late);
    }
    case DriverChoice::sqlite: return makeStorage();
    case DriverChoice::asyncSqlite: return makeAsyncStorage();
    case DriverChoice::hybrid: return std::make_unique<HybridDB>(makeStorage());
    case DriverChoice::preloaded: return std::make_unique<PreloadedHybridDB>(makeStorage());
    case DriverChoice::hybridAsyncSqlite: return std::make_unique<HybridDB>(makeAsyncStorage());
    case DriverChoice::preloadedAsyncSqlite: return std::make_unique<PreloadedHybridDB>(makeAsyncStorage());
  }
  return std::make_unique<BptreeInmemDriver>();
}

std::unique_ptr<Driver> Session::makeAsyncStorage() {
#ifdef HYPERDB_WITH_SQLITE
  AsyncSqlOptions options;
  options.synchronous = SynchronousLevel::off;
  folder_ = std::make_unique<test::TempFolder>();
  auto driver = std::make_unique<AsyncSqlDriver>(folder_->file(), options);
  isIdle_ = [threads = driver.get()] { return threads->isIdle(); };
  return driver;
#else
  return nullptr;
#endif
}

void Session::settle() {
  loop_.runReady();
  if (!isIdle_) return;
  while (!isIdle_()) {  // what it delivers may ask for more
    loop_.runUntil(isIdle_);
    loop_.runReady();
  }
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
  if (isSynchronous()) return std::make_unique<CachedWatched>(cachedSelector(db_, call));
  return std::make_unique<AsyncWatched>(*this, asyncSelector(db_, call));
}

}  // namespace hyperdb::conformance
