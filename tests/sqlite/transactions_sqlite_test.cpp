// Transactions over a file: what they see of each other, what fails, and what the cache must not remember.
#include <limits>

#include "sqlite/sqlite_world.hpp"

namespace hyperdb::test {
namespace {

const DynamicTable notes = notesTable().index("byText", {"text"}).index("byRank", {"rank"}, IndexType::uniqhash);
const auto allNotes =
    selector("allNotes", {}, []() -> Selector<Rows<Object>> { co_return co_await selectFrom(notes, "byText"); });
const auto addNote = action("addNote", {"id", "text"}, [](std::string id, std::string text) -> Action<> {
  co_await insert(notes, note(id, text));
});

std::string textsOf(const Rows<Object>& rows) {
  std::string texts;
  for (const Object& row : rows) texts += (texts.empty() ? "" : " ") + row.at("text").asString();
  return texts;
}

class SqliteTransactionsTest : public SqliteTest {
 protected:
  SubscribableDB db_ = openFile(file(), {notes});
  std::string texts() { return textsOf(select(db_, allNotes())); }
};

const SubscribableDB* outerDb = nullptr;
std::string seenInside;

TEST_F(SqliteTransactionsTest, ASelectorInTheMiddleOfAnActionSeesWhatIsCommitted) {
  syncDispatch(db_, addNote("a", "old"));
  outerDb = &db_;
  const auto change = action("change", {}, []() -> Action<> {
    co_await upsert(notes, note("a", "new"));
    co_await insert(notes, note("b", "newer"));
    seenInside = textsOf(select(*outerDb, allNotes())) + " / " + textsOf(co_await allNotes());
  });
  syncDispatch(db_, change());
  EXPECT_EQ(seenInside, "old / new newer");
  EXPECT_EQ(texts(), "new newer");
}

TEST_F(SqliteTransactionsTest, ADispatchInTheMiddleOfASelectorDoesNotChangeWhatTheSelectorSees) {
  syncDispatch(db_, addNote("a", "old"));
  outerDb = &db_;
  const auto nosy = selector("nosy", {}, []() -> Selector<std::string> {
    const std::string before = textsOf(co_await allNotes());
    syncDispatch(*outerDb, addNote("b", "written meanwhile"));
    const std::string after = textsOf(co_await allNotes());
    co_return before + " / " + after + " / " + textsOf(select(*outerDb, allNotes()));
  });
  EXPECT_EQ(select(db_, nosy()), "old / old / old written meanwhile");
}

TEST_F(SqliteTransactionsTest, WhatWasRolledBackIsNotRemembered) {
  syncDispatch(db_, addNote("a", "old"));
  EXPECT_EQ(texts(), "old");
  const auto fail = action("fail", {}, []() -> Action<> {
    co_await upsert(notes, note("a", "never"));
    co_await insert(notes, note("b", "never"));
    throw std::runtime_error("no");
  });
  EXPECT_THROW(syncDispatch(db_, fail()), std::runtime_error);
  EXPECT_EQ(texts(), "old");
  // The row's number is free again.
  syncDispatch(db_, addNote("c", "later"));
  EXPECT_EQ(texts(), "later old");
}

TEST_F(SqliteTransactionsTest, ABatchThatIsRefusedHalfWayLeavesNothingBehind) {
  execSync(db_, insert(notes, {note("a", "one", 1), note("b", "two", 2)}));
  const auto tryBatch = action("tryBatch", {}, []() -> Action<std::string> {
    std::string codes;
    try {
      co_await upsert(notes, {note("a", "changed", 3), note("c", "new", 2)});
    } catch (const Error& error) {
      codes += errorCodeName(error.code());
    }
    try {
      co_await insert(notes, {note("d", "new"), note("a", "again")});
    } catch (const Error& error) {
      codes += std::string(" ") + std::string(errorCodeName(error.code()));
    }
    co_return codes + " " + textsOf(co_await allNotes());
  });
  EXPECT_EQ(syncDispatch(db_, tryBatch()), "unique_violation duplicate_id one two");
  EXPECT_EQ(texts(), "one two");
  EXPECT_EQ(damageOf(db_), "");
}

TEST_F(SqliteTransactionsTest, ABatchMayHandUniqueValuesFromRowToRow) {
  execSync(db_, insert(notes, {note("a", "one", 1), note("b", "two", 2)}));
  execSync(db_, upsert(notes, {note("a", "one", 2), note("b", "two", 1)}));
  EXPECT_EQ(idsOf(db_, selectFrom(notes, "byRank").where(eq("rank", 1))), "b");
  EXPECT_EQ(damageOf(db_), "");
}

TEST_F(SqliteTransactionsTest, WhatAnotherConnectionWritesIsSeenByTheNextCommand) {
  syncDispatch(db_, addNote("a", "old"));
  EXPECT_EQ(texts(), "old");
  const SubscribableDB other = openFile(file(), {notes});
  execSync(other, upsert(notes, note("a", "from elsewhere")));
  EXPECT_EQ(texts(), "from elsewhere");
  execSync(other, deleteRows(notes, "a"));
  execSync(other, insert(notes, note("b", "in its place")));
  EXPECT_EQ(texts(), "in its place");
}

TEST_F(SqliteTransactionsTest, ARowThatWasReadBeforeIsTheSameObject) {
  syncDispatch(db_, addNote("a", "text"));
  const RowPtr<Object> first = execSync(db_, selectFrom(notes, "byText").first());
  const RowPtr<Object> second = execSync(db_, selectFrom(notes, "byId").where(eq("id", "a")).first());
  EXPECT_EQ(first.get(), second.get());
}

TEST_F(SqliteTransactionsTest, RowsAreTheSameHoweverManyAreKeptAsObjects) {
  std::vector<Object> rows;
  for (int i = 0; i < 3000; ++i) rows.push_back(note("n" + std::to_string(i), "x", i));
  execSync(openFile(file(), {notes}), insert(notes, rows));
  for (const std::size_t kept : {std::size_t{0}, std::size_t{1}, std::numeric_limits<std::size_t>::max()}) {
    SqlOptions options;
    options.rowCacheRows = kept;
    const SubscribableDB db = openFile(file(), {notes}, options);
    for (int round = 0; round < 2; ++round) {
      double sum = 0;
      for (const Object& row : execSync(db, selectFrom(notes, "byText"))) sum += row.at("rank").asNumber();
      EXPECT_EQ(sum, 2999.0 * 3000 / 2) << kept;
    }
  }
}

TEST_F(SqliteTransactionsTest, ALockedFileIsWaitedForAndThenReported) {
  SqlOptions options;
  options.busyTimeoutMs = 50;
  const SubscribableDB impatient = openFile(file(), {notes}, options);
  outerDb = &impatient;
  const auto hold = action("hold", {}, []() -> Action<std::string> {
    co_await insert(notes, note("a", "held"));
    co_return thrownText([] { execSync(*outerDb, insert(notes, note("b", "x"))); });
  });
  const std::string message = syncDispatch(db_, hold());
  EXPECT_NE(message.find("50 ms"), std::string::npos) << message;
  execSync(impatient, insert(notes, note("b", "later")));
  EXPECT_EQ(texts(), "held later");
}

TEST_F(SqliteTransactionsTest, TwentyThousandIdsBranchesAndRowsAreOneCommand) {
  std::vector<Object> rows;
  std::vector<Branch> branches;
  std::vector<std::string> ids;
  for (int i = 0; i < 20'000; ++i) {
    const std::string id = "n" + std::to_string(i);
    rows.push_back(note(id, "text " + std::to_string(i)));
    branches.push_back(allOf(eq("text", "text " + std::to_string(i))));
    ids.push_back(id);
  }
  execSync(db_, insert(notes, rows));
  EXPECT_EQ(execSync(db_, selectFrom(notes, "byText").where(anyOf(branches))).size(), 20'000u);
  execSync(db_, deleteRows(notes, ids));
  EXPECT_EQ(texts(), "");
  EXPECT_EQ(damageOf(db_), "");
}

TEST_F(SqliteTransactionsTest, ADatabaseInMemoryIsItsOwn) {
  const SubscribableDB one = openFile(":memory:", {notes});
  const SubscribableDB two = openFile(":memory:", {notes});
  execSync(one, insert(notes, note("a", "x")));
  EXPECT_EQ(idsOf(two, selectFrom(notes, "byText")), "");
  EXPECT_EQ(idsOf(one, selectFrom(notes, "byText")), "a");
}

TEST_F(SqliteTransactionsTest, AfterCloseEverythingIsRefused) {
  syncDispatch(db_, addNote("a", "x"));
  db_.close();
  EXPECT_EQ(thrown([&] { texts(); })->code(), ErrorCode::closed);
  EXPECT_EQ(idsOf(openFile(file(), {notes}), selectFrom(notes, "byText")), "a");
}

}  // namespace
}  // namespace hyperdb::test
