// Several databases on one file: each hears what the others commit, and wakes what it touches.
#include <hyperdb/hybrid_db.hpp>

#include "sqlite/sqlite_world.hpp"

namespace hyperdb::test {
namespace {

const DynamicTable notes = notesTable().index("byText", {"text"});
const auto notesOf = selector("notesOf", {"text"}, [](std::string text) -> Selector<Rows<Object>> {
  co_return co_await selectFrom(notes, "byText").where(eq("text", text));
});

SqlOptions shared(std::int64_t commitsMax = 1000) {
  SqlOptions options;
  options.sharedFile.enabled = true;
  options.sharedFile.pollIntervalMs = 0;
  options.sharedFile.changeLogCommitsMax = commitsMax;
  return options;
}

void look(const DB& db) { db.driverAs<SqlDriver>().pollForCommits(); }

/// A live selector that counts how often it was called back.
struct Watched {
  Watched(const SubscribableDB& db, const std::string& text)
      : live(cachedSelector(db, notesOf(text))), subscription(live.subscribe([this] { ++callsCount; })) {}
  CachedSelector<Rows<Object>> live;
  int callsCount = 0;
  Subscription subscription;
};

class SharedFileTest : public SqliteTest {
 protected:
  SubscribableDB reader_ = openFile(file(), {notes}, shared());
  SubscribableDB writer_ = openFile(file(), {notes}, shared());
};

TEST_F(SharedFileTest, ACommitElsewhereWakesExactlyTheSelectorsThatItTouches) {
  Watched x(reader_, "x");
  Watched y(reader_, "y");
  execSync(writer_, insert(notes, note("a", "x")));
  EXPECT_EQ(x.callsCount, 0);
  look(reader_);
  EXPECT_EQ(x.callsCount, 1);
  EXPECT_EQ(x.live.snapshot().size(), 1u);
  EXPECT_EQ(y.live.runsCount(), 1u);
  execSync(writer_, upsert(notes, note("a", "y")));
  look(reader_);
  EXPECT_EQ(x.live.snapshot().size(), 0u);
  EXPECT_EQ(y.live.snapshot().size(), 1u);
  EXPECT_EQ(y.callsCount, 1);
  look(reader_);
  EXPECT_EQ(y.live.runsCount(), 2u);
}

TEST_F(SharedFileTest, CommitSubscribersHearOfItWithATraitThatSaysSo) {
  std::string heard;
  const Subscription subscription = reader_.subscribe([&](const CommitEvent& event) {
    const bool isExternal = findTrait(event.traits, externalCommitTrait.type) != nullptr;
    for (const Op& op : event.ops) heard += std::string(op.rowId()) + (isExternal ? " from elsewhere; " : "; ");
  });
  execSync(writer_, insert(notes, {note("a", "x"), note("b", "x")}));
  execSync(writer_, deleteRows(notes, "a"));
  look(reader_);
  execSync(reader_, insert(notes, note("c", "x")));
  EXPECT_EQ(heard, "a from elsewhere; b from elsewhere; a from elsewhere; c; ");
}

TEST_F(SharedFileTest, OwnCommitsAreAnnouncedBehindThoseThatWereThereBefore) {
  std::string heard;
  const Subscription subscription =
      reader_.subscribe([&](const CommitEvent& event) { heard += std::string(event.ops.front().rowId()) + " "; });
  execSync(writer_, insert(notes, note("theirs", "x")));
  execSync(reader_, insert(notes, note("ours", "x")));
  EXPECT_EQ(heard, "theirs ours ");
}

TEST_F(SharedFileTest, ACombinationOfValuesThatAnotherProcessHasTakenIsRefused) {
  const DynamicTable pairs = notesTable("pairs").index("byTextRank", {"text", "rank"}, IndexType::uniqhash);
  const SubscribableDB here = openFile(file("pairs.sqlite"), {pairs}, shared());
  const SubscribableDB there = openFile(file("pairs.sqlite"), {pairs}, shared());
  execSync(there, insert(pairs, {note("a", "x", 1), note("b", "y", 2)}));
  EXPECT_EQ(codeOf([&] { execSync(here, insert(pairs, note("c", "x", 1))); }), ErrorCode::uniqueViolation);
  execSync(here, insert(pairs, note("c", "x", 2)));
  execSync(there, upsert(pairs, {note("a", "x", 2), note("c", "x", 1)}));
  look(here);
  EXPECT_EQ(idsOf(here, selectFrom(pairs, "byTextRank").where(eq("text", "x"), in("rank", {1, 2}))), "c a");
  EXPECT_EQ(codeOf([&] { execSync(here, upsert(pairs, note("b", "x", 1))); }), ErrorCode::uniqueViolation);
  EXPECT_EQ(damageOf(here), "");
}

TEST_F(SharedFileTest, WhoFellTooFarBehindRunsEverythingAgain) {
  const SubscribableDB slow = openFile(file("short.sqlite"), {notes}, shared(3));
  const SubscribableDB quick = openFile(file("short.sqlite"), {notes}, shared(3));
  Watched x(slow, "x");
  Watched y(slow, "y");
  for (int i = 0; i < 5; ++i) execSync(quick, insert(notes, note("n" + std::to_string(i), "x")));
  EXPECT_EQ(askSqlite(file("short.sqlite"), "SELECT count(*) FROM hyperdb_changes"), "3");
  look(slow);
  EXPECT_EQ(x.live.snapshot().size(), 5u);
  EXPECT_EQ(y.live.runsCount(), 2u);
  EXPECT_EQ(y.callsCount, 0);
  // And is up to date again.
  execSync(quick, insert(notes, note("last", "x")));
  look(slow);
  EXPECT_EQ(y.live.runsCount(), 2u);
  EXPECT_EQ(x.live.snapshot().size(), 6u);
}

TEST_F(SharedFileTest, ManyOwnCommitsAreNotTakenForALossOfOthers) {
  const SubscribableDB one = openFile(file("short.sqlite"), {notes}, shared(3));
  const SubscribableDB two = openFile(file("short.sqlite"), {notes}, shared(3));
  Watched y(one, "y");
  for (int i = 0; i < 10; ++i) execSync(one, insert(notes, note("n" + std::to_string(i), "x")));
  execSync(two, insert(notes, note("theirs", "x")));
  look(one);
  EXPECT_EQ(y.live.runsCount(), 1u);
}

TEST_F(SharedFileTest, WhatSomebodyWithoutTheLogWritesMakesEverythingRunAgain) {
  Watched x(reader_, "x");
  Watched y(reader_, "y");
  execSync(openFile(file(), {notes}), insert(notes, note("a", "x")));
  look(reader_);
  EXPECT_EQ(x.live.snapshot().size(), 1u);
  EXPECT_EQ(y.live.runsCount(), 2u);
}

TEST_F(SharedFileTest, ThatIsNoticedAlsoBesideCommitsThatAreLogged) {
  Watched x(reader_, "x");
  Watched y(reader_, "y");
  const SubscribableDB without = openFile(file(), {notes});
  execSync(writer_, insert(notes, note("a", "x")));
  execSync(without, insert(notes, note("b", "y")));
  execSync(writer_, insert(notes, note("c", "x")));
  look(reader_);
  EXPECT_EQ(x.live.snapshot().size(), 2u);
  EXPECT_EQ(y.live.snapshot().size(), 1u);
  const std::uint64_t runs = y.live.runsCount();
  execSync(writer_, insert(notes, note("d", "x")));
  look(reader_);
  EXPECT_EQ(y.live.runsCount(), runs);
}

TEST_F(SharedFileTest, ALogOfSqliteThatIsStartedAnewIsNoChange) {
  Watched x(reader_, "x");
  execSync(writer_, insert(notes, note("a", "y")));
  look(reader_);
  for (const char* mode : {"PASSIVE", "FULL", "RESTART", "TRUNCATE"}) {
    EXPECT_EQ(askSqlite(file(), std::string("PRAGMA wal_checkpoint(") + mode + ")").substr(0, 2), "0|");
    look(reader_);
    execSync(writer_, upsert(notes, note("a", "y")));
    execSync(writer_, upsert(notes, note("a", "z")));
    look(reader_);
  }
  EXPECT_EQ(x.live.runsCount(), 1u);
}

TEST_F(SharedFileTest, ActionsThatWriteNothingOrFailedToAreNoUnknownChange) {
  Watched x(reader_, "x");
  execSync(writer_, insert(notes, note("a", "y")));
  execSync(writer_, upsert(notes, std::vector<Object>{}));
  execSync(writer_, deleteRows(notes, "nobody"));
  const auto tryToInsert = action("tryToInsert", {}, []() -> Action<> {
    try {
      co_await insert(notes, {note("b", "y"), note("a", "y")});
    } catch (const Error&) {
      co_return;
    }
  });
  syncDispatch(writer_, tryToInsert());
  syncDispatch(reader_, tryToInsert());
  look(reader_);
  look(writer_);
  EXPECT_EQ(x.live.runsCount(), 1u);
}

TEST_F(SharedFileTest, WithAJournalBesideTheFileItIsTheSame) {
  SqlOptions options = shared();
  options.journalMode = JournalMode::truncate;
  const SubscribableDB reader = openFile(file("truncate.sqlite"), {notes}, options);
  const SubscribableDB writer = openFile(file("truncate.sqlite"), {notes}, options);
  Watched x(reader, "x");
  Watched y(reader, "y");
  for (int i = 0; i < 3; ++i) {
    execSync(writer, insert(notes, note("theirs" + std::to_string(i), "x")));
    execSync(reader, insert(notes, note("ours" + std::to_string(i), "z")));
    look(reader);
  }
  EXPECT_EQ(x.live.snapshot().size(), 3u);
  EXPECT_EQ(y.live.runsCount(), 1u);
  options.sharedFile.enabled = false;
  execSync(openFile(file("truncate.sqlite"), {notes}, options), insert(notes, note("unlogged", "y")));
  look(reader);
  EXPECT_EQ(y.live.runsCount(), 2u);
}

TEST_F(SharedFileTest, WhoOnlyReadsHearsOfCommitsToo) {
  SqlOptions options = shared();
  options.readOnly = true;
  const SubscribableDB viewer = openFile(file(), {notes}, options);
  Watched x(viewer, "x");
  Watched y(viewer, "y");
  execSync(writer_, insert(notes, note("a", "x")));
  look(viewer);
  EXPECT_EQ(x.callsCount, 1);
  EXPECT_EQ(y.live.runsCount(), 1u);
}

TEST_F(SharedFileTest, ALargeCommitWakesExactlyTheSelectorsThatItTouches) {
  Watched x(reader_, "x");
  Watched y(reader_, "y");
  std::vector<Object> rows;
  for (int i = 0; i < 20'000; ++i) rows.push_back(note("n" + std::to_string(i), "x"));
  execSync(writer_, insert(notes, rows));
  look(reader_);
  EXPECT_EQ(x.live.snapshot().size(), 20'000u);
  EXPECT_EQ(y.live.runsCount(), 1u);
}

TEST_F(SharedFileTest, TheLogIsBoundedInBytesToo) {
  SqlOptions options = shared();
  options.sharedFile.changeLogBytesMax = 1000;
  const SubscribableDB reader = openFile(file("small.sqlite"), {notes}, options);
  const SubscribableDB writer = openFile(file("small.sqlite"), {notes}, options);
  const auto logSize = [&] {
    return std::stoi(askSqlite(file("small.sqlite"), "SELECT coalesce(sum(length(changes)), 0) FROM hyperdb_changes"));
  };
  Watched x(reader, "x");
  Watched y(reader, "y");
  execSync(writer, insert(notes, note("small", "x")));
  look(reader);
  EXPECT_EQ(y.live.runsCount(), 1u);
  // What alone is more than the log may keep is only said to have happened.
  execSync(writer, insert(notes, note("large", std::string(1000, 'x'))));
  EXPECT_LE(logSize(), 1000);
  look(reader);
  EXPECT_EQ(y.live.runsCount(), 2u);
  // Who falls behind by more than the log keeps has missed something.
  for (int i = 0; i < 40; ++i) execSync(writer, upsert(notes, note("n" + std::to_string(i), "x")));
  EXPECT_LE(logSize(), 1100);
  EXPECT_GE(logSize(), 900);
  look(reader);
  EXPECT_EQ(x.live.snapshot().size(), 41u);
  EXPECT_EQ(y.live.runsCount(), 3u);
}

TEST(SharedFileOptionsTest, LimitsThatMakeNoSenseAreRefused) {
  const TempFolder folder;
  SqlOptions options = shared();
  options.sharedFile.changeLogBytesMax = 0;
  EXPECT_EQ(codeOf([&] { SqlDriver(folder.file("x.sqlite"), options); }), ErrorCode::invalidArgument);
  options = shared(0);
  EXPECT_EQ(codeOf([&] { SqlDriver(folder.file("x.sqlite"), options); }), ErrorCode::invalidArgument);
}

TEST_F(SharedFileTest, AnActionThatFailsSaysNothing) {
  Watched x(reader_, "x");
  const auto fail = action("fail", {}, []() -> Action<> {
    co_await insert(notes, note("a", "x"));
    throw std::runtime_error("no");
  });
  EXPECT_THROW(syncDispatch(writer_, fail()), std::runtime_error);
  execSync(writer_, insert(notes, note("b", "y")));
  look(reader_);
  EXPECT_EQ(x.live.runsCount(), 1u);
}

TEST_F(SharedFileTest, TablesThatAreNotLoadedHereDoNotMatter) {
  Watched x(reader_, "x");
  const SubscribableDB wide = openFile(file(), {notes, notesTable("others")}, shared());
  look(reader_);  // tables were created: a change of unknown extent
  const std::uint64_t runs = x.live.runsCount();
  execSync(wide, insert(notesTable("others"), note("a", "x")));
  look(reader_);
  EXPECT_EQ(x.live.runsCount(), runs);
}

TEST_F(SharedFileTest, MemoryInFrontOfTheFileFollowsToo) {
  const auto open = [this] {
    SubscribableDB db{DB{HybridDB{SqlDriver{file(), shared()}}}};
    execSync(db.loadTables({notes}));
    return db;
  };
  const auto tiers = [](const DB& db) -> HybridDB& { return db.driverAs<HybridDB>(); };
  const auto lookBelow = [&](const DB& db) { static_cast<SqlDriver&>(tiers(db).primary()).pollForCommits(); };
  const SubscribableDB one = open();
  const SubscribableDB two = open();
  Watched x(one, "x");
  Watched y(one, "y");
  execSync(two, insert(notes, note("a", "x")));
  lookBelow(one);
  EXPECT_EQ(x.callsCount, 0);  // not flushed: no other process can see it
  tiers(two).flushed().get();
  lookBelow(one);
  EXPECT_EQ(x.callsCount, 1);
  EXPECT_EQ(x.live.snapshot().size(), 1u);
  EXPECT_EQ(y.live.runsCount(), 1u);
  // What is not flushed here wins over what came from there, also in the file.
  execSync(one, upsert(notes, note("a", "y")));
  execSync(two, upsert(notes, note("a", "z")));
  tiers(two).flushed().get();
  lookBelow(one);
  EXPECT_EQ(y.live.snapshot().size(), 1u);
  tiers(one).flushed().get();
  lookBelow(two);
  EXPECT_EQ(select(two, notesOf("y")).size(), 1u);
  EXPECT_EQ(select(two, notesOf("z")).size(), 0u);
  EXPECT_EQ(askSqlite(file(), "SELECT json_extract(data, '$.text') FROM notes"), "y");
}

TEST_F(SharedFileTest, SwitchedOffNothingIsWritten) {
  const SubscribableDB alone = openFile(file("alone.sqlite"), {notes});
  execSync(alone, insert(notes, note("a", "x")));
  EXPECT_EQ(askSqlite(file("alone.sqlite"), "SELECT count(*) FROM sqlite_master WHERE name = 'hyperdb_changes'"), "0");
}

}  // namespace
}  // namespace hyperdb::test
