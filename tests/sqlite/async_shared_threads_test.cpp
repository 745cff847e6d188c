// Commits of other programs, the filling of indexes and the search for damage, beside everything else.
#include <atomic>
#include <thread>

#include "driver/sqlite/connection.hpp"
#include "sqlite/async_fixture.hpp"

namespace hyperdb::test {
namespace {

class AsyncSqlShared : public AsyncSqlTest {
 protected:
  AsyncSqlShared() {
    AsyncSqlOptions options;
    options.sharedFile.enabled = true;
    options.sharedFile.pollIntervalMs = 0;
    open(options);
    other_ = openAgain(options);
  }
  void storeElsewhere(const Rows& rows) {
    const Transaction transaction = other_->begin(TransactionMode::readWrite).get();
    transaction->insert(people.def(), rows).get();
    transaction->commit().get();
  }

 private:
  std::unique_ptr<SqlDriver> other_;
};

TEST_F(AsyncSqlShared, ALookAnnouncesWhatOthersHaveCommittedOnce) {
  storeElsewhere(makeRows(2, "a"));
  storeElsewhere(makeRows(1, "b"));
  driver->pollForCommits();
  driver->pollForCommits();
  EXPECT_TRUE(host.externalCommits.empty()) << "announced inside of the call";
  EXPECT_FALSE(driver->isIdle());
  waitUntilIdle();
  ASSERT_EQ(host.externalCommits.size(), 2U);
  EXPECT_EQ(host.externalCommits[0].size(), 2U);
  EXPECT_EQ(host.externalCommits[1][0].rowId(), "b0");
  EXPECT_EQ(host.unknownChangesCount, 0U);
  driver->pollForCommits();
  waitUntilIdle();
  EXPECT_EQ(host.externalCommits.size(), 2U);
}

TEST_F(AsyncSqlShared, ACommitAnnouncesWhatWasBeforeItBeforeItIsDone) {
  storeElsewhere(makeRows(1, "a"));
  const Transaction transaction = begin();
  await(transaction->insert(people.def(), makeRows(1, "mine")));
  std::size_t announcedBefore = 0;
  bool isDone = false;
  transaction->commit().then(loop, [&](Completion<void> done) {
    done.get();
    announcedBefore = host.externalCommits.size();
    isDone = true;
  });
  loop.runUntil([&] { return isDone; });
  EXPECT_EQ(announcedBefore, 1U);
  driver->pollForCommits();
  waitUntilIdle();
  EXPECT_EQ(host.externalCommits.size(), 1U) << "our own commit is no news";
}

TEST_F(AsyncSqlShared, WhatAProgramWithoutTheLogHasWrittenIsAnUnknownChange) {
  detail::sqlite::Connection(folder.file(), {}, {}).execute("DELETE FROM people");
  driver->pollForCommits();
  waitUntilIdle();
  EXPECT_EQ(host.unknownChangesCount, 1U);
}

TEST_F(AsyncSqlShared, ALookThatIsOnItsWayWhenTheDriverIsClosedAnnouncesNothing) {
  storeElsewhere(makeRows(1));
  driver->pollForCommits();
  driver->close();
  loop.runReady();
  EXPECT_TRUE(host.externalCommits.empty());
  driver->pollForCommits();
}

TEST_F(AsyncSqlShared, ADriverLooksByItselfNowAndThen) {
  AsyncSqlOptions options;
  options.sharedFile.enabled = true;
  options.sharedFile.pollIntervalMs = 5;
  open(options);
  for (std::size_t round = 1; round <= 3; ++round) {
    storeElsewhere(makeRows(1, std::to_string(round) + "-"));
    loop.runUntil([&] { return host.externalCommits.size() == round; });
  }
  EXPECT_EQ(host.unknownChangesCount, 0U);
  driver->close();
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_EQ(loop.runReady(), 0U);
}

class AsyncSqlMaintenance : public AsyncSqlTest {
 protected:
  static DynamicTable withOneMoreIndex() { return peopleTable().index("byAge", {"age"}); }
};

TEST_F(AsyncSqlMaintenance, DamageIsFoundBesideAWriter) {
  open();
  store(makeRows(5));
  EXPECT_EQ(await(driver->findDamage()), std::vector<std::string>());
  const Transaction writer = begin();
  await(writer->insert(people.def(), makeRows(1, "new")));
  EXPECT_EQ(await(driver->findDamage()), std::vector<std::string>());
  writer->rollback();
  waitUntilIdle();
  detail::sqlite::Connection(folder.file(), {}, {}).execute("DELETE FROM \"people/byTeam\"");
  EXPECT_EQ(await(driver->findDamage()).size(), 5U);
  EXPECT_EQ(storedCount(), 5U);
}

TEST_F(AsyncSqlMaintenance, AnIndexIsFilledOnTheWritersThreadAndCanBeStopped) {
  open();
  store(makeRows(3000));
  driver = nullptr;
  AsyncSqlOptions options;
  std::atomic<bool> mayGoOn{false};
  std::atomic<bool> wasElsewhere{true};
  options.onLoadProgress = [&](const LoadProgress&) {
    if (loop.isHomeThread()) wasElsewhere = false;
    return mayGoOn.load();
  };
  driver = std::make_unique<AsyncSqlDriver>(folder.file(), options);
  driver->attach(host);
  const DynamicTable wider = withOneMoreIndex();
  EXPECT_EQ(errorOf(driver->loadTables(std::vector{wider.sharedDef()})), ErrorCode::cancelled);
  mayGoOn = true;
  await(driver->loadTables(std::vector{wider.sharedDef()}));
  EXPECT_TRUE(wasElsewhere);
  const ScanPlan plan = planQuery(selectFrom(wider, "byAge").spec());
  EXPECT_EQ(await(begin(TransactionMode::readOnly)->scan(plan)).rows.size(), 3000U);
}

TEST_F(AsyncSqlMaintenance, ClosingStopsTheFillingOfAnIndexAndTheFileIsAsItWas) {
  open();
  store(makeRows(3000));
  driver = nullptr;
  AsyncSqlOptions options;
  std::atomic<bool> isFilling{false};
  options.onLoadProgress = [&](const LoadProgress&) {
    isFilling = true;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    return true;
  };
  driver = std::make_unique<AsyncSqlDriver>(folder.file(), options);
  driver->attach(host);
  Completion<void> loaded = driver->loadTables(std::vector{withOneMoreIndex().sharedDef()});
  while (!isFilling) std::this_thread::yield();
  driver->close();
  EXPECT_EQ(errorOf(std::move(loaded)), ErrorCode::cancelled);
  open();
  EXPECT_EQ(storedCount(), 3000U);
  EXPECT_EQ(await(driver->findDamage()), std::vector<std::string>());
}

}  // namespace
}  // namespace hyperdb::test
