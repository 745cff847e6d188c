// The driver suite over files of SQLite.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include <hyperdb/async_sql_driver.hpp>
#include <hyperdb/hybrid_db.hpp>
#include <hyperdb/sql_driver.hpp>

#include "conformance/driver_fixture.hpp"
#include "support/temp_folder.hpp"

namespace hyperdb::test {

namespace {

DriverKind sqliteFile() {
  return {"sqliteFile",
          [](DriverFixture& fixture) {
            auto folder = std::make_shared<TempFolder>();
            fixture.driver = std::make_unique<SqlDriver>(folder->file());
            fixture.kept = folder;
          },
          true};
}

DriverKind sqliteTruncateFile() {
  return {"sqliteTruncateFile",
          [](DriverFixture& fixture) {
            auto folder = std::make_shared<TempFolder>();
            SqlOptions options;
            options.journalMode = JournalMode::truncate;
            options.rowCacheRows = 0;
            fixture.driver = std::make_unique<SqlDriver>(folder->file(), options);
            fixture.kept = folder;
          },
          true, false};
}

DriverKind sqliteInMemory() {
  return {"sqliteInMemory", [](DriverFixture& fixture) { fixture.driver = std::make_unique<SqlDriver>(":memory:"); },
          true, false};
}

DriverKind asyncSqlite(std::string name, AsyncSqlOptions options) {
  return {std::move(name),
          [options](DriverFixture& fixture) {
            auto folder = std::make_shared<TempFolder>();
            fixture.driver = std::make_unique<AsyncSqlDriver>(folder->file(), options);
            fixture.kept = folder;
          },
          false};
}

/// In front of threads: a transaction begins in memory, so at once; everything else may have to wait.
template <class Hybrid>
DriverKind overAsyncSqlite(std::string name) {
  return {std::move(name),
          [](DriverFixture& fixture) {
            auto folder = std::make_shared<TempFolder>();
            fixture.driver = std::make_unique<Hybrid>(std::make_unique<AsyncSqlDriver>(folder->file()));
            fixture.kept = folder;
          },
          true};
}

AsyncSqlOptions twoReadersAndNoCache() {
  AsyncSqlOptions options;
  options.readersMax = 2;
  options.rowCacheRows = 0;
  return options;
}

AsyncSqlOptions sharedFile() {
  AsyncSqlOptions options;
  options.sharedFile.enabled = true;
  return options;
}

INSTANTIATE_TEST_SUITE_P(Sqlite, DriverSuite,
                         ::testing::Values(sqliteFile(), sqliteTruncateFile(), sqliteInMemory(),
                                           asyncSqlite("asyncSqlite", {}),
                                           asyncSqlite("asyncSqliteTwoReaders", twoReadersAndNoCache()),
                                           asyncSqlite("asyncSqliteShared", sharedFile()),
                                           overAsyncSqlite<HybridDB>("hybridAsyncSqlite"),
                                           overAsyncSqlite<PreloadedHybridDB>("preloadedAsyncSqlite")),
                         [](const auto& test) { return test.param.name; });

}  // namespace

}  // namespace hyperdb::test
