// The fault model of LateDriver, which other tests rely on.
#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <hyperdb/memory_driver.hpp>

#include "conformance/driver_fixture.hpp"
#include "support/late_driver.hpp"

namespace hyperdb::test {
namespace {

/// A late driver that is run by hand, with the people's table loaded.
class ALateDriver : public ::testing::Test {
 protected:
  using Transaction = std::unique_ptr<DriverTransaction>;

  static LateOptions byHand(std::uint64_t seed = testSeed()) {
    LateOptions options;
    options.seed = seed;
    options.automatic = false;
    return options;
  }

  ALateDriver() { finish(driver_.loadTables(std::vector{people_.sharedDef()})); }

  LateControl& control() { return *driver_.control(); }
  template <class T>
  T finish(Completion<T> completion) {
    control().runAll();
    return completion.get();
  }
  Transaction begin() { return finish(driver_.begin(TransactionMode::readWrite)); }
  RowRef person(const char* id) const { return test::person(people_, id, "x", 1); }
  std::size_t storedCount() {
    const ScanPlan plan = planQuery(selectFrom(people_, "byTeamAge").spec());
    const Transaction reader = finish(driver_.begin(TransactionMode::readOnly));
    return finish(reader->scan(plan)).rows.size();
  }

  RunLoop loop_;
  LateDriver driver_{std::make_unique<BptreeInmemDriver>(), loop_, byHand()};
  DynamicTable people_ = peopleTable();
};

TEST_F(ALateDriver, DoesNothingUntilItIsRun) {
  const Transaction transaction = begin();
  const std::vector<RowRef> rows = {person("a")};
  Completion<Ops> inserted = transaction->insert(people_.def(), rows);
  loop_.runReady();
  EXPECT_FALSE(inserted.isReady());
  EXPECT_EQ(control().pendingCount(), 1U);
  EXPECT_TRUE(control().runOne());
  EXPECT_EQ(inserted.get().size(), 1U);
  EXPECT_FALSE(control().runOne());
}

TEST_F(ALateDriver, RunsOperationsOfOneTransactionInTheirOrder) {
  const Transaction transaction = begin();
  const std::vector<RowRef> rows = {person("a")};
  const std::vector<std::string> ids = {"a"};
  Completion<Ops> inserted = transaction->insert(people_.def(), rows);
  Completion<Ops> removed = transaction->deleteRows(people_.def(), ids);
  Completion<void> committed = transaction->commit();
  EXPECT_TRUE(control().runOne());
  EXPECT_TRUE(inserted.isReady());
  EXPECT_FALSE(removed.isReady());
  EXPECT_TRUE(control().runOne());
  EXPECT_EQ(removed.get().size(), 1U);
  EXPECT_FALSE(committed.isReady());
}

TEST_F(ALateDriver, RunsOperationsOfDifferentTransactionsInAnyOrderThatTheSeedGives) {
  const auto firstDone = [](std::uint64_t seed) {
    RunLoop loop;
    LateDriver driver(std::make_unique<BptreeInmemDriver>(), loop, byHand(seed));
    std::vector<Completion<Transaction>> begun;
    for (int i = 0; i < 4; ++i) begun.push_back(driver.begin(TransactionMode::readOnly));
    EXPECT_TRUE(driver.control()->runOne());
    std::size_t number = 0;
    while (!begun[number].isReady()) ++number;
    return number;
  };
  std::set<std::size_t> seen;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    EXPECT_EQ(firstDone(seed), firstDone(seed));
    seen.insert(firstDone(seed));
  }
  EXPECT_EQ(seen.size(), 4U);
}

TEST_F(ALateDriver, ForgetsAnOperationThatNobodyWaitsForAnyMore) {
  const Transaction transaction = begin();
  {
    const std::vector<RowRef> rows = {person("a")};
    static_cast<void>(transaction->insert(people_.def(), rows));
  }
  finish(transaction->commit());
  EXPECT_EQ(storedCount(), 0U);
}

TEST_F(ALateDriver, DropsWhatIsPendingInATransactionThatIsRolledBack) {
  const Transaction transaction = begin();
  const std::vector<RowRef> rows = {person("a")};
  const Completion<Ops> inserted = transaction->insert(people_.def(), rows);
  transaction->rollback();
  EXPECT_EQ(control().pendingCount(), 0U);
  EXPECT_FALSE(inserted.isReady());
}

TEST_F(ALateDriver, HoldsBackWhatItIsToldToAndLetsItGo) {
  const Transaction transaction = begin();
  const std::vector<RowRef> rows = {person("a")};
  control().holdBack(LateKind::insert);
  Completion<Ops> inserted = transaction->insert(people_.def(), rows);
  Completion<Transaction> other = driver_.begin(TransactionMode::readOnly);
  EXPECT_EQ(control().runAll(), 1U);
  EXPECT_TRUE(other.isReady());
  EXPECT_FALSE(inserted.isReady());
  control().letGo();
  EXPECT_EQ(control().runAll(), 1U);
  EXPECT_TRUE(inserted.isReady());
}

TEST_F(ALateDriver, FailsBeforeAnEffectOrAfterIt) {
  for (const FailurePoint point : {FailurePoint::beforeEffect, FailurePoint::afterEffect}) {
    const Transaction transaction = begin();
    const std::vector<RowRef> rows = {person("a")};
    finish(transaction->insert(people_.def(), rows));
    control().failNext(LateKind::commit, point);
    try {
      finish(transaction->commit());
      ADD_FAILURE() << "the commit did not fail";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::driverFailure);
    }
    transaction->rollback();
    EXPECT_EQ(storedCount(), point == FailurePoint::afterEffect ? 1U : 0U);
  }
}

TEST_F(ALateDriver, FailsTheOperationThatIsCountedOut) {
  control().failNth(2);
  Completion<Transaction> first = driver_.begin(TransactionMode::readOnly);
  control().runAll();
  Completion<Transaction> second = driver_.begin(TransactionMode::readOnly);
  control().runAll();
  Completion<Transaction> third = driver_.begin(TransactionMode::readOnly);
  control().runAll();
  EXPECT_TRUE(first.get());
  EXPECT_THROW(static_cast<void>(second.get()), Error);
  EXPECT_TRUE(third.get());
}

TEST_F(ALateDriver, RunsByItselfOnTheExecutorInAutomaticMode) {
  LateDriver driver(std::make_unique<BptreeInmemDriver>(), loop_);
  driver.control()->pause();
  Completion<Transaction> begun = driver.begin(TransactionMode::readOnly);
  loop_.runReady();
  EXPECT_FALSE(begun.isReady());
  driver.control()->letGo();
  loop_.runReady();
  EXPECT_TRUE(begun.isReady());
}

}  // namespace
}  // namespace hyperdb::test
