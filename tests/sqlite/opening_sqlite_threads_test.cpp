// Opening a file that another process is just creating.
#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <sqlite3.h>

#include <hyperdb/sql_driver.hpp>

#include "conformance/driver_fixture.hpp"
#include "support/temp_folder.hpp"
#include "support/thrown.hpp"

namespace hyperdb::test {
namespace {

using std::chrono::milliseconds;

/// Has a new file's write lock, as its creator has for a moment.
class Maker {
 public:
  explicit Maker(const std::string& file) {
    sqlite3_open(file.c_str(), &handle_);
    sqlite3_busy_timeout(handle_, 60'000);  // the driver holds a lock for reading at times
    EXPECT_EQ(sqlite3_exec(handle_, "BEGIN IMMEDIATE; CREATE TABLE mine (x)", nullptr, nullptr, nullptr), SQLITE_OK);
  }
  Maker(const Maker&) = delete;
  Maker& operator=(const Maker&) = delete;
  ~Maker() { sqlite3_close(handle_); }
  void finish() { EXPECT_EQ(sqlite3_exec(handle_, "COMMIT", nullptr, nullptr, nullptr), SQLITE_OK); }

 private:
  sqlite3* handle_ = nullptr;
};

TEST(SqliteOpening, WaitsForWhoIsMakingTheFile) {
  const TempFolder folder;
  Maker maker(folder.file());
  std::thread other([&] {
    std::this_thread::sleep_for(milliseconds(30));
    maker.finish();
  });
  const std::optional<Error> error = thrown([&] { SqlDriver(folder.file(), {.busyTimeoutMs = 60'000}); });
  other.join();
  EXPECT_FALSE(error) << error->what();
}

TEST(SqliteOpening, GivesUpWhenTheFileStaysLocked) {
  const TempFolder folder;
  const Maker maker(folder.file());
  const auto start = std::chrono::steady_clock::now();
  const std::optional<Error> error = thrown([&] { SqlDriver(folder.file(), {.busyTimeoutMs = 40}); });
  EXPECT_GE(std::chrono::steady_clock::now() - start, milliseconds(40));
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::driverFailure);
  EXPECT_NE(error->message().find("longer than 40 ms"), std::string::npos) << error->message();
}

TEST(SqliteOpening, OfANewFileMayBeDoneByManyAtTheSameTime) {
  const TempFolder folder;
  for (int round = 0; round < 20; ++round) {
    const std::string file = folder.file("new" + std::to_string(round) + ".sqlite");
    std::vector<std::optional<Error>> errors(4);
    std::vector<std::thread> threads;
    for (auto& error : errors) {
      threads.emplace_back([&] {
        error = thrown([&] {
          SqlDriver driver(file, {.busyTimeoutMs = 60'000});
          driver.loadTables(std::vector{peopleTable().sharedDef()}).get();
        });
      });
    }
    for (std::thread& each : threads) each.join();
    for (const auto& error : errors) EXPECT_FALSE(error) << error->what();
  }
}

}  // namespace
}  // namespace hyperdb::test
