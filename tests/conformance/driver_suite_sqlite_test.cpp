// The driver suite over files of SQLite.
#include <gtest/gtest.h>

#include <memory>

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
  return {"sqliteInMemory",
          [](DriverFixture& fixture) { fixture.driver = std::make_unique<SqlDriver>(":memory:"); },
          true, false};
}

INSTANTIATE_TEST_SUITE_P(Sqlite, DriverSuite,
                         ::testing::Values(sqliteFile(), sqliteTruncateFile(), sqliteInMemory()),
                         [](const auto& info) { return info.param.name; });

}  // namespace

}  // namespace hyperdb::test
