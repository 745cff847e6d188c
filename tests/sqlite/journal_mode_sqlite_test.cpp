// Databases that have one file open in different journal modes: the mode is the file's, and the last one that opened
// the file for the first time chooses it.
#include <filesystem>

#include <hyperdb/hybrid_db.hpp>

#include "sqlite/sqlite_world.hpp"

namespace hyperdb::test {
namespace {

const DynamicTable notes = notesTable().index("byText", {"text"});
const auto allNotes =
    selector("allNotes", {}, []() -> Selector<Rows<Object>> { co_return co_await selectFrom(notes, "byText"); });

SqlOptions shared(JournalMode mode) {
  SqlOptions options;
  options.journalMode = mode;
  options.sharedFile.enabled = true;
  options.sharedFile.pollIntervalMs = 0;
  return options;
}

using Tiers = bool;

class JournalModeTest : public SqliteTest, public ::testing::WithParamInterface<Tiers> {
 protected:
  SubscribableDB openWithJournal() {
    SqlDriver driver(file(), shared(JournalMode::truncate));
    sql_ = nullptr;
    SubscribableDB db{GetParam() ? DB{HybridDB(std::move(driver))} : DB{std::move(driver)}};
    sql_ = GetParam() ? static_cast<SqlDriver*>(&db.driverAs<HybridDB>().primary()) : &db.driverAs<SqlDriver>();
    execSync(db.loadTables({notes}));
    return db;
  }
  void look() { sql_->pollForCommits(); }

  SqlDriver* sql_ = nullptr;
};

TEST_P(JournalModeTest, LiveResultsAreFreshAfterAnotherProcessHasChangedItToWal) {
  SubscribableDB reader = openWithJournal();
  execSync(reader, insert(notes, note("a", "x")));
  if (GetParam()) reader.driverAs<HybridDB>().flushed().get();
  auto live = cachedSelector(reader, allNotes());
  const Subscription subscription = live.subscribe([] {});
  EXPECT_EQ(live.snapshot().size(), 1U);
  {
    const SubscribableDB writer = openFile(file(), {notes}, shared(JournalMode::wal));
    EXPECT_EQ(askSqlite(file(), "PRAGMA journal_mode"), "wal");
    for (int i = 0; i < 5; ++i) {
      execSync(writer, insert(notes, note("n" + std::to_string(i), "y")));
      look();
      EXPECT_EQ(live.snapshot().size(), 2U + static_cast<std::size_t>(i));
    }
    execSync(reader, insert(notes, note("own", "z")));
    if (GetParam()) reader.driverAs<HybridDB>().flushed().get();
    EXPECT_EQ(idsOf(writer, selectFrom(notes, "byText")), "a n0 n1 n2 n3 n4 own");
  }
  execSync(openFile(file(), {notes}, shared(JournalMode::wal)), insert(notes, note("last", "z")));
  look();
  EXPECT_EQ(live.snapshot().size(), 8U);
}

TEST_P(JournalModeTest, CommitsThatWereMadeAndCheckpointedMeanwhileAreNoticed) {
  SubscribableDB reader = openWithJournal();
  auto live = cachedSelector(reader, allNotes());
  const Subscription subscription = live.subscribe([] {});
  execSync(openFile(file(), {notes}, shared(JournalMode::wal)), insert(notes, note("a", "x")));
  look();
  EXPECT_EQ(live.snapshot().size(), 1U);
}

TEST_P(JournalModeTest, AfterTheChangeOnlyWhatACommitTouchesRunsAgain) {
  SubscribableDB reader = openWithJournal();
  const SubscribableDB writer = openFile(file(), {notes}, shared(JournalMode::wal));
  execSync(writer, insert(notes, note("a", "x")));
  look();
  auto live = cachedSelector(reader, allNotes());
  const Subscription subscription = live.subscribe([] {});
  const std::uint64_t runs = live.runsCount();
  for (int i = 0; i < 3; ++i) look();
  EXPECT_EQ(live.runsCount(), runs);
  execSync(writer, upsert(notes, note("a", "y")));
  look();
  EXPECT_EQ(live.runsCount(), runs + 1);
}

INSTANTIATE_TEST_SUITE_P(, JournalModeTest, ::testing::Values(false, true),
                         [](const auto& test) { return test.param ? "HybridDB" : "SqlDriver"; });

/// An action that reads beside itself, through a second connection of its driver.
Action<> writeAndLook(const DB* db, std::size_t* seen) {
  co_await insert(notes, note("b", "x"));
  *seen = select(*db, allNotes()).size();
}

using SqlJournalModeTest = SqliteTest;

TEST_F(SqlJournalModeTest, LaterConnectionsTakeTheModeAsItIs) {
  const SubscribableDB first = openFile(file(), {notes}, shared(JournalMode::truncate));
  const SubscribableDB second = openFile(file(), {notes}, shared(JournalMode::wal));
  execSync(second, insert(notes, note("a", "x")));
  std::size_t seen = 0;
  execSync(first, writeAndLook(&first, &seen));
  EXPECT_EQ(seen, 1U);
  EXPECT_EQ(idsOf(second, selectFrom(notes, "byText")), "a b");
}

const DB* outerDb = nullptr;

TEST_F(SqlJournalModeTest, AConnectionThatSucceedsTheWriterKeepsTheJournalToo) {
  const SubscribableDB db = openFile(file(), {notes}, shared(JournalMode::truncate));
  execSync(db, insert(notes, note("a", "x")));
  EXPECT_TRUE(std::filesystem::exists(file() + "-journal"));
  outerDb = &db;
  // The run keeps its connection, so that the dispatch gets another one to write.
  const auto nosy = selector("nosy", {}, []() -> Selector<std::size_t> {
    const std::size_t before = (co_await allNotes()).size();
    execSync(*outerDb, insert(notes, note("b", "x")));
    co_return before;
  });
  EXPECT_EQ(select(db, nosy()), 1U);
  execSync(db, insert(notes, note("c", "x")));
  EXPECT_TRUE(std::filesystem::exists(file() + "-journal")) << "it was deleted, as without JournalMode::truncate";
  EXPECT_EQ(select(db, allNotes()).size(), 3U);
}

}  // namespace
}  // namespace hyperdb::test
