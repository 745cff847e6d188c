// One run of a command reads one snapshot, whatever this process and others commit meanwhile.
#include "sqlite/accounts.hpp"

namespace hyperdb::test {
namespace {

class SnapshotsTest : public SqliteTest {
 protected:
  /// Another process on the same file.
  SubscribableDB openOther(const SqlOptions& options) {
    SubscribableDB other = openFile(file(), bothTables(), options);
    if (!std::exchange(hasAccounts_, true)) syncDispatch(other, openAccounts(1));
    return other;
  }

 private:
  bool hasAccounts_ = false;
};

TEST_F(SnapshotsTest, ASelectorKeepsItsSnapshotAlthoughItDispatchesAnActionAndAnotherProcessCommits) {
  const SubscribableDB other = openOther(sharedFile());
  const SubscribableDB db = openFile(file(), bothTables(), sharedFile());
  for (int round = 0; round < 3; ++round) {
    happening = [&] {
      syncDispatch(other, transfer(0, 0, 30));
      syncDispatch(db, transfer(0, 0, 7));
      syncDispatch(db, transfer(0, 0, 1));
      EXPECT_EQ(select(db, totalOf(1)), 200);
    };
    EXPECT_EQ(execSync(db, sumWithHappening(1)), 200);
    EXPECT_EQ(select(db, totalOf(1)), 200);
    EXPECT_EQ(damageOf(db), "");
  }
  EXPECT_EQ(execSync(db, sumOf(savings, 0, 1)), 100 - 3 * 38);
}

TEST_F(SnapshotsTest, WhatAnotherConnectionWroteIsFoundInTheRowCache) {
  const SubscribableDB db = openFile(file(), bothTables());
  syncDispatch(db, openAccounts(2));
  for (int round = 0; round < 4; ++round) {
    happening = [&] { syncDispatch(db, transfer(0, 1, 5)); };
    EXPECT_EQ(execSync(db, sumWithHappening(2)), 400);
    syncDispatch(db, transfer(1, 0, 3));
    EXPECT_EQ(select(db, totalOf(2)), 400);
    EXPECT_EQ(execSync(db, sumOf(savings, 0, 2)), 200 - 8 * (round + 1));
  }
}

TEST_F(SnapshotsTest, AListenerHearsOfACommitThatAnotherConnectionOfTheDriverLogged) {
  const SubscribableDB other = openOther(sharedFile());
  const SubscribableDB db = openFile(file(), bothTables(), sharedFile());
  int theirs = 0;
  const Subscription subscription = db.subscribe([&](const CommitEvent& event) {
    theirs += findTrait(event.traits, externalCommitTrait.type) != nullptr ? 1 : 0;
  });
  happening = [&] { syncDispatch(db, transfer(0, 0, 7)); };
  EXPECT_EQ(execSync(db, sumWithHappening(1)), 200);
  syncDispatch(other, transfer(0, 0, 30));
  db.driverAs<SqlDriver>().pollForCommits();
  EXPECT_EQ(theirs, 1) << "neither its own commit nor none";
}

TEST_F(SnapshotsTest, WithoutOldStatesASelectorThatReadsBehindItsOwnDispatchFails) {
  SqlOptions truncate;
  truncate.journalMode = JournalMode::truncate;
  for (const std::string& path : {file(), std::string(":memory:")}) {
    const SubscribableDB db = openFile(path, bothTables(), truncate);
    syncDispatch(db, openAccounts(1));
    int dispatches = 0;
    happening = [&] {
      ++dispatches;
      syncDispatch(db, transfer(0, 0, 30));
    };
    EXPECT_EQ(codeOf([&] { select(db, totalOf(1)); }), ErrorCode::nestedDispatch);
    EXPECT_EQ(dispatches, 1) << "it is not run again: the action would be";
    EXPECT_EQ(select(db, totalOf(1)), 200);
    EXPECT_EQ(execSync(db, sumOf(savings, 0, 1)), 70);
  }
}

TEST_F(SnapshotsTest, AKeptResultOfAChildIsNotMixedWithANewerRead) {
  SelectorOptions kept;
  kept.memoization.selfChild = true;
  static const auto saved = selector("saved", {}, []() -> Selector<double> { return sumOf(savings, 0, 1); }, kept);
  const auto total = selector("total", {}, []() -> Selector<double> {
    const double first = co_await saved();
    co_return first + co_await sumOf(debts, 0, 2);
  });
  const SubscribableDB other = openOther(sharedFile());
  const SubscribableDB db = openFile(file(), bothTables(), sharedFile());
  auto live = cachedSelector(db, total());
  EXPECT_EQ(live.snapshot(), 200);
  Account empty{"a1", 1, 0};
  execSync(other, insert(debts, empty));
  db.driverAs<SqlDriver>().pollForCommits();  // the result is out of date, that of the child is not
  syncDispatch(other, transfer(0, 0, 30));    // of which nothing is known here
  EXPECT_EQ(live.snapshot(), 200);
}

template <class Hybrid>
class HybridSnapshotsTest : public SnapshotsTest {
 protected:
  HybridSnapshotsTest() { execSync(db_.loadTables(bothTables())); }
  /// One table is in memory, the other one is not, and another process has moved something from one to the other.
  void tear(double amount = 30) {
    EXPECT_EQ(execSync(db_, sumOf(savings, 0, 1)), 100);
    syncDispatch(other_, transfer(0, 0, amount));
  }

