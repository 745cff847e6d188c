// What the driver suite needs to know of a driver, and short ways to ask its transactions for something.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <hyperdb/engine/driver.hpp>
#include <hyperdb/error.hpp>
#include <hyperdb/query.hpp>

#include "support/test_random.hpp"

namespace hyperdb::test {

/// A driver under test, and what makes its completions come.
struct DriverFixture {
  /// Stands in for the database.
  struct Host final : DriverHost {
    explicit Host(Executor& executor) : loop(executor) {}
    Executor& executor() const noexcept override { return loop; }
    void onExternalCommit(Ops) noexcept override {}
    void onUnknownChange() noexcept override {}
    Executor& loop;
  };

  RunLoop loop;
  std::shared_ptr<void> kept;  ///< goes after the driver
  Host host{loop};
  std::unique_ptr<Driver> driver;

  template <class T>
  T await(Completion<T> completion) {
    loop.runReady();
    return runUntilReady(loop, std::move(completion));
  }
};

struct DriverKind {
  std::string name;
  std::function<void(DriverFixture&)> setUp;
  bool answersAtOnce;
  bool keepsOldStates = true;  ///< a reader does not see what is committed beside it
};

inline void PrintTo(const DriverKind& kind, std::ostream* out) { *out << kind.name; }

inline DynamicTable peopleTable() {
  return defineTable(
             "people",
             {{"id", v::string()}, {"team", v::string()}, {"age", v::number()}, {"email", v::optional(v::string())}})
      .index("byTeamAge", {"team", "age"})
      .index("byTeam", {"team"}, IndexType::hash)
      .index("byEmail", {"email"}, IndexType::uniqhash);
}

inline RowRef person(const DynamicTable& table, const char* id, const char* team, int age,
                     const char* email = nullptr) {
  Object row{{"id", id}, {"team", team}, {"age", age}};
  if (email != nullptr) row.set("email", email);
  ValidationFailure failure;
  RowRef made = table.def().rowType().fromObject(std::move(row), Strictness::full, failure);
  EXPECT_TRUE(made) << failure.message();
  return made;
}

class DriverSuite : public ::testing::TestWithParam<DriverKind> {
 protected:
  using Transaction = std::unique_ptr<DriverTransaction>;
  using Rows = std::vector<RowRef>;

  void SetUp() override {
    GetParam().setUp(fixture_);
    driver().attach(fixture_.host);
    await(driver().loadTables(std::vector{people_.sharedDef()}));
  }

  void TearDown() override {
    if (HasFailure()) std::cerr << "HYPERDB_TEST_SEED=" << testSeed() << '\n';
  }

  Driver& driver() const { return *fixture_.driver; }
  template <class T>
  T await(Completion<T> completion) {
    return fixture_.await(std::move(completion));
  }
  Transaction begin(TransactionMode mode = TransactionMode::readWrite) { return await(driver().begin(mode)); }
  RowRef person(const char* id, const char* team, int age, const char* email = nullptr) const {
    return test::person(people_, id, team, age, email);
  }

  Ops insert(DriverTransaction& transaction, const Rows& rows) {
    return await(transaction.insert(people_.def(), rows));
  }
  Ops upsert(DriverTransaction& transaction, const Rows& rows) {
    return await(transaction.upsert(people_.def(), rows));
  }
  Ops remove(DriverTransaction& transaction, const std::vector<std::string>& ids) {
    return await(transaction.deleteRows(people_.def(), ids));
  }
  void commit(DriverTransaction& transaction) { await(transaction.commit()); }
  /// Inserts rows in a transaction of their own.
  void store(const Rows& rows) {
    const Transaction transaction = begin();
    insert(*transaction, rows);
    commit(*transaction);
  }

  /// The ids of a query's rows, as "a b c".
  template <class Query>
  std::string idsOf(DriverTransaction& transaction, const Query& query) {
    const QuerySpec spec = query.spec();
    const ScanPlan plan = planQuery(spec);
    const RowSequence rows = await(transaction.scan(plan)).rows;
    std::string ids;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (i > 0) ids += ' ';
      ids += people_.def().rowType().id(*rows[i]);
    }
    return ids;
  }
  auto byTeamAge() const { return selectFrom(people_, "byTeamAge"); }
  std::string allIds(DriverTransaction& transaction) { return idsOf(transaction, byTeamAge()); }
  /// What a new transaction sees.
  std::string storedIds() { return allIds(*begin(TransactionMode::readOnly)); }

  template <class F>
  std::optional<ErrorCode> errorOf(F&& call) {
    try {
      call();
    } catch (const Error& error) {
      return error.code();
    }
    return std::nullopt;
  }

  DriverFixture fixture_;
  DynamicTable people_ = peopleTable();
};

}  // namespace hyperdb::test
