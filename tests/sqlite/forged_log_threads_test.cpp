// Entries of the change log that HyperDB has not written: each is announced as a commit or as an unknown change. None
// crashes a program, gives it an op without its rows, or stops commits.
#include <functional>

#include <hyperdb/async_sql_driver.hpp>
#include <hyperdb/hybrid_db.hpp>

#include "sqlite/sqlite_world.hpp"
#include "support/test_duration.hpp"
#include "support/test_random.hpp"

namespace hyperdb::test {
namespace {

const DynamicTable notes = notesTable().index("byText", {"text"});
const auto allNotes =
    selector("allNotes", {}, []() -> Selector<Rows<Object>> { co_return co_await selectFrom(notes, "byText"); });

SqlOptions shared() {
  SqlOptions options;
  options.sharedFile.enabled = true;
  options.sharedFile.pollIntervalMs = 0;
  return options;
}

enum class Above { nothing, hybrid, preloaded, nothingAsync };

class ForgedLogTest : public SqliteTest, public ::testing::WithParamInterface<Above> {
 protected:
  ForgedLogTest() : db_(DB(makeDriver(), {.executor = &loop_})) {
    await(execAsync(db_.loadTables({notes})));
    await(execAsync(db_, insert(notes, {note("n0", "x"), note("n1", "y")})));
    flush();
    live_.emplace(asyncSelector(db_, allNotes()));
    liveSubscription_ = live_->subscribe([] {});
    await(live_->whenFresh());
    commitSubscription_ = db_.subscribe([](const CommitEvent& event) { checkOps(event.ops); });
  }

  template <class T>
  T await(Completion<T> completion) {
    return runUntilReady(loop_, std::move(completion));
  }
  std::unique_ptr<Driver> makeDriver() {
    if (GetParam() == Above::nothingAsync) return std::make_unique<AsyncSqlDriver>(file(), AsyncSqlOptions{shared()});
    SqlDriver driver(file(), shared());
    switch (GetParam()) {
      case Above::nothing: return std::make_unique<SqlDriver>(std::move(driver));
      case Above::hybrid: return std::make_unique<HybridDB>(std::move(driver));
      default: break;
    }
    return std::make_unique<PreloadedHybridDB>(std::move(driver));
  }
  void flush() {
    if (auto* const tiers = dynamic_cast<WriteBehindDriver*>(&db_.driver())) await(tiers->flushed());
  }
  void look() {
    if (GetParam() == Above::nothingAsync) {
      auto& driver = db_.driverAs<AsyncSqlDriver>();
      driver.pollForCommits();
      loop_.runUntil([&] { return driver.isIdle(); });
      loop_.runReady();
      await(live_->whenFresh());
      return;
    }
    auto* const tiers = dynamic_cast<WriteBehindDriver*>(&db_.driver());
    static_cast<SqlDriver&>(tiers != nullptr ? tiers->primary() : db_.driver()).pollForCommits();
  }
  static void checkOps(std::span<const Op> ops) {
    for (const Op& op : ops) {
      ASSERT_TRUE(op.oldRow || op.newRow);
      EXPECT_FALSE(op.rowId().empty());
      if (op.type == OpType::delete_) {
        EXPECT_FALSE(op.newRow);
      }
      if (op.type != OpType::delete_) {
        EXPECT_TRUE(op.newRow);
      }
    }
  }
  void forge(const std::string& entry) {
    std::string text;
    for (const char c : entry) text += c == '\'' ? std::string("''") : std::string(1, c);
    EXPECT_EQ(
        askSqlite(file(), "INSERT INTO hyperdb_changes (writer, bytes_end, changes) VALUES (42, 0, '" + text + "')"),
        "");
    look();
  }
  Rows<Object> shown() {
    await(live_->whenFresh());
    return *live_->data();
  }
  Rows<Object> read() { return await(selectAsync(db_, allNotes())); }
  /// The live result is what a read gives, and the database takes commits.
  void expectUsable() {
    EXPECT_EQ(shown().size(), read().size());
    await(execAsync(db_, upsert(notes, note("n0", "x" + std::to_string(++commitsCount_)))));
    flush();
    EXPECT_EQ(askSqlite(file(), "SELECT data ->> 'text' FROM notes WHERE id = 'n0'"),
              "x" + std::to_string(commitsCount_));
    EXPECT_EQ(shown().size(), read().size());
  }

