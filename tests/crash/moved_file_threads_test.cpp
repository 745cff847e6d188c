// A file that is deleted, renamed or replaced beneath an open database: the next commit fails in words that say so, and
// so does every read after that, until the file is back or the database is opened again.
#include <gtest/gtest.h>

#include <filesystem>

#include <sqlite3.h>

#include "crash/ledger.hpp"
#include "support/temp_folder.hpp"
#include "support/thrown.hpp"

namespace hyperdb::test {
namespace {

namespace fs = std::filesystem;

constexpr Storage allStorages[] = {Storage::sql,    Storage::sharedSql,   Storage::asyncSql,
                                   Storage::hybrid, Storage::asyncHybrid, Storage::preloadedHybrid};

class MovedFile : public ::testing::TestWithParam<Storage> {
 protected:
  MovedFile() : file(folder.file("ledger.sqlite")) {}

  SubscribableDB open(const std::string& path) {
    HybridOptions hybrid;
    hybrid.triesMax = 1;
    return openLedger(path, {}, Release::first, GetParam(), hybrid);
  }
  /// Commits until it is in the file.
  static void commit(DB& db, const std::string& id) {
    Transfer{id, "alice", "bob"}.run(db, Release::first);
    makeDurable(db);
  }
  static void expectLost(const std::string& text, const std::string& words) {
    EXPECT_NE(text.find("ledger.sqlite"), std::string::npos) << text;
    EXPECT_NE(text.find(words), std::string::npos) << text << "\nlacks: " << words;
  }
  static std::size_t entriesCount(const std::string& path) {
    SubscribableDB db = openLedger(path, {}, Release::first);
    return readLedger(db, Release::first).entries.size();
  }
  void move(const std::string& from, const std::string& to) const {
    for (const char* part : {"", "-wal", "-shm"}) {
      if (fs::exists(from + part)) fs::rename(from + part, to + part);
    }
  }

