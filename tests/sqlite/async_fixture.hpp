// An asynchronous SQLite driver on a file of the test's own, without a database above it.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <hyperdb/async_sql_driver.hpp>
#include <hyperdb/sql_driver.hpp>

#include "conformance/driver_fixture.hpp"
#include "support/plain_host.hpp"
#include "support/temp_folder.hpp"
#include "support/test_duration.hpp"
#include "support/test_random.hpp"
#include "support/thrown.hpp"

namespace hyperdb::test {

class AsyncSqlTest : public ::testing::Test {
 protected:
  using Transaction = std::unique_ptr<DriverTransaction>;
  using Rows = std::vector<RowRef>;

  void open(const AsyncSqlOptions& options = {}) {
    driver = std::make_unique<AsyncSqlDriver>(folder.file(), options);
    driver->attach(host);
    await(driver->loadTables(std::vector{people.sharedDef()}));
  }
  /// The same file, synchronously, as another program would have it.
  std::unique_ptr<SqlDriver> openAgain(const SqlOptions& options = {}) {
    auto other = std::make_unique<SqlDriver>(folder.file(), options);
    other->loadTables(std::vector{people.sharedDef()}).get();
    return other;
  }

  template <class T>
  T await(Completion<T> completion) {
    return runUntilReady(loop, std::move(completion));
  }
  template <class T>
  std::optional<ErrorCode> errorOf(Completion<T> completion) {
    return codeOf([&] { await(std::move(completion)); });
  }
  void waitUntilIdle() {
    while (!driver->isIdle()) {
      loop.runUntil([this] { return driver->isIdle(); });
      loop.runReady();
    }
  }

  Transaction begin(TransactionMode mode = TransactionMode::readWrite) { return await(driver->begin(mode)); }
  /// With the ids "<prefix>0", "<prefix>1", ...
  Rows makeRows(std::size_t count, const std::string& prefix = "r") const {
    Rows rows;
    for (std::size_t i = 0; i < count; ++i) {
      rows.push_back(person(people, (prefix + std::to_string(i)).c_str(), "x", static_cast<int>(i)));
    }
    return rows;
  }
  void store(const Rows& rows) {
    const Transaction transaction = begin();
    await(transaction->insert(people.def(), rows));
    await(transaction->commit());
  }
  ScanPlan everybody() const { return planQuery(selectFrom(people, "byTeamAge").spec()); }
  std::size_t countIn(DriverTransaction& transaction) { return await(transaction.scan(everybody())).rows.size(); }
  std::size_t storedCount() { return countIn(*begin(TransactionMode::readOnly)); }

  TempFolder folder;
  RunLoop loop;
  PlainHost host{loop};
  DynamicTable people = peopleTable();
  std::unique_ptr<AsyncSqlDriver> driver;
};

}  // namespace hyperdb::test
