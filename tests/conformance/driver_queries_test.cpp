// What every driver gives for lists of values, pages and counts.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "conformance/driver_fixture.hpp"

namespace hyperdb::test {
namespace {

/// How many rows a counting plan says.
template <class Query>
std::size_t countOf(DriverFixture& fixture, DriverTransaction& transaction, const Query& query) {
  const QuerySpec spec = query.count().spec();
  const ScanPlan plan = planQuery(spec);
  return fixture.await(transaction.scan(plan)).rows.size();
}

}  // namespace

TEST_P(DriverSuite, AListOfValuesGivesTheRowsOfEachOnceInTheOrderOfTheIndex) {
  store({person("a", "x", 1), person("b", "y", 2), person("c", "z", 3), person("d", "x", 4)});
  const Transaction transaction = begin(TransactionMode::readOnly);
  const auto ends = byTeamAge().where(in("team", {"z", "x", "z", "nobody"}));
  EXPECT_EQ(idsOf(*transaction, ends), "a d c");
  EXPECT_EQ(idsOf(*transaction, ends.order(desc).limit(2)), "c d");
  EXPECT_EQ(idsOf(*transaction, byTeamAge().where(in("team", {"z", "x"}), gte("age", 2))), "d c");
  EXPECT_EQ(idsOf(*transaction, byTeamAge().where(eq("team", "x"), in("age", {4, 9, 1}))), "a d");
  EXPECT_EQ(idsOf(*transaction, selectFrom(people_, "byId").where(in("id", {"c", "q", "a"}))), "a c");
  EXPECT_EQ(idsOf(*transaction, selectFrom(people_, "byTeam").where(in("team", {"y"}))), "b");
  EXPECT_TRUE(planQuery(byTeamAge().where(in("team", std::vector<std::string>())).spec()).ranges.empty());
}

TEST_P(DriverSuite, AListOfUniqueValuesFindsTheRowsThatHaveThem) {
  store({person("a", "x", 1, "1@x"), person("b", "y", 2, "2@x"), person("c", "z", 3)});
  const Transaction transaction = begin();
  remove(*transaction, {"b"});
  upsert(*transaction, {person("c", "z", 3, "3@x")});
  EXPECT_EQ(idsOf(*transaction, selectFrom(people_, "byEmail").where(in("email", {"3@x", "2@x", "1@x"}))), "a c");
}

TEST_P(DriverSuite, PagesBehindTheirLastRowsGiveEachRowOnce) {
  store({person("a", "x", 1), person("b", "x", 2), person("c", "x", 2), person("d", "x", 2), person("e", "y", 0)});
  const Transaction transaction = begin(TransactionMode::readOnly);
  const Object c{{"id", "c"}, {"team", "x"}, {"age", 2}};
  EXPECT_EQ(idsOf(*transaction, byTeamAge().after(c).limit(2)), "d e");
  EXPECT_EQ(idsOf(*transaction, byTeamAge().order(desc).after(c)), "b a");
  EXPECT_EQ(idsOf(*transaction, byTeamAge().where(eq("team", "x")).after(c)), "d");
  const Object gone{{"id", "bb"}, {"team", "x"}, {"age", 2}};
  EXPECT_EQ(idsOf(*transaction, byTeamAge().after(gone).limit(2)), "c d");
}

TEST_P(DriverSuite, ACountIsTheNumberOfRowsThatTheScanWouldGive) {
  store({person("a", "x", 1), person("b", "y", 2, "1@x"), person("c", "z", 3), person("d", "x", 4)});
  const Transaction transaction = begin();
  const auto countIn = [&](const auto& query) { return countOf(fixture_, *transaction, query); };
  EXPECT_EQ(countIn(byTeamAge()), 4U);
  EXPECT_EQ(countIn(byTeamAge().limit(3)), 3U);
  EXPECT_EQ(countIn(byTeamAge().where(eq("team", "x"))), 2U);
  EXPECT_EQ(countIn(byTeamAge().where(in("team", {"x", "z"})).order(desc)), 3U);
  EXPECT_EQ(countIn(byTeamAge().where(eq("team", "x"), gt("age", 1))), 1U);
  EXPECT_EQ(countIn(selectFrom(people_, "byId")), 4U);
  EXPECT_EQ(countIn(selectFrom(people_, "byId").where(in("id", {"a", "c", "q"}))), 2U);
  EXPECT_EQ(countIn(selectFrom(people_, "byEmail")), 1U);
  remove(*transaction, {"a", "b"});
  insert(*transaction, {person("e", "x", 9)});
  EXPECT_EQ(countIn(byTeamAge().where(eq("team", "x"))), 2U);
  EXPECT_EQ(countIn(selectFrom(people_, "byId")), 3U);
  EXPECT_EQ(countIn(selectFrom(people_, "byEmail")), 0U);
}

TEST_P(DriverSuite, ACountReadsNoRow) {
  Rows rows;
  for (int i = 0; i < 40; ++i) rows.push_back(person(std::to_string(i).c_str(), i % 2 == 0 ? "x" : "y", i));
  store(rows);
  const Transaction transaction = begin(TransactionMode::readOnly);
  const std::uint64_t before = driver().counters().rowsExamined;
  EXPECT_EQ(countOf(fixture_, *transaction, byTeamAge().where(eq("team", "x"))), 20U);
  EXPECT_EQ(countOf(fixture_, *transaction, selectFrom(people_, "byId")), 40U);
  const bool isFilled = GetParam().name.find("ybrid") != std::string::npos;  // HybridDB reads what memory lacks
  if (!isFilled) {
    EXPECT_EQ(driver().counters().rowsExamined, before);
  }
}

}  // namespace hyperdb::test
