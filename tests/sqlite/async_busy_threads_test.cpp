// Another program has the file's lock.
#include <thread>

#include "sqlite/async_fixture.hpp"

namespace hyperdb::test {
namespace {

using namespace std::chrono_literals;

class AsyncSqlBusy : public AsyncSqlTest {
 protected:
  void openFor(std::int64_t busyTimeoutMs) {
    AsyncSqlOptions options;
    options.busyTimeoutMs = busyTimeoutMs;
    open(options);
    other_ = openAgain();
    foreign = other_->begin(TransactionMode::readWrite).get();
  }

 private:
  std::unique_ptr<SqlDriver> other_;

 protected:
  Transaction foreign;  ///< has the lock
};

TEST_F(AsyncSqlBusy, AWriterWaitsUntilTheOtherProgramLetsGo) {
  openFor(60'000);
  Completion<Transaction> begun = driver->begin(TransactionMode::readWrite);
  std::this_thread::sleep_for(30ms);
  loop.runReady();
  EXPECT_FALSE(begun.isReady());
  foreign->insert(people.def(), makeRows(2, "foreign")).get();
  foreign->commit().get();
  EXPECT_EQ(countIn(*await(std::move(begun))), 2U);
}

TEST_F(AsyncSqlBusy, SelectorsReadMeanwhile) {
  openFor(60'000);
  Completion<Transaction> begun = driver->begin(TransactionMode::readWrite);
  EXPECT_EQ(storedCount(), 0U);
  EXPECT_FALSE(begun.isReady());
  foreign->rollback();
  await(std::move(begun));
}

TEST_F(AsyncSqlBusy, WaitingForTooLongIsAnErrorThatNamesTheOption) {
  openFor(40);
  try {
    begin();
    ADD_FAILURE() << "the lock is held";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::driverFailure);
    EXPECT_NE(error.message().find("40 ms (busyTimeoutMs)"), std::string::npos) << error.message();
  }
  foreign->rollback();
  store(makeRows(1));
  EXPECT_EQ(storedCount(), 1U);
}

TEST_F(AsyncSqlBusy, WithoutPatienceItIsAnErrorAtOnce) {
  openFor(0);
  EXPECT_EQ(errorOf(driver->begin(TransactionMode::readWrite)), ErrorCode::driverFailure);
}

TEST_F(AsyncSqlBusy, LoadingWaitsToo) {
  openFor(60'000);
  const DynamicTable news = defineTable("news", {{"id", v::string()}});
  Completion<void> loaded = driver->loadTables(std::vector{news.sharedDef()});
  std::this_thread::sleep_for(10ms);
  loop.runReady();
  EXPECT_FALSE(loaded.isReady());
  foreign->rollback();
  await(std::move(loaded));
}

}  // namespace
}  // namespace hyperdb::test