  RunLoop loop_;
  SubscribableDB db_;
  std::optional<AsyncSelector<Rows<Object>>> live_;
  Subscription liveSubscription_;
  Subscription commitSubscription_;
  int commitsCount_ = 0;
};

TEST_P(ForgedLogTest, AnEntryThatIsNoneRunsEverythingAgain) {
  for (const char* const entry : {"",
                                  "[",
                                  "5",
                                  "\"x\"",
                                  "{}",
                                  "[null]",
                                  "[[]]",
                                  "[[[[[[[[[]]]]]]]]]",
                                  R"([["notes"]])",
                                  R"([["notes","insert",null,null]])",
                                  R"([["notes","upsert",null,null]])",
                                  R"([["notes","delete",null,null]])",
                                  R"([["notes","upsert",{"id":"n0","text":"x"},null]])",
                                  R"([["notes","delete",null,{"id":"n0","text":"x"}]])",
                                  R"([["notes","delete",{"id":"n0","text":"x"},{"id":"n0","text":"x"}]])",
                                  R"([["notes","insert",{"id":"n0","text":"x"},null]])",
                                  R"([["notes","insert",5,5]])",
                                  R"([["notes","insert",null,{"id":"n7"}]])",
                                  R"([["notes","insert",null,{"id":"","text":"x"}]])",
                                  R"([["notes","upsert",{"id":"n0","text":"x"},{"id":"n9","text":"x"}]])",
                                  R"([["notes","nosuch",null,{"id":"n7","text":"x"}]])"}) {
    SCOPED_TRACE(entry);
    const std::uint64_t runs = live_->runsCount();
    forge(entry);
    EXPECT_EQ(live_->runsCount(), runs + 1);
    EXPECT_EQ(shown().size(), 2U);
    expectUsable();
  }
}

TEST_P(ForgedLogTest, AnEntryIsAnnouncedWholeOrNotAtAll) {
  int commitsCount = 0;
  const Subscription subscription = db_.subscribe([&](const CommitEvent&) { ++commitsCount; });
  forge(R"([["notes","upsert",{"id":"n0","text":"x"},{"id":"n0","text":"z"}],["notes","insert",null,null]])");
  EXPECT_EQ(commitsCount, 0);
  EXPECT_EQ(shown().size(), 2U);
  expectUsable();
}

/// A text that looks more or less like an entry.
std::string randomEntry(TestRandom& random) {
  static const std::vector<std::string> tables = {R"("notes")", R"("notes")", R"("notes")", R"("nosuch")", "5", "null"};
  static const std::vector<std::string> types = {R"("insert")", R"("upsert")", R"("delete")", R"("")", "null", "[]"};
  static const std::vector<std::string> rows = {"null",
                                                "null",
                                                "5",
                                                "[]",
                                                "{}",
                                                R"({"id":"n0","text":"x"})",
                                                R"({"id":"n1","text":"y","rank":7})",
                                                R"({"id":"n2","text":"x"})",
                                                R"({"id":"n2","text":"y"})",
                                                R"({"id":"","text":"x"})",
                                                R"({"id":"n1"})",
                                                R"({"id":3,"text":"x"})",
                                                R"({"id":"n1","text":{"$bigint":"5"}})",
                                                R"({"id":"n3","text":"x","more":[1]})"};
  const auto anyOf = [&random](const std::vector<std::string>& list) { return list[random.below(list.size())]; };
  std::string text = "[";
  for (std::size_t i = random.below(4) + 1; i > 0; --i) {
    text += "[" + anyOf(tables) + "," + anyOf(types) + "," + anyOf(rows) + "," + anyOf(rows) + "]" + (i > 1 ? "," : "");
  }
  text += "]";
  if (random.chance(5)) text.resize(random.below(text.size()));
  if (random.chance(5)) text.insert(random.below(text.size() + 1), anyOf({"[", "]", "{", "\"", ",", "null", "'"}));
  return text;
}

TEST_P(ForgedLogTest, RandomEntriesLeaveTheDatabaseUsable) {
  TestRandom random(testSeed());
  for (int round = 0; round < testRounds(60); ++round) {
    const std::string entry = randomEntry(random);
    SCOPED_TRACE("seed " + std::to_string(testSeed()) + ": " + entry);
    forge(entry);
    expectUsable();
    if (HasFatalFailure() || HasNonfatalFailure()) return;
  }
}

TEST_P(ForgedLogTest, NumbersAtTheirEndsDoNotStopCommits) {
  const std::string largest = "9223372036854775807";
  const std::string entry = "INSERT INTO hyperdb_changes (seq, writer, bytes_end) VALUES ";
  for (const std::string& sql :
       {"UPDATE sqlite_sequence SET seq = " + largest, entry + "(" + largest + ", 42, 0)",
        entry + "(" + largest + " - 1, 42, " + largest + ")", entry + "(NULL, 42, " + largest + ")",
        entry + "(NULL, 42, -" + largest + " - 1)", std::string("UPDATE sqlite_sequence SET seq = 'x'"),
        "UPDATE sqlite_sequence SET seq = -" + largest + "; UPDATE hyperdb_changes SET seq = -" + largest +
            " - 1 WHERE seq = (SELECT max(seq) FROM hyperdb_changes)"}) {
    SCOPED_TRACE(sql);
    EXPECT_EQ(askSqlite(file(), sql), "");
    look();
    for (int i = 0; i < 3; ++i) expectUsable();
    // Another database, which opens the file now, is heard as before.
    const SubscribableDB other = openFile(file(), {notes}, shared());
    for (int i = 0; i < 3; ++i) {
      execSync(other, upsert(notes, note("n1", "from elsewhere " + std::to_string(i))));
      const std::uint64_t runs = live_->runsCount();
      look();
      EXPECT_EQ(live_->runsCount(), runs + 1);
      EXPECT_EQ(read().front(), shown().front());
    }
    EXPECT_EQ(askSqlite(file(), "SELECT count(*) FROM hyperdb_changes WHERE seq < 1 OR seq > 1000000"), "0");
  }
}

INSTANTIATE_TEST_SUITE_P(, ForgedLogTest,
                         ::testing::Values(Above::nothing, Above::hybrid, Above::preloaded, Above::nothingAsync),
                         [](const auto& test) {
                           return test.param == Above::nothing     ? "SqlDriver"
                                  : test.param == Above::hybrid    ? "HybridDB"
                                  : test.param == Above::preloaded ? "PreloadedHybridDB"
                                                                   : "AsyncSqlDriver";
                         });

}  // namespace
}  // namespace hyperdb::test
