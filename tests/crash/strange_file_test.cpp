// Files that are not what they should be, on a real file system: each is refused in words that say what is the matter,
// or taken as it is.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>

#include <sqlite3.h>
#include <unistd.h>

#include "crash/ledger.hpp"
#include "support/temp_folder.hpp"
#include "support/thrown.hpp"

namespace hyperdb::test {
namespace {

namespace fs = std::filesystem;

class StrangeFile : public ::testing::Test {
 protected:
  StrangeFile() : file(folder.file("ledger.sqlite")) {}

  void write(const std::string& content) { std::ofstream(file, std::ios::binary) << content; }
  std::string read() {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  /// A ledger with accounts alice, bob and carol.
  void writeLedger() {
    SubscribableDB db = openLedger(file, {}, Release::first);
    Transfer{"t1", "alice", "bob", 5}.run(db, Release::first);
    Transfer{"t2", "bob", "carol", 2}.run(db, Release::first);
    NameEmail{"bob", "b@example.org"}.run(db, Release::first);
  }
  /// Changes the file behind HyperDB's back.
  void change(const std::string& sql) {
    sqlite3* connection = nullptr;
    ASSERT_EQ(sqlite3_open(file.c_str(), &connection), SQLITE_OK);
    char* message = nullptr;
    EXPECT_EQ(sqlite3_exec(connection, sql.c_str(), nullptr, nullptr, &message), SQLITE_OK) << message;
    sqlite3_free(message);
    sqlite3_close(connection);
  }
  std::string refusalToOpen(const SqlOptions& options = {}, Release release = Release::first) {
    return textOf(thrown([&] { openLedger(file, options, release); }));
  }
  /// The error with its code, which must name the file, or "nothing was thrown".
  std::string textOf(const std::optional<Error>& error) {
    if (!error) return "nothing was thrown";
    if (error->code() == ErrorCode::driverFailure) {
      EXPECT_NE(error->message().find("ledger.sqlite"), std::string::npos) << error->what();
    }
    return std::string(errorCodeName(error->code())) + ": " + error->what();
  }
  static void expectWords(const std::string& text, const std::vector<std::string>& words) {
    for (const std::string& word : words) EXPECT_NE(text.find(word), std::string::npos) << text << "\nlacks: " << word;
  }
  std::vector<std::string> damage(Release release = Release::first) {
    SubscribableDB db = openLedger(file, {}, release);
    return damageOf(db);
  }

  TempFolder folder;
  std::string file;
};

/// Takes root's rights from the process as long as this lives. The files of the folder then belong to its user.
class PlainUser {
 public:
  explicit PlainUser(const TempFolder& folder) {
    if (geteuid() != 0) return;
    bool isDone = chown(folder.path().c_str(), nobody, nobody) == 0;
    for (const auto& each : fs::directory_iterator(folder.path())) {
      isDone = chown(each.path().c_str(), nobody, nobody) == 0 && isDone;
    }
    isChanged_ = isDone && seteuid(nobody) == 0;
  }
  PlainUser(const PlainUser&) = delete;
  PlainUser& operator=(const PlainUser&) = delete;
  ~PlainUser() {
    if (isChanged_) {
      EXPECT_EQ(seteuid(0), 0);
    }
  }
  bool hasAllRights() const { return geteuid() == 0; }

