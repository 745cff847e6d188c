#include <gtest/gtest.h>

#include "memory/memory_fixture.hpp"
#include "support/thrown.hpp"

namespace hyperdb::test {
namespace {

using MemoryDriver = MemoryFixture;

template <class Call>
ErrorCode codeOf(Call call) {
  const std::optional<Error> error = thrown(call);
  EXPECT_TRUE(error.has_value()) << "nothing was thrown";
  return error ? error->code() : ErrorCode::closed;
}

TEST_F(MemoryDriver, InsertedRowsAreInEveryIndexThatTheyHaveTheColumnsOf) {
  const Ops ops = insert({makeRow("b", "g", 2, "b@x"), makeRow("a", "g", 1)});
  ASSERT_EQ(ops.size(), 2U);
  EXPECT_EQ(ops[0].type, OpType::insert);
  EXPECT_EQ(ops[0].table, items.get());
  EXPECT_EQ(itemOf(ops[0].newRow).id, "b");
  EXPECT_FALSE(ops[0].oldRow);
  EXPECT_EQ(idsOf(scan(planOf(items, byId, "b"))), "b");
  EXPECT_EQ(idsOf(scan(planOf(items, byGroup, "g"))), "a b");
  EXPECT_EQ(idsOf(scan(wholeIndex(items, byEmail))), "b");
}

TEST_F(MemoryDriver, AnInsertOfAnIdThatExistsChangesNothing) {
  insert({makeRow("a", "g", 1)});
  const std::optional<Error> error = thrown([&] { insert({makeRow("b"), makeRow("a", "other")}); });
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->code(), ErrorCode::duplicateId);
  EXPECT_EQ(error->place().table, "items");
  EXPECT_EQ(error->place().index, "byId");
  EXPECT_EQ(error->place().rowId, "a");
  EXPECT_EQ(idsOf(scan(wholeIndex(items, byId))), "a");
}

TEST_F(MemoryDriver, AnInsertOfAnIdTwiceInABatchChangesNothing) {
  EXPECT_EQ(codeOf([&] { insert({makeRow("a"), makeRow("b"), makeRow("a")}); }), ErrorCode::duplicateId);
  EXPECT_TRUE(scan(wholeIndex(items, byId)).empty());
}

TEST_F(MemoryDriver, AUniqueValueIsHeldByOneRowAndTheErrorSaysByWhich) {
  insert({makeRow("a", "g", 1, "a@x")});
  const std::optional<Error> error = thrown([&] { insert({makeRow("b", "g", 1, "a@x")}); });
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->code(), ErrorCode::uniqueViolation);
  EXPECT_EQ(error->place().index, "byEmail");
  EXPECT_EQ(error->place().rowId, "b");
  EXPECT_NE(error->message().find("a@x"), std::string::npos) << error->message();
  EXPECT_NE(error->message().find("row \"a\""), std::string::npos) << error->message();
  EXPECT_EQ(codeOf([&] { insert({makeRow("c", "g", 1, "c@x"), makeRow("d", "g", 1, "c@x")}); }),
            ErrorCode::uniqueViolation);
  EXPECT_EQ(codeOf([&] { insert({makeRow("a", "g", 1, "a@x")}); }), ErrorCode::duplicateId) << "the id comes first";
  EXPECT_EQ(idsOf(scan(wholeIndex(items, byId))), "a");
}

TEST_F(MemoryDriver, AnUpsertReplacesWholeRowsById) {
  insert({makeRow("a", "g", 1, "a@x"), makeRow("b", "g", 2)});
  const Ops ops = upsert({makeRow("a", "h", 5), makeRow("c", "g", 3)});
  ASSERT_EQ(ops.size(), 2U);
  EXPECT_EQ(itemOf(ops[0].oldRow).group, "g");
  EXPECT_EQ(itemOf(ops[0].newRow).group, "h");
  EXPECT_FALSE(ops[1].oldRow);
  EXPECT_EQ(idsOf(scan(planOf(items, byGroup, "g"))), "b c");
  EXPECT_EQ(idsOf(scan(planOf(items, byGroup, "h"))), "a");
  EXPECT_TRUE(scan(wholeIndex(items, byEmail)).empty()) << "the new row has no email";
}

TEST_F(MemoryDriver, AnUpsertOfAnEqualRowKeepsTheStoredObjectAndTouchesNoNode) {
  const RowRef stored = makeRow("a", "g", 1, "a@x");
  insert({stored});
  const std::uint64_t copied = driver->counters().nodesCopied;
  const Ops ops = upsert({makeRow("a", "g", 1, "a@x")});
  ASSERT_EQ(ops.size(), 1U);
  EXPECT_EQ(ops[0].oldRow, stored);
  EXPECT_EQ(ops[0].newRow, stored);
  EXPECT_EQ(scan(planOf(items, byId, "a"))[0], stored);
  EXPECT_EQ(driver->counters().nodesCopied, copied);
}

