// loadTables on files: creating, verifying, adding and dropping indexes, and what it refuses.
#include "sqlite/sqlite_world.hpp"

namespace hyperdb::test {
namespace {

class SqliteSchemaTest : public SqliteTest {
 protected:
  /// A file with the notes a: "x", b: "y", c: "x" and without indexes.
  void makeNotes() {
    const SubscribableDB db = openFile(file(), {notesTable()});
    execSync(db, insert(notesTable(), {note("a", "x", 1), note("b", "y", 2), note("c", "x")}));
  }
};

TEST_F(SqliteSchemaTest, WhatWasCommittedIsThereWhenTheFileIsOpenedAgain) {
  makeNotes();
  const SubscribableDB db = openFile(file(), {notesTable()});
  EXPECT_EQ(idsOf(db, selectFrom(notesTable(), "byId").where(anyOf({allOf(eq("id", "a")), allOf(eq("id", "c"))}))),
            "a c");
  EXPECT_EQ(damageOf(db), "");
}

TEST_F(SqliteSchemaTest, AnySqliteToolCanReadTheRows) {
  makeNotes();
  EXPECT_EQ(askSqlite(file(), "SELECT id, data ->> 'text' FROM notes ORDER BY id"), "a|x b|y c|x");
}

TEST_F(SqliteSchemaTest, ANewIndexIsFilledFromTheStoredRows) {
  makeNotes();
  const DynamicTable indexed = notesTable().index("byText", {"text"}).index("byRank", {"rank"});
  const SubscribableDB db = openFile(file(), {indexed});
  EXPECT_EQ(idsOf(db, selectFrom(indexed, "byText")), "a c b");
  EXPECT_EQ(idsOf(db, selectFrom(indexed, "byRank")), "a b");
  EXPECT_EQ(damageOf(db), "");
}

TEST_F(SqliteSchemaTest, AnIndexThatIsNotDeclaredAnyMoreIsDroppedAndCanComeBack) {
  const DynamicTable indexed = notesTable().index("byText", {"text"});
  {
    const SubscribableDB db = openFile(file(), {indexed});
    execSync(db, insert(indexed, {note("a", "x")}));
  }
  {
    const SubscribableDB db = openFile(file(), {notesTable()});
    execSync(db, insert(notesTable(), {note("b", "w")}));
  }
  EXPECT_EQ(askSqlite(file(), "SELECT count(*) FROM sqlite_master WHERE name = 'notes/byText'"), "0");
  const SubscribableDB db = openFile(file(), {indexed});
  EXPECT_EQ(idsOf(db, selectFrom(indexed, "byText")), "b a");
}

TEST_F(SqliteSchemaTest, AnIndexOfTheSameNameWithOtherColumnsIsMadeAnew) {
  makeNotes();
  {
    openFile(file(), {notesTable().index("sorted", {"text"})});
  }
  const DynamicTable other = notesTable().index("sorted", {"rank"});
  const SubscribableDB db = openFile(file(), {other});
  EXPECT_EQ(idsOf(db, selectFrom(other, "sorted")), "a b");
  EXPECT_EQ(damageOf(db), "");
}

TEST_F(SqliteSchemaTest, AUniqueIndexThatStoredRowsViolateIsRefusedWithTheirIds) {
  makeNotes();
  const DynamicTable unique = notesTable().index("byText", {"text"}, IndexType::uniqhash);
  const std::optional<Error> error = thrown([&] { openFile(file(), {unique}); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::uniqueViolation);
  EXPECT_EQ(error->place().table, "notes");
  EXPECT_EQ(error->place().index, "byText");
  EXPECT_NE(error->message().find("\"a\" and \"c\" both have (\"x\")"), std::string::npos) << error->message();
  // The file is as it was.
  EXPECT_EQ(askSqlite(file(), "SELECT count(*) FROM sqlite_master WHERE name LIKE 'notes/%'"), "0");
  EXPECT_EQ(idsOf(openFile(file(), {notesTable()}), selectFrom(notesTable(), "byId").where(eq("id", "b"))), "b");
}

TEST_F(SqliteSchemaTest, AUniqueIndexOfSeveralColumnsIsRefusedOnlyForRowsThatShareAllOfThem) {
  makeNotes();
  {
    execSync(openFile(file(), {notesTable()}), insert(notesTable(), {note("d", "x", 2), note("e", "z", 1)}));
  }
  const DynamicTable unique = notesTable().index("byTextRank", {"text", "rank"}, IndexType::uniqhash);
  {
    const SubscribableDB db = openFile(file(), {unique});
    EXPECT_EQ(idsOf(db, selectFrom(unique, "byTextRank").where(eq("text", "x"), in("rank", {1, 2}))), "a d");
    EXPECT_EQ(codeOf([&] { execSync(db, insert(unique, note("f", "x", 2))); }), ErrorCode::uniqueViolation);
    execSync(db, insert(unique, note("f", "x")));
    EXPECT_EQ(damageOf(db), "");
  }
  {
    execSync(openFile(file(), {notesTable()}), insert(notesTable(), {note("g", "z", 1), note("h", "x", 2)}));
  }
  const std::optional<Error> error = thrown([&] { openFile(file(), {unique}); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::uniqueViolation);
  EXPECT_EQ(error->place().table + "/" + error->place().index, "notes/byTextRank");
  EXPECT_EQ(error->message(),
            "stored rows share values of the new unique index: \"d\" and \"h\" both have (text, rank) = (\"x\", 2), "
            "\"e\" and \"g\" both have (text, rank) = (\"z\", 1)");
  EXPECT_EQ(askSqlite(file(), "SELECT count(*) FROM sqlite_master WHERE name LIKE 'notes/%'"), "0");
}

TEST_F(SqliteSchemaTest, AUniqueIndexThatGetsOrLosesAColumnIsMadeAnew) {
  makeNotes();
  const DynamicTable pair = notesTable().index("unique", {"text", "rank"}, IndexType::uniqhash);
  {
    execSync(openFile(file(), {pair}), insert(pair, note("d", "x", 2)));
  }
  const DynamicTable sorted = notesTable().index("unique", {"text", "rank"});
  {
    EXPECT_EQ(idsOf(openFile(file(), {sorted}), selectFrom(sorted, "unique")), "a d b");
  }
  const DynamicTable single = notesTable().index("unique", {"text"}, IndexType::uniqhash);
  EXPECT_EQ(codeOf([&] { openFile(file(), {single}); }), ErrorCode::uniqueViolation);
  const SubscribableDB db = openFile(file(), {pair});
  EXPECT_EQ(codeOf([&] { execSync(db, upsert(pair, note("b", "x", 1))); }), ErrorCode::uniqueViolation);
  EXPECT_EQ(damageOf(db), "");
}

TEST_F(SqliteSchemaTest, FillingAnIndexReportsHowFarItIsAndCanBeStoppedAndRepeated) {
  {
    const SubscribableDB db = openFile(file(), {notesTable()});
    std::vector<Object> rows;
    for (int i = 0; i < 2500; ++i) rows.push_back(note("n" + std::to_string(i), "text " + std::to_string(i % 7)));
    execSync(db, insert(notesTable(), rows));
  }
  const DynamicTable indexed = notesTable().index("byText", {"text"});
  std::string seen;
  SqlOptions options;
  options.onLoadProgress = [&seen](const LoadProgress& progress) {
    seen += std::string(progress.table) + "/" + std::string(progress.index) + " " + std::to_string(progress.rowsDone) +
            " of " + std::to_string(progress.rowsTotal) + "; ";
    return progress.rowsDone < 2000;
  };
  const std::optional<Error> error = thrown([&] { openFile(file(), {indexed}, options); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::cancelled);
  EXPECT_EQ(seen, "notes/byText 1000 of 2500; notes/byText 2000 of 2500; ");
  EXPECT_EQ(askSqlite(file(), "SELECT count(*) FROM sqlite_master WHERE name LIKE 'notes/%'"), "0");

  const SubscribableDB db = openFile(file(), {indexed});
  EXPECT_EQ(execSync(db, selectFrom(indexed, "byText")).size(), 2500u);
  EXPECT_EQ(damageOf(db), "");
}

TEST_F(SqliteSchemaTest, AStoredRowThatANewIndexNeedsAndThatDoesNotFitIsNamed) {
  makeNotes();
  askSqlite(file(), "UPDATE notes SET data = '{\"id\":\"b\"}' WHERE id = 'b'");
  const std::optional<Error> error = thrown([&] { openFile(file(), {notesTable().index("byText", {"text"})}); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::invalidRow);
  EXPECT_EQ(error->place().rowId, "b");
  EXPECT_EQ(error->place().column, "text");
}

TEST_F(SqliteSchemaTest, AnIndexThatSomebodyHasDroppedIsMadeAgainRowsAreMissed) {
  const DynamicTable indexed = notesTable().index("byText", {"text"});
  {
    execSync(openFile(file(), {indexed}), insert(indexed, {note("a", "x")}));
  }
  askSqlite(file(), "DROP TABLE \"notes/byText\"");
  EXPECT_EQ(idsOf(openFile(file(), {indexed}), selectFrom(indexed, "byText")), "a");
  askSqlite(file(), "DROP TABLE notes");
  const std::optional<Error> error = thrown([&] { openFile(file(), {indexed}); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::driverFailure);
}

TEST_F(SqliteSchemaTest, TablesThatAProgramDoesNotNameStayAsTheyAre) {
  makeNotes();
  {
    execSync(openFile(file(), {notesTable("others")}), insert(notesTable("others"), {note("o", "x")}));
  }
  EXPECT_EQ(idsOf(openFile(file(), {notesTable()}), selectFrom(notesTable(), "byId").where(eq("id", "a"))), "a");
}

TEST_F(SqliteSchemaTest, NamesThatSqliteTakesForOneAreDifferentTables) {
  const DynamicTable lower = notesTable("notes").index("by_text", {"text"}).index("By_Text", {"rank"});
  const DynamicTable upper = notesTable("Notes").index("by_text", {"text"});
  const DynamicTable reserved = notesTable("sqlite_sequence").index("byText", {"text"});
  const DynamicTable ours = notesTable("hyperdb_tables");
  const DynamicTable runTogether = notesTable("notes_by").index("text", {"text"});
  const std::vector<AnyTable> all{lower, upper, reserved, ours, runTogether};
  for (unsigned round = 0; round < 2; ++round) {
    const SubscribableDB db = openFile(file(), all);
    const std::string id = "row" + std::to_string(round);
    for (const DynamicTable& table : {lower, upper, reserved, ours, runTogether}) {
      execSync(db, insert(table, {note(id, table.name(), static_cast<double>(round))}));
    }
    EXPECT_EQ(execSync(db, selectFrom(upper, "by_text").where(eq("text", "Notes"))).size(), round + 1u);
    EXPECT_EQ(execSync(db, selectFrom(lower, "By_Text").where(eq("rank", 0))).size(), 1u);
    EXPECT_EQ(execSync(db, selectFrom(lower, "by_text").where(eq("text", "Notes"))).size(), 0u);
    EXPECT_EQ(damageOf(db), "");
  }
}

TEST_F(SqliteSchemaTest, AForeignTableOfTheSameNameIsLeftAlone) {
  askSqlite(file(), "CREATE TABLE notes (a); INSERT INTO notes VALUES (7)");
  {
    execSync(openFile(file(), {notesTable()}), insert(notesTable(), {note("a", "x")}));
  }
  EXPECT_EQ(askSqlite(file(), "SELECT a FROM notes"), "7");
  EXPECT_EQ(idsOf(openFile(file(), {notesTable()}), selectFrom(notesTable(), "byId").where(eq("id", "a"))), "a");
}

TEST_F(SqliteSchemaTest, AFileOpenedReadOnlyIsReadAndNothingElse) {
  makeNotes();
  SqlOptions options;
  options.readOnly = true;
  const SubscribableDB db = openFile(file(), {notesTable()}, options);
  EXPECT_EQ(idsOf(db, selectFrom(notesTable(), "byId").where(eq("id", "a"))), "a");
  const std::optional<Error> error = thrown([&] { execSync(db, insert(notesTable(), {note("z", "x")})); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::driverFailure);
  EXPECT_NE(error->message().find("read-only"), std::string::npos);
  EXPECT_NE(thrownText([&] { openFile(file(), {notesTable().index("byText", {"text"})}, options); }).find("read-only"),
            std::string::npos);
}

TEST_F(SqliteSchemaTest, AFileOfANewerFormatIsRefused) {
  makeNotes();
  askSqlite(file(), "UPDATE hyperdb_meta SET value = 2 WHERE name = 'format'");
  EXPECT_NE(thrownText([&] { openFile(file()); }).find("format 2"), std::string::npos);
}

}  // namespace
}  // namespace hyperdb::test
