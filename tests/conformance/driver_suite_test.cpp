// What every driver promises (engine/driver.hpp), asked at the level of its transactions.
// The same sentences for all drivers.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <hyperdb/hybrid_db.hpp>
#include <hyperdb/memory_driver.hpp>

#include "conformance/driver_fixture.hpp"
#include "support/late_driver.hpp"
#include "support/thrown.hpp"

namespace hyperdb::test {
namespace {

DriverKind memoryDriver() {
  return {"memory", [](DriverFixture& fixture) { fixture.driver = std::make_unique<BptreeInmemDriver>(); }, true};
}

DriverKind lateMemoryDriver() {
  return {"lateMemory",
          [](DriverFixture& fixture) {
            fixture.driver = std::make_unique<LateDriver>(std::make_unique<BptreeInmemDriver>(), fixture.loop);
          },
          false};
}

template <class Hybrid>
DriverKind overMemory(std::string name) {
  return {std::move(name),
          [](DriverFixture& fixture) { fixture.driver = std::make_unique<Hybrid>(BptreeInmemDriver{}); }, true};
}

/// A transaction begins in memory, so at once; everything else may have to wait for the primary.
template <class Hybrid>
DriverKind overLate(std::string name) {
  return {std::move(name),
          [](DriverFixture& fixture) {
            fixture.driver = std::make_unique<Hybrid>(
                std::make_unique<LateDriver>(std::make_unique<BptreeInmemDriver>(), fixture.loop));
          },
          true};
}

TEST_P(DriverSuite, AContinuationNeverRunsInsideTheCallThatStartedTheWork) {
  Completion<Transaction> begun = driver().begin(TransactionMode::readOnly);
  EXPECT_EQ(begun.isReady(), GetParam().answersAtOnce);
  bool isCalled = false;
  std::move(begun).then(fixture_.loop, [&isCalled](Completion<Transaction>) { isCalled = true; });
  EXPECT_FALSE(isCalled);
  EXPECT_TRUE(fixture_.loop.runUntil([&isCalled] { return isCalled; }));
}

TEST_P(DriverSuite, AnInsertGivesOneOpForEachRowInTheOrderOfTheBatch) {
  const Transaction transaction = begin();
  const Rows rows = {person("b", "x", 2), person("a", "x", 1)};
  const Ops ops = insert(*transaction, rows);
  ASSERT_EQ(ops.size(), 2U);
  for (std::size_t i = 0; i < ops.size(); ++i) {
    EXPECT_EQ(ops[i].type, OpType::insert);
    EXPECT_EQ(ops[i].newRow, rows[i]);
    EXPECT_FALSE(ops[i].oldRow);
    EXPECT_EQ(ops[i].table->name(), "people");
  }
}

TEST_P(DriverSuite, AnInsertOfAnIdThatExistsWritesNothing) {
  store({person("a", "x", 1)});
  const Transaction transaction = begin();
  EXPECT_EQ(errorOf([&] { insert(*transaction, {person("b", "x", 2), person("a", "x", 3)}); }), ErrorCode::duplicateId);
  EXPECT_EQ(allIds(*transaction), "a");
}

TEST_P(DriverSuite, AnInsertOfOneIdTwiceWritesNothing) {
  const Transaction transaction = begin();
  EXPECT_EQ(errorOf([&] { insert(*transaction, {person("b", "x", 2), person("b", "y", 3)}); }), ErrorCode::duplicateId);
  EXPECT_EQ(allIds(*transaction), "");
}

TEST_P(DriverSuite, AUniqueValueThatAnotherRowHasIsRefusedAndNothingIsWritten) {
  store({person("a", "x", 1, "a@x")});
  const Transaction transaction = begin();
  EXPECT_EQ(errorOf([&] { insert(*transaction, {person("b", "x", 2), person("c", "x", 3, "a@x")}); }),
            ErrorCode::uniqueViolation);
  EXPECT_EQ(errorOf([&] { upsert(*transaction, {person("b", "x", 2), person("c", "x", 3, "a@x")}); }),
            ErrorCode::uniqueViolation);
  EXPECT_EQ(allIds(*transaction), "a");
}

TEST_P(DriverSuite, AUniqueValueOfARowWhoseIdIsEmptyIsRefusedToo) {
  store({person("", "x", 1, "a@x")});
  const Transaction transaction = begin();
  EXPECT_EQ(errorOf([&] { insert(*transaction, {person("b", "x", 2, "a@x")}); }), ErrorCode::uniqueViolation);
  EXPECT_EQ(errorOf([&] { upsert(*transaction, {person("b", "x", 2, "a@x")}); }), ErrorCode::uniqueViolation);
  EXPECT_EQ(idsOf(*transaction, selectFrom(people_, "byId").where(eq("id", "b"))), "");
}

TEST_P(DriverSuite, ARefusalSaysWhere) {
  store({person("a", "x", 1, "a@x"), person("c", "x", 1)});
  const Transaction transaction = begin();
  const auto placeOf = [&](const Rows& rows) {
    const std::optional<Error> error = thrown([&] { insert(*transaction, rows); });
    if (!error) return std::string("no error");
    return error->place().table + "/" + error->place().index + "/" + error->place().column + " " + error->place().rowId;
  };
  EXPECT_EQ(placeOf({person("b", "x", 1), person("z", "x", 1, "a@x")}), "people/byEmail/email z");
  EXPECT_EQ(placeOf({person("b", "x", 1), person("a", "x", 1)}), "people/byId/id a");
  // Of several the first in the batch.
  EXPECT_EQ(placeOf({person("b", "x", 1), person("c", "x", 1), person("a", "x", 1)}), "people/byId/id c");
  EXPECT_EQ(placeOf({person("z", "x", 1), person("z", "x", 1), person("a", "x", 1)}), "people/byId/id z");
}

TEST_P(DriverSuite, ATransactionGoesOnAfterAWriteThatWasRefused) {
  const Transaction transaction = begin();
  insert(*transaction, {person("a", "x", 1)});
  EXPECT_TRUE(errorOf([&] { insert(*transaction, {person("a", "x", 1)}); }));
  insert(*transaction, {person("b", "x", 2)});
  commit(*transaction);
  EXPECT_EQ(storedIds(), "a b");
}

TEST_P(DriverSuite, RowsThatLackAUniqueColumnDoNotCollide) {
  store({person("a", "x", 1), person("b", "x", 2)});
  EXPECT_EQ(storedIds(), "a b");
}

TEST_P(DriverSuite, AnUpsertGivesTheRowThatItReplaced) {
  const RowRef before = person("a", "x", 1);
  store({before});
  const Transaction transaction = begin();
  const Ops ops = upsert(*transaction, {person("b", "x", 2), person("a", "y", 9)});
  ASSERT_EQ(ops.size(), 2U);
  EXPECT_EQ(ops[0].type, OpType::upsert);
  EXPECT_FALSE(ops[0].oldRow);
  ASSERT_TRUE(ops[1].oldRow);
  EXPECT_TRUE(people_.def().rowType().equal(*ops[1].oldRow, *before));
  EXPECT_EQ(idsOf(*transaction, byTeamAge().where(eq("team", "x"))), "b");
  EXPECT_EQ(idsOf(*transaction, byTeamAge().where(eq("team", "y"))), "a");
}

TEST_P(DriverSuite, AnUpsertOfAnEqualRowKeepsTheStoredOne) {
  store({person("a", "x", 1)});
  const Transaction transaction = begin();
  const Ops ops = upsert(*transaction, {person("a", "x", 1)});
  ASSERT_EQ(ops.size(), 1U);
  EXPECT_EQ(ops[0].oldRow, ops[0].newRow);
}

TEST_P(DriverSuite, AnUpsertIsJudgedByTheStateAfterTheWholeBatch) {
  store({person("a", "x", 1, "1@x"), person("b", "x", 2, "2@x")});
  const Transaction transaction = begin();
  upsert(*transaction, {person("a", "x", 1, "2@x"), person("b", "x", 2, "1@x")});
  EXPECT_EQ(idsOf(*transaction, selectFrom(people_, "byEmail").where(eq("email", "1@x"))), "b");
  EXPECT_EQ(idsOf(*transaction, selectFrom(people_, "byEmail").where(eq("email", "2@x"))), "a");
}

TEST_P(DriverSuite, ADeletionIgnoresIdsThatDoNotExistOrComeTwice) {
  store({person("a", "x", 1), person("b", "x", 2), person("c", "x", 3)});
  const Transaction transaction = begin();
  const Ops ops = remove(*transaction, {"zz", "c", "a", "c"});
  ASSERT_EQ(ops.size(), 2U);
  EXPECT_EQ(ops[0].type, OpType::delete_);
  EXPECT_EQ(people_.def().rowType().id(*ops[0].oldRow), "c");
  EXPECT_FALSE(ops[0].newRow);
  EXPECT_EQ(people_.def().rowType().id(*ops[1].oldRow), "a");
  EXPECT_EQ(allIds(*transaction), "b");
}

TEST_P(DriverSuite, AnIdAndAUniqueValueAreFreeAfterADeletion) {
  store({person("a", "x", 1, "a@x")});
  const Transaction transaction = begin();
  remove(*transaction, {"a"});
  insert(*transaction, {person("b", "x", 1, "a@x"), person("a", "x", 2)});
  commit(*transaction);
  EXPECT_EQ(storedIds(), "b a");
}

TEST_P(DriverSuite, ABtreeOrdersByItsColumnsThenById) {
  store({person("c", "x", 1), person("b", "y", 0), person("a", "x", 2), person("d", "x", 1)});
  const Transaction transaction = begin(TransactionMode::readOnly);
  EXPECT_EQ(allIds(*transaction), "c d a b");
  EXPECT_EQ(idsOf(*transaction, byTeamAge().order(desc)), "b a d c");
  EXPECT_EQ(idsOf(*transaction, byTeamAge().where(eq("team", "x"), gte("age", 2))), "a");
}

TEST_P(DriverSuite, ALimitTakesTheFirstRowsInTheOrderOfTheScan) {
  store({person("a", "x", 1), person("b", "x", 2), person("c", "y", 3), person("d", "z", 4)});
  const Transaction transaction = begin(TransactionMode::readOnly);
  EXPECT_EQ(idsOf(*transaction, byTeamAge().limit(2)), "a b");
  EXPECT_EQ(idsOf(*transaction, byTeamAge().order(desc).limit(2)), "d c");
  const auto ends = byTeamAge().where(anyOf(eq("team", "z"), eq("team", "x")));
  EXPECT_EQ(idsOf(*transaction, ends.limit(3)), "a b d");
  EXPECT_EQ(idsOf(*transaction, ends.order(desc).limit(2)), "d b");
}

TEST_P(DriverSuite, AHashIndexFindsEveryRowOfAValue) {
  store({person("a", "x", 1), person("b", "y", 2), person("c", "x", 3)});
  const Transaction transaction = begin(TransactionMode::readOnly);
  EXPECT_EQ(idsOf(*transaction, selectFrom(people_, "byTeam").where(eq("team", "y"))), "b");
  const std::string both = idsOf(*transaction, selectFrom(people_, "byTeam").where(eq("team", "x")));
  EXPECT_TRUE(both == "a c" || both == "c a") << both;
  EXPECT_EQ(idsOf(*transaction, selectFrom(people_, "byId").where(eq("id", "c"))), "c");
}

TEST_P(DriverSuite, ReadsSeeTheWritesOfTheirOwnTransaction) {
  store({person("a", "x", 1)});
  const Transaction transaction = begin();
  insert(*transaction, {person("b", "x", 2)});
  remove(*transaction, {"a"});
  EXPECT_EQ(allIds(*transaction), "b");
}

TEST_P(DriverSuite, AReaderBesideAWriterSeesWhatWasCommittedWhenItBegan) {
  store({person("a", "x", 1)});
  const Transaction writer = begin();
  insert(*writer, {person("b", "x", 2)});
  const Transaction early = begin(TransactionMode::readOnly);
  EXPECT_EQ(allIds(*early), "a");
  commit(*writer);
  if (GetParam().keepsOldStates) {
    EXPECT_EQ(allIds(*early), "a");
  } else {
    EXPECT_EQ(codeOf([&] { allIds(*early); }), ErrorCode::nestedDispatch);
  }
  EXPECT_EQ(storedIds(), "a b");
}

TEST_P(DriverSuite, AResultStaysAsItWasWhateverIsWrittenLater) {
  store({person("a", "x", 1), person("b", "x", 2)});
  const ScanPlan plan = planQuery(byTeamAge().spec());
  const RowSequence before = await(begin(TransactionMode::readOnly)->scan(plan)).rows;
  const Transaction writer = begin();
  upsert(*writer, {person("a", "x", 9)});
  remove(*writer, {"b"});
  commit(*writer);
  ASSERT_EQ(before.size(), 2U);
  EXPECT_EQ(static_cast<const RowBox<Object>*>(before[0].get())->value.at("age"), Value(1));
}

TEST_P(DriverSuite, ARollbackDropsEverything) {
  store({person("a", "x", 1)});
  const Transaction transaction = begin();
  insert(*transaction, {person("b", "x", 2)});
  upsert(*transaction, {person("a", "y", 5)});
  remove(*transaction, {"a"});
  transaction->rollback();
  EXPECT_EQ(storedIds(), "a");
}

TEST_P(DriverSuite, DestroyingAnUnfinishedTransactionRollsItBack) {
  insert(*begin(), {person("b", "x", 2)});
  EXPECT_EQ(storedIds(), "");
}

TEST_P(DriverSuite, ARollbackWithWorkPendingTouchesNothingOfItAnyMore) {
  Transaction transaction = begin();
  {
    const auto rows = std::make_unique<Rows>(Rows{person("a", "x", 1)});
    const Completion<Ops> pending = transaction->insert(people_.def(), *rows);
    transaction->rollback();
  }
  transaction = nullptr;
  fixture_.loop.runReady();
  EXPECT_EQ(storedIds(), "");
}

TEST_P(DriverSuite, AFinishedTransactionRefusesFurtherUse) {
  for (const bool isCommitted : {true, false}) {
    const Transaction transaction = begin();
    isCommitted ? commit(*transaction) : transaction->rollback();
    const auto finished = ErrorCode::transactionFinished;
    EXPECT_EQ(errorOf([&] { insert(*transaction, {person("a", "x", 1)}); }), finished);
    EXPECT_EQ(errorOf([&] { upsert(*transaction, {person("a", "x", 1)}); }), finished);
    EXPECT_EQ(errorOf([&] { remove(*transaction, {"a"}); }), finished);
    EXPECT_EQ(errorOf([&] { allIds(*transaction); }), finished);
    EXPECT_EQ(errorOf([&] { commit(*transaction); }), finished);
    transaction->rollback();
  }
  EXPECT_EQ(storedIds(), "");
}

TEST_P(DriverSuite, LoadingAnEquivalentDefinitionAgainKeepsTheRows) {
  store({person("a", "x", 1)});
  await(driver().loadTables(std::vector{people_.sharedDef(), peopleTable().sharedDef()}));
  EXPECT_EQ(storedIds(), "a");
}

TEST_P(DriverSuite, AnotherDefinitionOfALoadedNameIsRefusedAndNothingIsLoaded) {
  store({person("a", "x", 1)});
  const DynamicTable news = defineTable("news", {{"id", v::string()}});
  const DynamicTable other = defineTable("people", {{"id", v::string()}, {"age", v::string()}});
  EXPECT_EQ(errorOf([&] { await(driver().loadTables(std::vector{news.sharedDef(), other.sharedDef()})); }),
            ErrorCode::invalidDefinition);
  EXPECT_EQ(storedIds(), "a");
  const DynamicTable otherNews = defineTable("news", {{"id", v::string()}, {"text", v::string()}});
  EXPECT_EQ(errorOf([&] { await(driver().loadTables(std::vector{otherNews.sharedDef()})); }), std::nullopt);
}

TEST_P(DriverSuite, TablesLoadedLaterAreThereForNewTransactions) {
  store({person("a", "x", 1)});
  const DynamicTable more = defineTable("more", {{"id", v::string()}});
  await(driver().loadTables(std::vector{more.sharedDef()}));
  ValidationFailure failure;
  const Rows rows = {more.def().rowType().fromObject(Object{{"id", "m"}}, Strictness::full, failure)};
  const Transaction transaction = begin();
  await(transaction->insert(more.def(), rows));
  commit(*transaction);
  const ScanPlan plan = planQuery(selectFrom(more, "byId").where(eq("id", "m")).spec());
  EXPECT_EQ(await(begin(TransactionMode::readOnly)->scan(plan)).rows.size(), 1U);
  EXPECT_EQ(storedIds(), "a");
}

INSTANTIATE_TEST_SUITE_P(Drivers, DriverSuite,
                         ::testing::Values(memoryDriver(), lateMemoryDriver(), overMemory<HybridDB>("hybrid"),
                                           overLate<HybridDB>("lateHybrid"), overMemory<PreloadedHybridDB>("preloaded"),
                                           overLate<PreloadedHybridDB>("latePreloaded")),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace hyperdb::test