 private:
  static constexpr uid_t nobody = 65534;
  bool isChanged_ = false;
};

TEST_F(StrangeFile, ThatIsNoDatabaseIsRefusedAndNotTouched) {
  for (const std::string& content : {std::string("Dear diary, this is no database. ") + std::string(5000, '.'),
                                     std::string(8192, '\xFF'), std::string("short")}) {
    write(content);
    expectWords(refusalToOpen(), {"driver_failure", "no SQLite database"});
    EXPECT_EQ(read(), content);
  }
}

TEST_F(StrangeFile, ThatIsEmptyBecomesADatabase) {
  write("");
  SubscribableDB db = openLedger(file, {}, Release::first);
  Transfer{"t1", "alice", "bob"}.run(db, Release::first);
  EXPECT_EQ(readLedger(db, Release::first).entries.size(), 2U);
}

TEST_F(StrangeFile, ThatIsAFolderIsRefused) {
  fs::create_directory(file);
  expectWords(refusalToOpen(), {"driver_failure", "it is a folder"});
}

TEST_F(StrangeFile, InAFolderThatIsMissingIsRefused) {
  file = folder.file("nowhere/ledger.sqlite");
  expectWords(refusalToOpen(), {"driver_failure", "unable to open database file", "No such file or directory"});
  EXPECT_FALSE(fs::exists(folder.file("nowhere")));
}

TEST_F(StrangeFile, ThatIsMissingIsCreatedOnlyWhenItMay) {
  SqlOptions options;
  options.createIfMissing = false;
  expectWords(refusalToOpen(options), {"driver_failure", "unable to open database file"});
  options.readOnly = true;
  options.createIfMissing = true;
  expectWords(refusalToOpen(options), {"driver_failure", "unable to open database file"});
  EXPECT_FALSE(fs::exists(file));
}

TEST_F(StrangeFile, OpenedReadOnlyIsReadAndRefusesWrites) {
  writeLedger();
  SqlOptions options;
  options.readOnly = true;
  SubscribableDB db = openLedger(file, options, Release::first);
  EXPECT_EQ(readLedger(db, Release::first).accounts.size(), 3U);
  EXPECT_EQ(damageOf(db), std::vector<std::string>());
  expectWords(textOf(thrown([&] { Transfer{"t3", "alice", "bob"}.run(db, Release::first); })),
              {"driver_failure", "opened read-only"});
  expectWords(refusalToOpen(options, Release::second), {"driver_failure", "read-only", "lacks tables or indexes"});
}

TEST_F(StrangeFile, WithoutPermissionIsRefused) {
  writeLedger();
  const PlainUser user(folder);
  if (user.hasAllRights()) GTEST_SKIP() << "root may do everything";
  fs::permissions(file, fs::perms::none);
  expectWords(refusalToOpen(), {"driver_failure", "Permission denied"});
}

TEST_F(StrangeFile, ThatCantBeWrittenIsReadAndRefusesWrites) {
  writeLedger();
  const PlainUser user(folder);
  if (user.hasAllRights()) GTEST_SKIP() << "root may do everything";
  fs::permissions(file, fs::perms::owner_read);
  SubscribableDB db = openLedger(file, {}, Release::first);
  EXPECT_EQ(readLedger(db, Release::first).accounts.size(), 3U);
  expectWords(textOf(thrown([&] { Transfer{"t3", "alice", "bob"}.run(db, Release::first); })),
              {"driver_failure", "can't be written to"});
  EXPECT_EQ(readLedger(db, Release::first).entries.size(), 4U);
}

TEST_F(StrangeFile, InAFolderThatCantBeWrittenIsRefused) {
  writeLedger();
  const PlainUser user(folder);
  if (user.hasAllRights()) GTEST_SKIP() << "root may do everything";
  fs::permissions(folder.path(), fs::perms::owner_read | fs::perms::owner_exec);
  expectWords(refusalToOpen(), {"driver_failure", "can't create files in its folder"});
  fs::permissions(folder.path(), fs::perms::owner_all);
  EXPECT_EQ(damage(), std::vector<std::string>());
}

TEST_F(StrangeFile, InAFolderThatCantBeWrittenIsReadBesideAWriterOrWithAJournal) {
  writeLedger();
  SqlOptions readOnly;
  readOnly.readOnly = true;
  const auto read = [&] {
    const PlainUser user(folder);
    if (user.hasAllRights()) return;
    fs::permissions(folder.path(), fs::perms::owner_read | fs::perms::owner_exec);
    SubscribableDB db = openLedger(file, readOnly, Release::first);
    EXPECT_EQ(readLedger(db, Release::first).accounts.size(), 3U);
  };
  // What the error advises holds: alone the file can't be read.
  const std::string text = textOf(thrown(read));
  if (text == "nothing was thrown") GTEST_SKIP() << "root may do everything";
  expectWords(text, {"driver_failure", "-shm", "while another program has it open", "JournalMode::truncate"});
  {
    SubscribableDB writer = openLedger(file, {}, Release::first);
    Transfer{"t3", "alice", "bob"}.run(writer, Release::first);
    read();
  }
  SqlOptions journal;
  journal.journalMode = JournalMode::truncate;
  openLedger(file, journal, Release::first);
  read();
}

TEST_F(StrangeFile, OfANewerFormatIsRefusedAndNotTouched) {
  writeLedger();
  change("UPDATE hyperdb_meta SET value = 2 WHERE name = 'format'");
  const std::string before = read();
  expectWords(refusalToOpen(), {"driver_failure", "has format 2", "reads format 1"});
  EXPECT_EQ(read(), before);
}

TEST_F(StrangeFile, OfAnUnknownFormatIsRefused) {
  for (const char* const sql : {"UPDATE hyperdb_meta SET value = 'new' WHERE name = 'format'",
                                "DELETE FROM hyperdb_meta", "DROP TABLE hyperdb_meta; CREATE TABLE hyperdb_meta (x)"}) {
    fs::remove(file);
    writeLedger();
    change(sql);
    EXPECT_NE(refusalToOpen().find("driver_failure"), std::string::npos) << sql;
  }
}

TEST_F(StrangeFile, WithNonsenseAboutItsTablesIsRefused) {
  for (const char* const indexes :
       {"", "no JSON", "5", "{}", "[5]", "[{}]", R"([{"name": "byOwner"}])",
        R"([{"name": 1, "type": 2, "columns": 3}])",
        R"([{"name": "byOwner", "type": "rtree", "columns": ["owner"], "storedAs": "accounts/byOwner"}])"}) {
    fs::remove(file);
    writeLedger();
    change(std::string("UPDATE hyperdb_tables SET indexes = '") + indexes + "' WHERE name = 'accounts'");
    expectWords(refusalToOpen(), {"driver_failure", "hyperdb_tables"});
  }
}

TEST_F(StrangeFile, WhoseCatalogIsGoneIsRefused) {
  writeLedger();
  change("DROP TABLE hyperdb_tables");
  expectWords(refusalToOpen(), {"driver_failure", "hyperdb_tables"});
}

TEST_F(StrangeFile, WhoseRowsAreGoneIsRefused) {
  writeLedger();
  change("DROP TABLE accounts");
  expectWords(refusalToOpen(), {"driver_failure", "the rows of the table are missing", "accounts"});
}

TEST_F(StrangeFile, WithATableOfAnotherShapeIsRefusedWhenItIsRead) {
  writeLedger();
  change("DROP TABLE accounts; CREATE TABLE accounts (x, y); INSERT INTO accounts VALUES (1, 2)");
  SubscribableDB db = openLedger(file, {}, Release::first);
  expectWords(textOf(thrown([&] { readLedger(db, Release::first); })), {"driver_failure", "no such column"});
  expectWords(textOf(thrown([&] { Transfer{"t3", "alice", "bob"}.run(db, Release::first); })), {"driver_failure"});
}

TEST_F(StrangeFile, WhoseIndexIsGoneGetsItAgain) {
  writeLedger();
  change("DROP TABLE \"accounts/byOwner\"");
  EXPECT_EQ(damage(), std::vector<std::string>());
  SubscribableDB db = openLedger(file, {}, Release::first);
  EXPECT_EQ(readLedger(db, Release::first).accounts.size(), 3U);
}

/// What is written into the data of bob's account, and what the error says of it.
struct BadRow {
  const char* data;
  std::vector<std::string> words;
};

TEST_F(StrangeFile, WithRowsThatDoNotFitNamesThem) {
  const std::vector<BadRow> rows = {
      {"no JSON", {"bob", "JSON"}},
      {"", {"bob", "JSON"}},
      {"7", {"bob"}},
      {"[]", {"bob"}},
      {R"({"id":"bob","owner":"o"})", {"bob", "balance"}},
      {R"({"id":"bob","owner":"o","balance":"much"})", {"bob", "balance"}},
      {R"({"id":"robert","owner":"o","balance":3,"email":"b@example.org"})", {"bob", "robert"}}};
  for (const BadRow& row : rows) {
    SCOPED_TRACE(row.data);
    fs::remove(file);
    writeLedger();
    change(std::string("UPDATE accounts SET data = '") + row.data + "' WHERE id = 'bob'");
    SubscribableDB db = openLedger(file, {}, Release::first);
    const std::string ofRead = textOf(thrown([&] { readLedger(db, Release::first); }));
    expectWords(ofRead, {"invalid_row", "accounts"});
    const std::string ofWrite = textOf(thrown([&] { Transfer{"t3", "alice", "bob"}.run(db, Release::first); }));
    expectWords(ofWrite, {"invalid_row", "accounts"});
    expectWords(ofWrite, row.words);
    Transfer{"t4", "alice", "carol"}.run(db, Release::first);  // others are not concerned
    const std::vector<std::string> found = damageOf(db);
    ASSERT_EQ(found.size(), 1U);
    expectWords(found.front(), row.words);
    const std::string ofFill = refusalToOpen({}, Release::second);
    expectWords(ofFill, {"invalid_row", "accounts", "bob"});
    EXPECT_EQ(damage(), found);  // the file is as it was
  }
}

TEST_F(StrangeFile, WhoseIndexLacksAKeyHasDamageThatNamesIt) {
  writeLedger();
  change("DELETE FROM \"accounts/byOwner\" WHERE \"row\" = (SELECT \"row\" FROM accounts WHERE id = 'bob')");
  const std::vector<std::string> found = damage();
  ASSERT_EQ(found.size(), 1U);
  expectWords(found.front(), {"accounts/byOwner", "bob", "missing"});
}

TEST_F(StrangeFile, WhoseIndexHasKeysOfNoRowHasDamage) {
  writeLedger();
  change("INSERT INTO \"accounts/byOwner\" VALUES (x'0102', 99)");
  expectWords(damage().at(0), {"accounts/byOwner", "has 4 keys for 3 rows"});
  SubscribableDB db = openLedger(file, {}, Release::first);
  std::optional<Error> error = thrown([&] { readLedger(db, Release::first); });
  if (error) expectWords(textOf(error), {"driver_failure", "findDamage"});
}

TEST_F(StrangeFile, WhoseIndexNamesAnotherRowHasDamage) {
  writeLedger();
  change("UPDATE \"accounts/byEmail\" SET \"row\" = 1");
  expectWords(damage().at(0), {"accounts/byEmail", "bob"});
  change("INSERT INTO \"entries/byAccount\" SELECT key || x'00', \"row\" FROM \"entries/byAccount\"");
  SubscribableDB db = openLedger(file, {}, Release::first);
  EXPECT_NE(damageOf(db), std::vector<std::string>());
}

}  // namespace
}  // namespace hyperdb::test
