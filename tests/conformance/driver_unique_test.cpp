// Unique indexes of several columns: no two rows have the same combination, on every driver.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "conformance/driver_fixture.hpp"
#include "support/thrown.hpp"

namespace hyperdb::test {
namespace {

/// Seats in teams; a row without a seat is not in the unique index.
DynamicTable seatsTable() {
  return defineTable("seats", {{"id", v::string()},
                               {"team", v::string()},
                               {"seat", v::optional(v::union_(v::null(), v::number(), v::string()))},
                               {"name", v::optional(v::string())}})
      .index("byTeam", {"team"})
      .index("byTeamSeat", {"team", "seat"}, IndexType::uniqhash);
}

/// The table on a driver, and short ways to write and read it.
class Seats {
 public:
  using Rows = std::vector<RowRef>;

  explicit Seats(DriverFixture& fixture) : fixture_(fixture) {
    fixture_.await(fixture_.driver->loadTables(std::vector{table_.sharedDef()}));
  }

  RowRef row(const char* id, const char* team, Value seat = {}, const char* name = nullptr) const {
    Object row{{"id", id}, {"team", team}};
    if (!seat.isUndefined()) row.set("seat", std::move(seat));
    if (name != nullptr) row.set("name", name);
    ValidationFailure failure;
    RowRef made = table_.def().rowType().fromObject(std::move(row), Strictness::full, failure);
    EXPECT_TRUE(made) << failure.message();
    return made;
  }
  void insert(DriverTransaction& transaction, const Rows& rows) {
    fixture_.await(transaction.insert(table_.def(), rows));
  }
  void upsert(DriverTransaction& transaction, const Rows& rows) {
    fixture_.await(transaction.upsert(table_.def(), rows));
  }
  void remove(DriverTransaction& transaction, const std::vector<std::string>& ids) {
    fixture_.await(transaction.deleteRows(table_.def(), ids));
  }
  void store(const Rows& rows) {
    const auto transaction = fixture_.await(fixture_.driver->begin(TransactionMode::readWrite));
    insert(*transaction, rows);
    fixture_.await(transaction->commit());
  }
  /// By both kinds of write.
  bool refuses(DriverTransaction& transaction, const Rows& rows) {
    const std::optional<Error> inserted = thrown([&] { insert(transaction, rows); });
    const std::optional<Error> upserted = thrown([&] { upsert(transaction, rows); });
    return inserted && inserted->code() == ErrorCode::uniqueViolation && upserted &&
           upserted->code() == ErrorCode::uniqueViolation;
  }
  template <class Query>
  RowSequence scan(DriverTransaction& transaction, const Query& query) {
    const QuerySpec spec = query.spec();
    const ScanPlan plan = planQuery(spec);
    return fixture_.await(transaction.scan(plan)).rows;
  }
  template <class Query>
  std::string ids(DriverTransaction& transaction, const Query& query) {
    const RowSequence rows = scan(transaction, query);
    std::string text;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      text += (i > 0 ? " " : "") + std::string(table_.def().rowType().id(*rows[i]));
    }
    return text;
  }
  auto byTeamSeat() const { return selectFrom(table_, "byTeamSeat"); }
  std::string holder(DriverTransaction& transaction, const char* team, Value seat) {
    return ids(transaction, byTeamSeat().where(eq("team", team), eq("seat", std::move(seat))));
  }
  std::string all(DriverTransaction& transaction) { return ids(transaction, selectFrom(table_, "byTeam")); }

 private:
  DriverFixture& fixture_;
  DynamicTable table_ = seatsTable();
};

}  // namespace

TEST_P(DriverSuite, RowsMayShareEachColumnButNotAll) {
  Seats seats(fixture_);
  seats.store({seats.row("a", "x", 1), seats.row("b", "x", 2), seats.row("c", "y", 1)});
  const Transaction transaction = begin();
  EXPECT_TRUE(seats.refuses(*transaction, {seats.row("d", "y", 2), seats.row("e", "x", 2)})) << "a stored row has it";
  EXPECT_TRUE(seats.refuses(*transaction, {seats.row("d", "y", 2), seats.row("e", "y", 2)}))
      << "a row of the batch has it";
  EXPECT_EQ(seats.all(*transaction), "a b c") << "nothing of a refused batch is written";
  seats.insert(*transaction, {seats.row("d", "y", 2)});
  commit(*transaction);
  const Transaction reader = begin(TransactionMode::readOnly);
  EXPECT_EQ(seats.holder(*reader, "y", 2), "d");
  EXPECT_EQ(seats.all(*reader), "a b c d");
}

TEST_P(DriverSuite, ValuesOfTwoColumnsDoNotRunTogether) {
  Seats seats(fixture_);
  seats.store(
      {seats.row("a", "x", "yz"), seats.row("b", "xy", "z"), seats.row("c", "", "xyz"), seats.row("d", "xyz", "")});
  const Transaction transaction = begin();
  EXPECT_EQ(seats.holder(*transaction, "xy", "z"), "b");
  EXPECT_EQ(seats.holder(*transaction, "xyz", ""), "d");
  EXPECT_TRUE(seats.refuses(*transaction, {seats.row("e", "", "xyz")}));
}

