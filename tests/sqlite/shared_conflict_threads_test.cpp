// Another program on the same file takes the unique value of a row that a cache has not flushed yet.
#include <map>

#include <hyperdb/async_sql_driver.hpp>
#include <hyperdb/hybrid_db.hpp>

#include "sqlite/sqlite_world.hpp"
#include "support/test_duration.hpp"
#include "support/test_random.hpp"

namespace hyperdb::test {
namespace {

struct Account {
  std::string id;
  std::string email;
  double balance = 0;
};
constexpr auto byEmail = uniqhash<&Account::email>("byEmail");
constexpr auto byBalance = btree<&Account::balance>("byBalance");
const auto accounts = defineTable<Account>("accounts").index(byEmail).index(byBalance);
const auto allAccounts = selector("allAccounts", {}, []() -> Selector<std::string> {
  std::string text;
  for (const Account& each : co_await selectFrom(accounts, byBalance)) {
    text += (text.empty() ? "" : " ") + each.id + ":" + each.email;
  }
  co_return text;
});

SqlOptions shared() {
  SqlOptions options;
  options.sharedFile.enabled = true;
  options.sharedFile.pollIntervalMs = 0;
  return options;
}

struct Kind {
  const char* primary;
  const char* cache;
};

/// Two programs on one file: ours has a cache in front of it, the other one has none.
class SharedConflict : public SqliteTest, public testing::WithParamInterface<Kind> {
 protected:
  void SetUp() override {
    open();
    other_.loadTables(std::vector{accounts.sharedDef()}).get();
  }
  void TearDown() override {
    const std::string ours = all();
    close();
    const SubscribableDB again = openFile(file(), {accounts});
    EXPECT_EQ(select(again, allAccounts()), ours) << "the file does not hold what memory held";
    EXPECT_EQ(damageOf(again), "");
    open();
    EXPECT_EQ(all(), ours);
    close();
  }

  void open() {
    DBOptions dbOptions;
    dbOptions.executor = &loop_;
    db_.emplace(DB{makeDriver(), dbOptions});
    await(execAsync(db_->loadTables({accounts})));
  }
  std::unique_ptr<Driver> makeDriver() {
    std::unique_ptr<Driver> primary;
    if (isAsync()) {
      primary = std::make_unique<AsyncSqlDriver>(file(), AsyncSqlOptions{shared()});
    } else {
      primary = std::make_unique<SqlDriver>(file(), shared());
    }
    HybridOptions options;
    options.onEvent = [this](const HybridEvent& event) {
      if (event.kind == HybridEventKind::conflict) conflicts_ += event.table + "/" + event.rowId + " ";
    };
    if (std::string_view(GetParam().cache) == "Hybrid") return std::make_unique<HybridDB>(std::move(primary), options);
    return std::make_unique<PreloadedHybridDB>(std::move(primary), options);
  }
  void close() {
    if (db_) db_->close();
    db_.reset();
    loop_.runReady();
  }
  bool isAsync() const { return std::string_view(GetParam().primary) == "AsyncSql"; }
  WriteBehindDriver& cache() { return static_cast<WriteBehindDriver&>(db_->driver()); }
  /// Lets the primary report what the other program has committed.
  void look() {
    if (!isAsync()) return static_cast<SqlDriver&>(cache().primary()).pollForCommits();
    auto& primary = static_cast<AsyncSqlDriver&>(cache().primary());
    primary.pollForCommits();
    loop_.runUntil([&] { return primary.isIdle(); });
    loop_.runReady();
  }
  template <class T>
  T await(Completion<T> completion) {
    return runUntilReady(loop_, std::move(completion));
  }
  std::optional<ErrorCode> put(std::vector<Account> rows) {
    return codeOf([&] { await(execAsync(*db_, upsert(accounts, std::move(rows)))); });
  }
  std::optional<ErrorCode> flush() {
    return codeOf([&] { await(cache().flushed()); });
  }
  std::string all() { return await(selectAsync(*db_, allAccounts())); }

  /// The other program writes, and commits when it is told to. Until then no flush gets the lock of the file.
  void writeThere(const std::vector<Account>& rows) {
    transaction_ = other_.begin(TransactionMode::readWrite).get();
    for (const Account& row : rows) {
      const std::vector boxed{RowRef(new RowBox<Account>(accounts.def().rowType(), row))};
      transaction_->upsert(accounts.def(), boxed).get();
    }
  }
  void commitThere() { std::exchange(transaction_, nullptr)->commit().get(); }

  RunLoop loop_;
  std::string conflicts_;
  std::optional<SubscribableDB> db_;

