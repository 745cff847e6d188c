// Opening a file for the asynchronous driver, and what it refuses.
#include <fstream>

#include "sqlite/async_fixture.hpp"

namespace hyperdb::test {
namespace {

class AsyncSqlOpening : public AsyncSqlTest {
 protected:
  static std::string messageOf(const std::string& path, const AsyncSqlOptions& options = {}) {
    try {
      const AsyncSqlDriver opened(path, options);
    } catch (const Error& error) {
      return std::string(errorCodeName(error.code())) + ": " + error.message();
    }
    return "no error";
  }
};

TEST_F(AsyncSqlOpening, AFileThatCannotBeOpenedIsToldAtOnceByName) {
  const std::string missing = folder.file("no/such/folder.sqlite");
  EXPECT_NE(messageOf(missing).find(missing), std::string::npos) << messageOf(missing);
  EXPECT_EQ(codeOf([&] { AsyncSqlDriver{missing}; }), ErrorCode::driverFailure);
  EXPECT_EQ(codeOf([&] { AsyncSqlDriver{folder.path().string()}; }), ErrorCode::driverFailure);
  std::ofstream(folder.file("text.sqlite")) << std::string(5000, 'x');
  EXPECT_EQ(codeOf([&] { AsyncSqlDriver{folder.file("text.sqlite")}; }), ErrorCode::driverFailure);
  EXPECT_EQ(codeOf([&] { AsyncSqlDriver{""}; }), ErrorCode::invalidArgument);
}

TEST_F(AsyncSqlOpening, WhatOnlyTheSynchronousDriverCanDoIsRefusedAndSaysSo) {
  EXPECT_EQ(codeOf([] { AsyncSqlDriver{":memory:"}; }), ErrorCode::invalidArgument);
  EXPECT_NE(messageOf(":memory:").find("use SqlDriver"), std::string::npos);
  AsyncSqlOptions truncate;
  truncate.journalMode = JournalMode::truncate;
  EXPECT_EQ(codeOf([&] { AsyncSqlDriver{folder.file(), truncate}; }), ErrorCode::invalidArgument);
  EXPECT_NE(messageOf(folder.file(), truncate).find("use SqlDriver"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(folder.file()));
}

TEST_F(AsyncSqlOpening, ReadersAreNeeded) {
  AsyncSqlOptions options;
  options.readersMax = 0;
  EXPECT_EQ(codeOf([&] { AsyncSqlDriver{folder.file(), options}; }), ErrorCode::invalidArgument);
}

TEST_F(AsyncSqlOpening, ADriverWithoutADatabaseDoesNothing) {
  AsyncSqlDriver alone(folder.file());
  EXPECT_EQ(codeOf([&] { alone.begin(TransactionMode::readOnly).get(); }), ErrorCode::invalidArgument);
  EXPECT_EQ(codeOf([&] { alone.loadTables({}).get(); }), ErrorCode::invalidArgument);
  EXPECT_TRUE(alone.isIdle());
  alone.close();
  EXPECT_EQ(codeOf([&] { alone.begin(TransactionMode::readOnly).get(); }), ErrorCode::closed);
}

TEST_F(AsyncSqlOpening, BothDriversReadWhatTheOtherHasWritten) {
  open();
  store(makeRows(3));
  driver = nullptr;
  {
    const auto other = openAgain();
    const Transaction transaction = other->begin(TransactionMode::readWrite).get();
    EXPECT_EQ(transaction->scan(everybody()).get().rows.size(), 3U);
    transaction->insert(people.def(), makeRows(2, "more")).get();
    transaction->commit().get();
  }
  open();
  EXPECT_EQ(storedCount(), 5U);
}

TEST_F(AsyncSqlOpening, AFileOpenedForReadingOnlyIsReadAndNotWritten) {
  open();
  store(makeRows(3));
  driver = nullptr;
  AsyncSqlOptions options;
  options.readOnly = true;
  open(options);
  EXPECT_EQ(storedCount(), 3U);
  EXPECT_EQ(errorOf(driver->begin(TransactionMode::readWrite)), ErrorCode::driverFailure);
  const DynamicTable news = defineTable("news", {{"id", v::string()}});
  EXPECT_EQ(errorOf(driver->loadTables(std::vector{news.sharedDef()})), ErrorCode::driverFailure);
  EXPECT_EQ(storedCount(), 3U);
}

TEST_F(AsyncSqlOpening, AMovedDriverGoesOn) {
  open();
  AsyncSqlDriver moved = std::move(*driver);
  driver = std::make_unique<AsyncSqlDriver>(std::move(moved));
  store(makeRows(2));
  EXPECT_EQ(storedCount(), 2U);
}

TEST_F(AsyncSqlOpening, WorkIsCounted) {
  open();
  store(makeRows(10));
  const std::uint64_t before = driver->counters().rowsExamined;
  const ScanResult result = await(begin(TransactionMode::readOnly)->scan(everybody()));
  EXPECT_EQ(result.rowsExamined, 10U);
  EXPECT_EQ(driver->counters().rowsExamined - before, 10U);
}

}  // namespace
}  // namespace hyperdb::test