  TempFolder folder;
  std::string file;
};

TEST_P(MovedFile, FailsTheNextCommitWhenItWasRenamed) {
  const std::string moved = folder.file("old.sqlite");
  {
    SubscribableDB db = open(file);
    commit(db, "t1");
    move(file, moved);
    const std::string text = thrownText([&] { commit(db, "t2"); });
    expectLost(text, "was deleted or renamed while it was open");
    EXPECT_FALSE(fs::exists(file)) << "opened again at the old path";
    ASSERT_EQ(damageOf(db).size(), 1U);
    expectLost("ledger.sqlite: " + damageOf(db).front(), "was deleted or renamed");
  }
  EXPECT_EQ(entriesCount(moved), 2U);
}

TEST_P(MovedFile, FailsTheNextCommitWhenItWasDeleted) {
  SubscribableDB db = open(file);
  commit(db, "t1");
  for (const char* part : {"", "-wal", "-shm"}) fs::remove(file + part);
  expectLost(thrownText([&] { commit(db, "t2"); }), "was deleted or renamed while it was open");
}

TEST_P(MovedFile, FailsTheNextCommitWhenAnotherOneTookItsPlace) {
  const std::string moved = folder.file("old.sqlite");
  {
    SubscribableDB db = open(file);
    commit(db, "t1");
    move(file, moved);
    SubscribableDB other = openLedger(file, {}, Release::first);
    expectLost(thrownText([&] { commit(db, "t2"); }), "was replaced by another one while it was open");
    EXPECT_EQ(readLedger(other, Release::first).entries.size(), 0U);
  }
  EXPECT_EQ(entriesCount(moved), 2U);
  EXPECT_EQ(entriesCount(file), 0U);
}

TEST_P(MovedFile, FailsTheNextCommitWhenAPartOfItIsGone) {
  for (const std::string part : {"-wal", "-shm"}) {
    const TempFolder other;
    const std::string path = other.file("ledger.sqlite");
    SubscribableDB db = open(path);
    commit(db, "t1");
    fs::remove(path + part);
    expectLost(thrownText([&] { commit(db, "t2"); }), part + "\", a part of the file, was deleted or renamed");
  }
}

TEST_P(MovedFile, InAFolderThatWasRenamedFailsTheNextCommit) {
  fs::create_directory(folder.file("a"));
  SubscribableDB db = open(folder.file("a/ledger.sqlite"));
  commit(db, "t1");
  fs::rename(folder.file("a"), folder.file("b"));
  expectLost(thrownText([&] { commit(db, "t2"); }), "was deleted or renamed while it was open");
  EXPECT_FALSE(fs::exists(folder.file("a")));
}

TEST_P(MovedFile, IsNoticedByAProgramThatOnlyReads) {
  if (hasTwoTiers(GetParam())) GTEST_SKIP() << "memory answers";
  SubscribableDB db = open(file);
  commit(db, "t1");
  move(file, folder.file("old.sqlite"));
  std::optional<Error> error;
  for (int i = 0; i < 64 && !error; ++i) error = thrown([&] { readLedger(db, Release::first); });
  expectLost(error ? error->what() : "", "was deleted or renamed while it was open");
  expectLost(thrownText([&] { readLedger(db, Release::first); }), "was deleted or renamed");
  move(folder.file("old.sqlite"), file);
  for (int i = 0; i < 200; ++i) EXPECT_EQ(readLedger(db, Release::first).entries.size(), 2U);
}

TEST_P(MovedFile, ThatIsBackIsUsedAgain) {
  if (hasTwoTiers(GetParam())) GTEST_SKIP() << "after a flush that failed for good the driver has crashed";
  SubscribableDB db = open(file);
  commit(db, "t1");
  move(file, folder.file("old.sqlite"));
  expectLost(thrownText([&] { commit(db, "t2"); }), "was deleted or renamed");
  expectLost(thrownText([&] { readLedger(db, Release::first); }), "was deleted or renamed");
  move(folder.file("old.sqlite"), file);
  EXPECT_EQ(readLedger(db, Release::first).entries.size(), 2U);
  commit(db, "t2");
  EXPECT_EQ(readLedger(db, Release::first).entries.size(), 4U);
  EXPECT_EQ(damageOf(db), std::vector<std::string>());
}

TEST_P(MovedFile, IsNotNeededAtItsRelativePathLater) {
  const fs::path before = fs::current_path();
  fs::create_directory(folder.file("elsewhere"));
  fs::current_path(folder.path());
  {
    SubscribableDB db = open("ledger.sqlite");
    commit(db, "t1");
    fs::current_path(folder.file("elsewhere"));
    const LiveEntries live(db);  // over an asynchronous driver it reads through a connection that is opened now
    commit(db, "t2");
    EXPECT_EQ(readLedger(db, Release::first).entries.size(), 4U);
  }
  fs::current_path(before);
  EXPECT_TRUE(fs::is_empty(folder.file("elsewhere")));
  EXPECT_EQ(entriesCount(file), 4U);
}

INSTANTIATE_TEST_SUITE_P(, MovedFile, ::testing::ValuesIn(allStorages),
                         [](const auto& test) { return std::string(nameOf(test.param)); });

/// An action that looks, before it ends, at what is committed: through a second connection.
Action<> writeAndLook(const DB* other, std::size_t* seen) {
  co_await upsert(accountsTable(Release::first), Account{"carol", "c"});
  *seen = execSync(*other, selectFrom(accountsTable(Release::first), byOwner)).size();
}

TEST(MovedFileSql, IsNotReadThroughLaterConnectionsEither) {
  const TempFolder folder;
  const std::string file = folder.file("ledger.sqlite");
  SubscribableDB db = openLedger(file, {}, Release::first);
  Transfer{"t1", "alice", "bob"}.run(db, Release::first);
  for (const char* part : {"", "-wal", "-shm"}) fs::remove(file + part);
  std::size_t seen = 99;
  const std::string text = thrownText([&] { execSync(db, writeAndLook(&db, &seen)); });
  EXPECT_NE(text.find("ledger.sqlite"), std::string::npos) << text;
  EXPECT_EQ(seen, 99U);
  EXPECT_FALSE(fs::exists(file)) << "a later connection has created an empty file";
}

TEST(MovedFileSql, IsNoticedByTheLookForCommitsOfOthers) {
  const TempFolder folder;
  const std::string file = folder.file("ledger.sqlite");
  SubscribableDB db = openLedger(file, {}, Release::first, Storage::sharedSql);
  Transfer{"t1", "alice", "bob"}.run(db, Release::first);
  LiveEntries live(db);
  EXPECT_EQ(live.entries()->size(), 2U);
  fs::rename(file, folder.file("old.sqlite"));
  db.driverAs<SqlDriver>().pollForCommits();
  EXPECT_FALSE(live.entries());
  EXPECT_NE(thrownText([&] { readLedger(db, Release::first); }).find("deleted or renamed"), std::string::npos);
  fs::rename(folder.file("old.sqlite"), file);
  db.driverAs<SqlDriver>().pollForCommits();
  ASSERT_TRUE(live.entries());
  EXPECT_EQ(live.entries()->size(), 2U);
}

TEST(MovedFileSql, IsNoticedWithAJournalToo) {
  const TempFolder folder;
  const std::string file = folder.file("ledger.sqlite");
  SqlOptions options;
  options.journalMode = JournalMode::truncate;
  SubscribableDB db = openLedger(file, options, Release::first);
  fs::rename(file, folder.file("old.sqlite"));
  const std::string text = thrownText([&] { Transfer{"t1", "alice", "bob"}.run(db, Release::first); });
  EXPECT_NE(text.find("deleted or renamed"), std::string::npos) << text;
}

}  // namespace
}  // namespace hyperdb::test