 private:
  SqlDriver other_{file(), shared()};
  std::unique_ptr<DriverTransaction> transaction_;
};

TEST_P(SharedConflict, TheLocalRowIsRolledBackAndEverythingElseIsFlushed) {
  std::string heard;
  const Subscription subscription = db_->subscribe([&](const CommitEvent& event) {
    const bool isExternal = findTrait(event.traits, externalCommitTrait.type) != nullptr;
    if (!isExternal) return;
    for (const Op& op : event.ops) heard += std::string(op.rowId()) + (op.newRow ? " written; " : " deleted; ");
  });
  AsyncSelector<std::string> live = asyncSelector(*db_, allAccounts());
  const Subscription watch = live.subscribe([] {});
  await(live.whenFresh());
  writeThere({{"y", "taken", 4}});
  EXPECT_EQ(put({{"a", "free", 1}, {"x", "taken", 2}, {"b", "other", 3}}), std::nullopt);
  commitThere();
  EXPECT_EQ(flush(), ErrorCode::uniqueViolation);
  EXPECT_EQ(flush(), std::nullopt);
  look();
  EXPECT_EQ(cache().state(), HybridState::running);
  EXPECT_EQ(cache().pendingCommits(), 0U);
  EXPECT_EQ(conflicts_, "accounts/x ");
  EXPECT_NE(heard.find("x deleted; "), std::string::npos) << heard;
  EXPECT_NE(heard.find("y written; "), std::string::npos) << heard;
  await(live.whenFresh());
  EXPECT_EQ(*live.data(), "a:free b:other y:taken");
  EXPECT_EQ(all(), "a:free b:other y:taken");
}

TEST_P(SharedConflict, AChangeOfAStoredRowIsRolledBackToWhatIsStored) {
  EXPECT_EQ(put({{"x", "old", 1}}), std::nullopt);
  EXPECT_EQ(flush(), std::nullopt);
  writeThere({{"y", "taken", 4}});
  EXPECT_EQ(put({{"x", "taken", 2}, {"b", "other", 5}}), std::nullopt);
  EXPECT_EQ(put({{"x", "taken", 3}}), std::nullopt);
  commitThere();
  EXPECT_EQ(flush(), ErrorCode::uniqueViolation);
  look();
  EXPECT_EQ(all(), "x:old y:taken b:other");
  EXPECT_EQ(put({{"x", "new", 6}}), std::nullopt);
  EXPECT_EQ(flush(), std::nullopt);
  EXPECT_EQ(all(), "y:taken b:other x:new");
}

TEST_P(SharedConflict, AReportBeforeTheFlushLeadsToTheSame) {
  EXPECT_EQ(all(), "");
  writeThere({{"y", "taken", 4}});
  EXPECT_EQ(put({{"x", "taken", 2}, {"b", "other", 3}}), std::nullopt);
  commitThere();
  look();
  EXPECT_EQ(all(), "b:other y:taken") << "a read does not fail meanwhile";
  EXPECT_EQ(flush(), std::nullopt);
  EXPECT_EQ(conflicts_, "accounts/x ");
}

TEST_P(SharedConflict, ALocalRowThatTookTheValueOfOneThatIsRolledBackIsRolledBackToo) {
  EXPECT_EQ(put({{"x", "old", 1}}), std::nullopt);
  EXPECT_EQ(flush(), std::nullopt);
  writeThere({{"y", "taken", 4}});
  EXPECT_EQ(put({{"x", "taken", 2}, {"z", "old", 3}, {"b", "other", 5}}), std::nullopt);
  commitThere();
  EXPECT_EQ(flush(), ErrorCode::uniqueViolation);
  look();
  EXPECT_EQ(all(), "x:old y:taken b:other");
}

TEST_P(SharedConflict, WhateverBothWriteTheRowsOfTheOtherProgramStay) {
  TestRandom random(testSeed());
  SCOPED_TRACE("seed " + std::to_string(testSeed()));
  const auto randomRows = [&random](char prefix) {
    std::map<std::string, Account> rows;  // emails are distinct within a commit
    for (std::size_t i = random.below(4) + 1; i > 0; --i) {
      const std::string email = "e" + std::to_string(random.below(40));
      rows[email] = {prefix + std::to_string(random.below(8)), email, static_cast<double>(random.below(100))};
    }
    std::map<std::string, Account> byId;
    for (const auto& [email, row] : rows) byId[row.id] = row;
    std::vector<Account> result;
    for (const auto& [id, row] : byId) result.push_back(row);
    return result;
  };
  std::map<std::string, std::string> theirs;
  for (int round = testRounds(30); round > 0 && !HasFailure(); --round) {
    const SubscribableDB file = openFile(this->file(), {accounts});
    const auto freeRows = [&](char prefix) {  // what the file has already would be refused at once
      std::vector<Account> rows = randomRows(prefix);
      std::erase_if(rows, [&](const Account& row) {
        const auto holders = execSync(file, selectFrom(accounts, byEmail).where(eq<&Account::email>(row.email)));
        return !holders.empty() && holders.front().id != row.id;
      });
      return rows;
    };
    const std::vector<Account> there = freeRows('t');
    std::vector<Account> here = freeRows('h');
    if (!there.empty() && random.chance(2)) here.push_back({"h9", there.front().email, 50});
    writeThere(there);
    const std::optional<ErrorCode> refused = put(here);
    EXPECT_TRUE(!refused || refused == ErrorCode::uniqueViolation);
    commitThere();
    for (const Account& row : there) theirs[row.id] = row.email;
    if (random.chance(2)) look();
    while (flush()) {
    }
    look();
    const std::string ours = all();
    EXPECT_EQ(select(file, allAccounts()), ours);
    for (const auto& [id, email] : theirs) EXPECT_NE((" " + ours + " ").find(" " + id + ":" + email + " "), ours.npos);
    EXPECT_EQ(cache().state(), HybridState::running);
  }
  EXPECT_NE(conflicts_, "");
}

INSTANTIATE_TEST_SUITE_P(, SharedConflict,
                         testing::Values(Kind{"Sql", "Hybrid"}, Kind{"Sql", "Preloaded"}, Kind{"AsyncSql", "Hybrid"},
                                         Kind{"AsyncSql", "Preloaded"}),
                         [](const auto& test) { return std::string(test.param.cache) + test.param.primary; });

}  // namespace
}  // namespace hyperdb::test