TEST_F(MemoryDriver, UpsertsMayExchangeAndHandOnUniqueValues) {
  insert({makeRow("a", "g", 1, "1"), makeRow("b", "g", 1, "2"), makeRow("c", "g", 1, "3")});
  upsert({makeRow("a", "g", 1, "2"), makeRow("b", "g", 1, "1")});
  EXPECT_EQ(idsOf(scan(wholeIndex(items, byEmail))), "b a c");
  upsert({makeRow("new", "g", 1, "3"), makeRow("c", "g", 1)});
  EXPECT_EQ(idsOf(scan(wholeIndex(items, byEmail))), "b a new");
  EXPECT_EQ(codeOf([&] { upsert({makeRow("c", "g", 2, "3"), makeRow("new", "h", 1, "3")}); }),
            ErrorCode::uniqueViolation);
  EXPECT_EQ(codeOf([&] { upsert({makeRow("c", "g", 2, "1"), makeRow("b", "g", 1, "1")}); }), ErrorCode::uniqueViolation)
      << "a row that stays as it is holds its value";
  EXPECT_EQ(idsOf(scan(wholeIndex(items, byEmail))), "b a new");
}

TEST_F(MemoryDriver, RemovingIgnoresIdsThatAreNotThereOrComeTwice) {
  insert({makeRow("a", "g"), makeRow("b", "g", 1, "b@x"), makeRow("c", "g")});
  const Ops ops = remove({"c", "x", "b", "c"});
  ASSERT_EQ(ops.size(), 2U);
  EXPECT_EQ(itemOf(ops[0].oldRow).id, "c");
  EXPECT_EQ(itemOf(ops[1].oldRow).id, "b");
  EXPECT_EQ(ops[1].type, OpType::delete_);
  EXPECT_FALSE(ops[1].newRow);
  for (std::size_t index = 0; index < 2; ++index) EXPECT_EQ(idsOf(scan(wholeIndex(items, index))), "a");
  EXPECT_TRUE(scan(wholeIndex(items, byEmail)).empty());
}

TEST_F(MemoryDriver, ATransactionSeesItsWritesAndOthersSeeThemAfterTheCommit) {
  auto writing = begin();
  auto reading = begin(TransactionMode::readOnly);
  writing->insert(*items, std::vector<RowRef>{makeRow("a")}).get();
  EXPECT_EQ(writing->scan(wholeIndex(items, byId)).get().rows.size(), 1U);
  EXPECT_EQ(scan(wholeIndex(items, byId)).size(), 0U);
  writing->commit().get();
  EXPECT_EQ(scan(wholeIndex(items, byId)).size(), 1U);
  EXPECT_EQ(reading->scan(wholeIndex(items, byId)).get().rows.size(), 0U) << "it began before";
}

TEST_F(MemoryDriver, RollingBackOrDroppingATransactionLeavesNothing) {
  insert({makeRow("a")});
  {
    auto dropped = begin();
    dropped->insert(*items, std::vector<RowRef>{makeRow("b")}).get();
  }
  auto transaction = begin();
  transaction->deleteRows(*items, std::vector<std::string>{"a"}).get();
  transaction->rollback();
  transaction->rollback();
  EXPECT_EQ(idsOf(scan(wholeIndex(items, byId))), "a");
}

TEST_F(MemoryDriver, AFinishedTransactionRefusesFurtherUse) {
  for (const bool isCommitted : {true, false}) {
    auto transaction = begin();
    isCommitted ? transaction->commit().get() : transaction->rollback();
    const std::vector<RowRef> rows = {makeRow("a")};
    const std::vector<std::string> ids = {"a"};
    EXPECT_EQ(codeOf([&] { transaction->scan(wholeIndex(items, byId)).get(); }), ErrorCode::transactionFinished);
    EXPECT_EQ(codeOf([&] { transaction->insert(*items, rows).get(); }), ErrorCode::transactionFinished);
    EXPECT_EQ(codeOf([&] { transaction->upsert(*items, rows).get(); }), ErrorCode::transactionFinished);
    EXPECT_EQ(codeOf([&] { transaction->deleteRows(*items, ids).get(); }), ErrorCode::transactionFinished);
    EXPECT_EQ(codeOf([&] { transaction->commit().get(); }), ErrorCode::transactionFinished);
  }
}

TEST_F(MemoryDriver, AFailedWriteLeavesTheTransactionUsable) {
  insert({makeRow("a")});
  auto transaction = begin();
  EXPECT_EQ(codeOf([&] { transaction->insert(*items, std::vector<RowRef>{makeRow("b"), makeRow("a")}).get(); }),
            ErrorCode::duplicateId);
  transaction->insert(*items, std::vector<RowRef>{makeRow("c")}).get();
  transaction->commit().get();
  EXPECT_EQ(idsOf(scan(wholeIndex(items, byId))), "a c");
}

