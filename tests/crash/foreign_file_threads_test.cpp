// What another program may have put into a file: texts in UTF-16, triggers, views in place of tables, a catalog that
// names the wrong tables. Each is refused in words, or leaves actions all or nothing; no row is lost.
#include <gtest/gtest.h>

#include <filesystem>

#include <sqlite3.h>

#include "crash/ledger.hpp"
#include "support/temp_folder.hpp"
#include "support/thrown.hpp"

namespace hyperdb::test {
namespace {

namespace fs = std::filesystem;

class ForeignFile : public ::testing::TestWithParam<Storage> {
 protected:
  ForeignFile() : file(folder.file("ledger.sqlite")) {}

  SubscribableDB open(Release release = Release::first) {
    HybridOptions hybrid;
    hybrid.triesMax = 1;
    return openLedger(file, {}, release, GetParam(), hybrid);
  }
  /// A ledger with accounts alice, bob and carol.
  void writeLedger() {
    SubscribableDB db = openLedger(file, {}, Release::first);
    Transfer{"t1", "alice", "bob", 5}.run(db, Release::first);
    Transfer{"t2", "bob", "carol", 2}.run(db, Release::first);
  }
  /// Gives the first column of the first row.
  std::string ask(const std::string& sql) const {
    sqlite3* connection = nullptr;
    sqlite3_open(file.c_str(), &connection);
    std::string answer;
    const auto take = [](void* to, int, char** values, char**) {
      *static_cast<std::string*>(to) = values[0] != nullptr ? values[0] : "NULL";
      return 0;
    };
    char* message = nullptr;
    EXPECT_EQ(sqlite3_exec(connection, sql.c_str(), take, &answer, &message), SQLITE_OK) << message;
    sqlite3_free(message);
    sqlite3_close(connection);
    return answer;
  }
  void expectRefused(Release release, const std::vector<std::string>& words) {
    const std::optional<Error> error = thrown([&] { open(release); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code(), ErrorCode::driverFailure);
    EXPECT_NE(error->message().find("ledger.sqlite"), std::string::npos) << error->what();
    for (const std::string& word : words) EXPECT_NE(error->message().find(word), std::string::npos) << error->what();
  }
  void expectNoRowLost() const {
    EXPECT_EQ(ask("SELECT count(*) FROM accounts"), "3");
    EXPECT_EQ(ask("SELECT count(*) FROM entries"), "4");
  }

  TempFolder folder;
  std::string file;
};

TEST_P(ForeignFile, WithTextInUtf16IsRefusedAndNotTouched) {
  ask("PRAGMA encoding = 'UTF-16'; CREATE TABLE mine (x)");
  expectRefused(Release::first, {"UTF-16", "UTF-8"});
  EXPECT_EQ(ask("PRAGMA journal_mode"), "delete");
  EXPECT_EQ(ask("SELECT count(*) FROM sqlite_master"), "1");
}

TEST_P(ForeignFile, WithTablesOfAnotherProgramKeepsThem) {
  ask("CREATE TABLE mine (x); INSERT INTO mine VALUES (7)");
  {
    SubscribableDB db = open();
    Transfer{"t1", "alice", "bob"}.run(db, Release::first);
    makeDurable(db);
  }
  EXPECT_EQ(ask("SELECT x FROM mine"), "7");
}

/// Writes, meets a refusal, goes on, and ends well or not.
Action<> writeAround(bool fails) {
  const Table<Account>& accounts = accountsTable(Release::first);
  co_await upsert(accounts, Account{"before", "b"});
  try {
    co_await upsert(accounts, Account{"bad", "b"});
  } catch (const Error&) {
  }
  co_await upsert(accounts, Account{"behind", "b"});
  if (fails) throw Error(ErrorCode::invalidArgument, "the action fails");
}

TEST_P(ForeignFile, WhoseTriggerRefusesARowLeavesActionsAllOrNothing) {
  for (const std::string how : {"ABORT, 'no'", "FAIL, 'no'", "ROLLBACK, 'no'", "IGNORE"}) {
    for (const std::string table : {"accounts", "accounts/byOwner"}) {
      for (const bool fails : {true, false}) {
        SCOPED_TRACE(how + " on " + table + (fails ? ", then the action fails" : ""));
        for (const char* part : {"", "-wal", "-shm"}) fs::remove(file + part);
        writeLedger();
        // The key of an index ends with the row's id.
        ask("CREATE TRIGGER guard BEFORE INSERT ON \"" + table + "\" WHEN " +
            (table == "accounts" ? "NEW.id = 'bad'" : "instr(NEW.key, CAST('bad' AS BLOB)) > 0") +
            " BEGIN SELECT RAISE(" + how + "); END");
        SubscribableDB db = open();
        std::optional<Error> error = thrown([&] { await(db, execAsync(db, writeAround(fails))); });
        if (!error) error = thrown([&] { makeDurable(db); });
        EXPECT_TRUE(error);
        EXPECT_EQ(ask("SELECT count(*) FROM accounts"), "3") << (error ? error->what() : "");
        EXPECT_EQ(ask("SELECT count(*) FROM \"accounts/byOwner\""), "3");
      }
    }
  }
}

TEST_P(ForeignFile, WhoseTriggerIgnoresUpdatesAndDeletionsLosesNone) {
  if (hasTwoTiers(GetParam())) GTEST_SKIP() << "there the flush fails";
  writeLedger();
  ask("CREATE TRIGGER noUpdate BEFORE UPDATE ON accounts BEGIN SELECT RAISE(IGNORE); END;"
      "CREATE TRIGGER noDelete BEFORE DELETE ON entries BEGIN SELECT RAISE(IGNORE); END");
  SubscribableDB db = open();
  EXPECT_NE(thrownText([&] { Transfer{"t3", "alice", "bob"}.run(db, Release::first); }).find("a trigger"),
            std::string::npos);
  EXPECT_NE(thrownText([&] { await(db, execAsync(db, deleteRows(entriesTable(), "t1/from"))); }).find("a trigger"),
            std::string::npos);
  EXPECT_EQ(readLedger(db, Release::first).entries.size(), 4U);
  EXPECT_EQ(damageOf(db), std::vector<std::string>());
}

constexpr const char* endless = " AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT ";

TEST_P(ForeignFile, WithAnEndlessViewInPlaceOfATableIsRefused) {
  struct Case {
    const char* name;
    const char* columns;
  };
  for (const Case& each : {Case{"accounts", "x AS \"row\", x AS id, '{}' AS data FROM n"},
                           Case{"accounts/byOwner", "x AS key, x AS \"row\" FROM n"},
                           Case{"hyperdb_tables", "x AS name, x AS stored_as, x AS indexes FROM n"},
                           Case{"hyperdb_meta", "x AS name, x AS value FROM n"},
                           Case{"hyperdb_changes", "x AS seq, x AS writer, x AS bytes_end, x AS changes FROM n"},
                           Case{"_hyperdb_schema_metadata", "x AS table_name, x AS signature FROM n"}}) {
    SCOPED_TRACE(each.name);
    const std::string name = each.name;
    for (const char* part : {"", "-wal", "-shm"}) fs::remove(file + part);
    writeLedger();
    ask("DROP TABLE IF EXISTS \"" + name + "\"; CREATE VIEW \"" + name + "\"" + endless + each.columns);
    if (name == "hyperdb_changes" && GetParam() != Storage::sharedSql) continue;
    if (name == "_hyperdb_schema_metadata") ask("DELETE FROM hyperdb_tables WHERE name = 'accounts'");
    expectRefused(Release::first, {name, "is a view"});
  }
}

TEST_P(ForeignFile, WithAVirtualTableInPlaceOfATableIsRefused) {
  writeLedger();
  ask("DROP TABLE \"accounts/byOwner\"; CREATE VIRTUAL TABLE \"accounts/byOwner\" USING rtree(key, a, b)");
  expectRefused(Release::first, {"accounts/byOwner", "is a virtual table"});
}

TEST_P(ForeignFile, WhoseCatalogNamesTheTableOfAnotherDropsNoRow) {
  const std::string list = "UPDATE hyperdb_tables SET indexes = replace(indexes, '\"storedAs\":\"accounts/byOwner\"', ";
  for (const std::string& sql :
       {list + "'\"storedAs\":\"entries\"')", list + "'\"storedAs\":\"ENTRIES\"')", list + "'\"storedAs\":\"mine\"')",
        list + "'\"storedAs\":\"hyperdb_meta\"')", list + "'\"storedAs\":\"entries/byAccount\"')"}) {
    SCOPED_TRACE(sql);
    for (const char* part : {"", "-wal", "-shm"}) fs::remove(file + part);
    writeLedger();
    ask("CREATE TABLE mine (x); INSERT INTO mine VALUES (7)");
    ask(sql);
    // The index is not what the program declares any more, so that it is dropped and filled again.
    ask("UPDATE hyperdb_tables SET indexes = replace(indexes, '\"columns\":[\"owner\"]', '\"columns\":[\"x\"]')");
    expectRefused(Release::first, {"hyperdb_tables is damaged"});
    expectNoRowLost();
    EXPECT_EQ(ask("SELECT x FROM mine"), "7");
    EXPECT_EQ(ask("SELECT count(*) FROM \"entries/byAccount\""), "4");
  }
}

TEST_P(ForeignFile, WhoseCatalogGivesTwoTablesOneRowsTableIsRefused) {
  writeLedger();
  ask("UPDATE hyperdb_tables SET stored_as = 'Accounts' WHERE name = 'entries'");
  expectRefused(Release::first, {"hyperdb_tables is damaged", "two tables ", "stored in"});
  expectNoRowLost();
}

INSTANTIATE_TEST_SUITE_P(, ForeignFile,
                         ::testing::Values(Storage::sql, Storage::sharedSql, Storage::asyncSql, Storage::hybrid,
                                           Storage::asyncHybrid, Storage::preloadedHybrid),
                         [](const auto& test) { return std::string(nameOf(test.param)); });

/// Opens and writes, and gives the error.
template <class SomeDriver>
std::optional<Error> errorOfOpening(const std::string& path) {
  return thrown([&] { SomeDriver driver(path); });
}

TEST(FilePath, WithAZeroByteIsRefused) {
  const TempFolder folder;
  const std::string path = folder.file("a.db") + std::string(1, '\0') + "b";
  for (const auto& error : {errorOfOpening<SqlDriver>(path), errorOfOpening<AsyncSqlDriver>(path)}) {
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code(), ErrorCode::invalidArgument);
    EXPECT_NE(error->message().find("zero byte"), std::string::npos) << error->what();
  }
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST(FilePath, ThatIsTooLongIsRefusedInWords) {
  const TempFolder folder;
  std::string path = folder.path().string();
  while (path.size() < 520) path += "/" + std::string(50, 'd');
  fs::create_directories(path);
  path += "/ledger.sqlite";
  for (const auto& error : {errorOfOpening<SqlDriver>(path), errorOfOpening<AsyncSqlDriver>(path)}) {
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code(), ErrorCode::invalidArgument);
    EXPECT_NE(error->message().find("512 bytes"), std::string::npos) << error->what();
  }
}

TEST(FilePath, ThatLooksLikeAUriIsAName) {
  const TempFolder folder;
  const fs::path before = fs::current_path();
  fs::current_path(folder.path());
  for (const std::string name : {"file:x.db?mode=ro", "file::memory:", "file:y.db?vfs=memdb", "%41.db", " :memory:"}) {
    SCOPED_TRACE(name);
    for (const Storage storage : {Storage::sql, Storage::asyncSql}) {
      SubscribableDB db = openLedger(name, {}, Release::first, storage);
      Transfer{"t" + std::string(nameOf(storage)), "alice", "bob"}.run(db, Release::first);
    }
    EXPECT_TRUE(fs::exists(folder.file(name)));
    SubscribableDB db = openLedger(name, {}, Release::first);
    EXPECT_EQ(readLedger(db, Release::first).entries.size(), 4U);
  }
  fs::current_path(before);
}

TEST(FilePath, WithManyBytesIsOpenedUpToSqlitesLimit) {
  const TempFolder folder;
  std::string path = folder.path().string();
  while (path.size() < 440) path += "/" + std::string(40, 'd');
  fs::create_directories(path);
  path += "/ledger.sqlite";
  SubscribableDB db = openLedger(path, {}, Release::first);
  Transfer{"t1", "alice", "bob"}.run(db, Release::first);
  EXPECT_TRUE(fs::exists(path));
}

TEST(FilePath, ThatIsALinkLeadsToTheSameFileForEver) {
  const TempFolder folder;
  fs::create_symlink(folder.file("real.db"), folder.file("ledger.sqlite"));
  SubscribableDB db = openLedger(folder.file("ledger.sqlite"), {}, Release::first);
  Transfer{"t1", "alice", "bob"}.run(db, Release::first);
  fs::remove(folder.file("ledger.sqlite"));
  fs::create_symlink(folder.file("other.db"), folder.file("ledger.sqlite"));
  Transfer{"t2", "alice", "bob"}.run(db, Release::first);
  SubscribableDB again = openLedger(folder.file("real.db"), {}, Release::first);
  EXPECT_EQ(readLedger(again, Release::first).entries.size(), 4U);
  EXPECT_FALSE(fs::exists(folder.file("other.db")));
}

}  // namespace
}  // namespace hyperdb::test