  SubscribableDB other_ = openOther(sharedFile());
  RunLoop loop_;
  SubscribableDB db_{DB{Hybrid{SqlDriver{file(), sharedFile()}}, {.executor = &loop_}}};
};

using Hybrids = ::testing::Types<HybridDB, PreloadedHybridDB>;
TYPED_TEST_SUITE(HybridSnapshotsTest, Hybrids);

TYPED_TEST(HybridSnapshotsTest, ASelectorThatReadsANewerStateIsRunAgain) {
  this->tear();
  EXPECT_EQ(select(this->db_, totalOf(1)), 200);
  EXPECT_EQ(execSync(this->db_, sumOf(savings, 0, 1)), 70);
}

TYPED_TEST(HybridSnapshotsTest, ALiveResultIsNeverTorn) {
  this->tear();
  auto live = cachedSelector(this->db_, totalOf(1));
  std::vector<double> seen;
  const Subscription subscription = live.subscribe([&](const double& now) { seen.push_back(now); });
  EXPECT_EQ(live.snapshot(), 200);
  this->loop_.runReady();
  EXPECT_EQ(live.snapshot(), 200);
  for (const double total : seen) EXPECT_EQ(total, 200);
}

TYPED_TEST(HybridSnapshotsTest, ARawCoroutineFailsWithACodeThatSaysSo) {
  this->tear();
  EXPECT_EQ(codeOf([&] { execSync(this->db_, sumWithHappening(1)); }), ErrorCode::snapshotLost);
  EXPECT_EQ(execSync(this->db_, sumWithHappening(1)), 200) << "a second run reads the new state";
}

TYPED_TEST(HybridSnapshotsTest, ASelectorThatHidesTheErrorIsRunAgainToo) {
  static const auto hides = selector("hides", {}, []() -> Selector<double> {
    double total = co_await sumOf(savings, 0, 1);
    try {
      total += co_await sumOf(debts, 0, 1);
    } catch (const Error&) {
      total = -1;
    }
    co_return total;
  });
  this->tear();
  EXPECT_EQ(select(this->db_, hides()), 200);
}

TYPED_TEST(HybridSnapshotsTest, AnActionThatReadsANewerStateIsRunAgain) {
  this->tear();
  int commits = 0;
  std::string order;
  const Subscription subscription = this->db_.subscribe([&](const CommitEvent& event) {
    ++commits;
    order += findTrait(event.traits, externalCommitTrait.type) != nullptr ? "theirs " : "ours ";
  });
  syncDispatch(this->db_, transfer(0, 0, 10));
  EXPECT_EQ(commits, 2);
  EXPECT_EQ(order, "theirs ours ");
  EXPECT_EQ(execSync(this->db_, sumOf(savings, 0, 1)), 60);
  EXPECT_EQ(select(this->db_, totalOf(1)), 200);
  this->loop_.runReady();
  EXPECT_EQ(select(this->other_, totalOf(1)), 200);
  EXPECT_EQ(execSync(this->other_, sumOf(savings, 0, 1)), 60);
}

TYPED_TEST(HybridSnapshotsTest, ARawActionFailsAndWritesNothing) {
  this->tear();
  EXPECT_EQ(codeOf([&] { execSync(this->db_, moveBetween(0, 0, 10)); }), ErrorCode::snapshotLost);
  EXPECT_EQ(select(this->db_, totalOf(1)), 200);
  EXPECT_EQ(execSync(this->db_, sumOf(savings, 0, 1)), 70);
}

TYPED_TEST(HybridSnapshotsTest, ATransactionThatHasReadNothingMovesForward) {
  this->tear();
  EXPECT_EQ(execSync(this->db_, sumOf(debts, 0, 1)), 130) << "a raw selector: it would fail";
  EXPECT_EQ(execSync(this->db_, sumOf(savings, 0, 1)), 70);
}

TYPED_TEST(HybridSnapshotsTest, ACommitThatIsNotInTheLogIsNoticedToo) {
  EXPECT_EQ(execSync(this->db_, sumOf(savings, 0, 1)), 100);
  SqlOptions unlogged;
  const SubscribableDB tool = openFile(this->file(), bothTables(), unlogged);
  syncDispatch(tool, transfer(0, 0, 30));
  EXPECT_EQ(select(this->db_, totalOf(1)), 200);
  EXPECT_EQ(execSync(this->db_, sumOf(savings, 0, 1)), 70);
}

using RangeSnapshotsTest = HybridSnapshotsTest<HybridDB>;

TEST_F(RangeSnapshotsTest, LiveResultsHearOfACommitThatAReadHasMetFirst) {
  EXPECT_EQ(select(db_, totalOf(1)), 200);
  const auto saved = selector("saved", {}, []() -> Selector<double> { return sumOf(savings, 0, 1); });
  auto live = cachedSelector(db_, saved());
  int calls = 0;
  const Subscription subscription = live.subscribe([&] { ++calls; });
  syncDispatch(other_, transfer(0, 0, 30));
  EXPECT_EQ(execSync(db_, sumOf(debts, 1, 3)), 0);
  EXPECT_EQ(calls, 0) << "not from inside the read";
  loop_.runReady();
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(live.snapshot(), 70);
}

}  // namespace
}  // namespace hyperdb::test