TEST_F(MemoryDriver, AnIndexKeyThatIsTooLongIsRefused) {
  EXPECT_EQ(codeOf([&] { insert({makeRow("a", std::string(std::size_t{1} << 24, 'x'))}); }), ErrorCode::invalidRow);
  EXPECT_TRUE(scan(wholeIndex(items, byId)).empty());
}

TEST_F(MemoryDriver, LoadingATableAgainKeepsItsRows) {
  insert({makeRow("a")});
  load(items);
  load(itemsTable());
  EXPECT_EQ(idsOf(scan(wholeIndex(items, byId))), "a");
}

TEST_F(MemoryDriver, AnEquivalentDefinitionNamesTheSameTable) {
  insert({makeRow("a", "g", 1, "a@x")});
  const auto twin = itemsTable();
  EXPECT_EQ(idsOf(scan(planOf(twin, byEmail, "a@x"))), "a") << "not loaded itself";
  load(twin);
  EXPECT_EQ(idsOf(scan(planOf(twin, byGroup, "g"))), "a");
  auto transaction = begin();
  const Ops ops = transaction->upsert(*twin, std::vector<RowRef>{makeRow("a", "h", 1, "b@x")}).get();
  transaction->commit().get();
  EXPECT_EQ(ops[0].table, twin.get());
  EXPECT_EQ(idsOf(scan(planOf(items, byGroup, "h"))), "a");
  EXPECT_EQ(idsOf(scan(planOf(items, byEmail, "b@x"))), "a");
}

TEST_F(MemoryDriver, AnotherDefinitionOfALoadedNameIsRefusedAndNothingIsLoaded) {
  const auto fresh = itemsTable("fresh");
  const std::vector<std::shared_ptr<const TableDef>> tables = {fresh, TableDef::make("items", itemType())};
  EXPECT_EQ(codeOf([&] { driver->loadTables(tables).get(); }), ErrorCode::invalidDefinition);
  EXPECT_EQ(codeOf([&] { scan(wholeIndex(fresh, byId)); }), ErrorCode::unknownTable);
  const std::vector<std::shared_ptr<const TableDef>> both = {fresh, TableDef::make("fresh", itemType())};
  EXPECT_EQ(codeOf([&] { driver->loadTables(both).get(); }), ErrorCode::invalidDefinition);
  EXPECT_EQ(codeOf([&] { scan(wholeIndex(fresh, byId)); }), ErrorCode::unknownTable);
}

TEST_F(MemoryDriver, ATableLoadedWhileATransactionIsOpenIsNotLostByItsCommit) {
  auto transaction = begin();
  transaction->insert(*items, std::vector<RowRef>{makeRow("a")}).get();
  const auto upper = itemsTable("Items");
  load(upper);
  transaction->commit().get();
  EXPECT_EQ(scan(wholeIndex(upper, byId)).size(), 0U) << "names differ by case";
  EXPECT_EQ(scan(wholeIndex(items, byId)).size(), 1U);
}

TEST_F(MemoryDriver, AnUnknownTableIsAnErrorThatNamesIt) {
  const auto other = itemsTable("other");
  const std::optional<Error> error = thrown([&] { scan(wholeIndex(other, byId)); });
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->code(), ErrorCode::unknownTable);
  EXPECT_EQ(error->place().table, "other");
  EXPECT_EQ(codeOf([&] { driver->snapshot()->scan(wholeIndex(other, byId)); }), ErrorCode::unknownTable);
}

TEST_F(MemoryDriver, ASnapshotStaysAsItWasAndOutlivesTheDatabase) {
  insert({makeRow("a"), makeRow("b")});
  const auto snapshot = driver->snapshot();
  remove({"a"});
  EXPECT_EQ(idsOf(snapshot->scan(wholeIndex(items, byId)).rows), "a b");
  driver->close();
  EXPECT_EQ(codeOf([&] { scan(wholeIndex(items, byId)); }), ErrorCode::unknownTable);
  driver.reset();
  EXPECT_EQ(idsOf(snapshot->scan(wholeIndex(items, byId)).rows), "a b");
}

TEST_F(MemoryDriver, OldRowsGoWhenTheirReplacementIsCommitted) {
  fill(1000);
  const std::int64_t rows = RowHeader::liveCount();
  const std::int64_t nodes = BptreeInmemDriver::liveNodesCount();
  for (std::size_t i = 0; i < 1000; ++i) {
    const double number = static_cast<double>(i);
    upsert({makeRow(padded(i), "g", number, "mail")});
    remove({padded(i)});
    insert({makeRow(padded(i), "g", number)});
  }
  EXPECT_EQ(RowHeader::liveCount(), rows);
  EXPECT_LT(BptreeInmemDriver::liveNodesCount(), nodes * 2);
}

}  // namespace
}  // namespace hyperdb::test