TEST_P(DriverSuite, NullIsAValueAndARowWithoutAColumnIsNotInTheIndex) {
  Seats seats(fixture_);
  seats.store({seats.row("a", "x"), seats.row("b", "x"), seats.row("c", "x", nullptr), seats.row("d", "y", nullptr)});
  const Transaction transaction = begin();
  EXPECT_TRUE(seats.refuses(*transaction, {seats.row("e", "x", nullptr)}));
  EXPECT_EQ(seats.holder(*transaction, "x", nullptr), "c");
  seats.upsert(*transaction, {seats.row("c", "x")});
  seats.insert(*transaction, {seats.row("e", "x", nullptr)});
  EXPECT_EQ(seats.holder(*transaction, "x", nullptr), "e");
  EXPECT_EQ(seats.all(*transaction), "a b c e d");
}

TEST_P(DriverSuite, ARefusalNamesTheRowTheColumnsAndTheValues) {
  Seats seats(fixture_);
  seats.store({seats.row("a", "x", 1)});
  const Transaction transaction = begin();
  for (const bool isInsert : {true, false}) {
    const Rows rows = {seats.row("b", "y", 1), seats.row("c", "x", 1)};
    const std::optional<Error> error =
        thrown([&] { isInsert ? seats.insert(*transaction, rows) : seats.upsert(*transaction, rows); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code(), ErrorCode::uniqueViolation);
    EXPECT_EQ(error->place().table, "seats");
    EXPECT_EQ(error->place().index, "byTeamSeat");
    EXPECT_EQ(error->place().column, "") << "it is not one column's fault";
    EXPECT_EQ(error->place().rowId, "c");
    EXPECT_EQ(error->message(), "the unique value (team, seat) = (\"x\", 1) is held by row \"a\"");
  }
}

TEST_P(DriverSuite, RowsOfOneBatchMayExchangeTheirValues) {
  Seats seats(fixture_);
  seats.store({seats.row("a", "x", 1), seats.row("b", "x", 2), seats.row("c", "y", 1)});
  const Transaction transaction = begin();
  seats.upsert(*transaction, {seats.row("a", "x", 2), seats.row("b", "y", 1), seats.row("c", "x", 1)});
  commit(*transaction);
  const Transaction reader = begin(TransactionMode::readOnly);
  EXPECT_EQ(seats.holder(*reader, "x", 1) + seats.holder(*reader, "x", 2) + seats.holder(*reader, "y", 1), "cab");
}

TEST_P(DriverSuite, OneWriteAfterTheOtherExchangesThemOverAnotherValue) {
  Seats seats(fixture_);
  seats.store({seats.row("a", "x", 1), seats.row("b", "x", 2)});
  const Transaction transaction = begin();
  EXPECT_EQ(errorOf([&] { seats.upsert(*transaction, {seats.row("a", "x", 2)}); }), ErrorCode::uniqueViolation);
  seats.upsert(*transaction, {seats.row("a", "x")});
  seats.upsert(*transaction, {seats.row("b", "x", 1)});
  seats.upsert(*transaction, {seats.row("a", "x", 2)});
  commit(*transaction);
  const Transaction reader = begin(TransactionMode::readOnly);
  EXPECT_EQ(seats.holder(*reader, "x", 1) + seats.holder(*reader, "x", 2), "ba");
}

TEST_P(DriverSuite, AnUpsertMayKeepItsOwnValueAndChangeOtherColumns) {
  Seats seats(fixture_);
  seats.store({seats.row("a", "x", 1), seats.row("b", "x", 2)});
  const Transaction transaction = begin();
  seats.upsert(*transaction, {seats.row("a", "x", 1, "Ann")});
  seats.upsert(*transaction, {seats.row("b", "x", 3, "Bob")});
  EXPECT_EQ(seats.holder(*transaction, "x", 1), "a");
  EXPECT_EQ(seats.holder(*transaction, "x", 2), "");
  EXPECT_EQ(seats.holder(*transaction, "x", 3), "b");
}

TEST_P(DriverSuite, AValueIsFreeAfterItsRowIsDeletedOrHasChangedOneColumn) {
  Seats seats(fixture_);
  seats.store({seats.row("a", "x", 1), seats.row("b", "x", 2)});
  const Transaction transaction = begin();
  seats.remove(*transaction, {"a"});
  seats.upsert(*transaction, {seats.row("b", "y", 2)});
  seats.insert(*transaction, {seats.row("c", "x", 1), seats.row("d", "x", 2)});
  commit(*transaction);
  const Transaction reader = begin(TransactionMode::readOnly);
  EXPECT_EQ(seats.holder(*reader, "x", 1) + seats.holder(*reader, "x", 2) + seats.holder(*reader, "y", 2), "cdb");
}

TEST_P(DriverSuite, AListOfValuesOnEachColumnFindsEveryCombination) {
  Seats seats(fixture_);
  seats.store({seats.row("a", "x", 1), seats.row("b", "x", 2), seats.row("c", "y", 1), seats.row("d", "z", 1),
               seats.row("e", "x")});
  const Transaction transaction = begin();
  EXPECT_EQ(seats.ids(*transaction, seats.byTeamSeat().where(in("team", {"y", "x", "q"}), in("seat", {2, 1}))),
            "a b c");
  EXPECT_EQ(seats.ids(*transaction, seats.byTeamSeat().where(eq("seat", 1), in("team", {"y", "z"}))), "c d");
  const auto two =
      seats.byTeamSeat().where(anyOf(allOf(eq("team", "z"), eq("seat", 1)), allOf(eq("team", "x"), eq("seat", 2))));
  EXPECT_EQ(seats.ids(*transaction, two), "b d");
  EXPECT_EQ(seats.scan(*transaction, seats.byTeamSeat().count()).size(), 4U) << "only rows that have both columns";
}

}  // namespace hyperdb::test
