// Subscribers to commits: order, errors, what they may do while they are called.
#include "support/task_db.hpp"

namespace hyperdb::test {
namespace {

class SubscribersTest : public TaskTest {
 protected:
  std::string log;
};

TEST_F(SubscribersTest, GetOpsInTheOrderOfTheWritesWithTraitsAndRevision) {
  put("a", "p1", 1);
  const Subscription subscription = db().subscribe([&](const CommitEvent& event) {
    for (const Op& op : event.ops) {
      log += std::to_string(static_cast<int>(op.type));
      log += op.oldRow ? "o" : "";
      log += op.newRow ? "n" : "";
      log += " ";
    }
    log += event.traits.empty() ? "" : event.traits[0].type;
    log += " revision " + std::to_string(event.revision);
  });
  const auto script = action("script", {}, []() -> Action<> {
    co_await addTask("b");
    co_await putTask("a", "p1", 2);
    co_await putTask("c", "p1", 2);
    co_await removeTask("b");
  });
  syncDispatch(db().withTraits({{"undo", {}}}), script());
  EXPECT_EQ(log, "0n 1on 1n 2o undo revision 2");
}

TEST_F(SubscribersTest, OneThatThrowsIsReportedAndDoesNotStopTheOthers) {
  std::vector<std::string> reported;
  db().onCallbackError([&](std::exception_ptr error) {
    try {
      std::rethrow_exception(error);
    } catch (const std::exception& exception) {
      reported.emplace_back(exception.what());
    }
  });
  const Subscription bad = db().subscribe([](const CommitEvent&) { throw std::runtime_error("bad subscriber"); });
  const Subscription good = db().subscribe([&](const CommitEvent&) { log += "good "; });
  put("t1");
  put("t2");
  EXPECT_EQ(log, "good good ");
  EXPECT_EQ(reported, (std::vector<std::string>{"bad subscriber", "bad subscriber"}));
  EXPECT_EQ(all(), "t1 t2");
}

TEST_F(SubscribersTest, AnErrorHandlerMaySetAnotherOne) {
  const Subscription bad = db().subscribe([](const CommitEvent&) { throw std::runtime_error("bad subscriber"); });
  const std::string captured(100, 'x');
  db().onCallbackError([this, captured](std::exception_ptr) {
    db().onCallbackError([this](std::exception_ptr) { log += "second "; });
    log += captured.substr(0, 1) + " ";
  });
  put("t1");
  put("t2");
  EXPECT_EQ(log, "x second ");
}

TEST_F(SubscribersTest, ADispatchInsideACallbackCommitsAtOnceAndIsAnnouncedAfterwards) {
  for (int i = 0; i < 6; ++i) put("t" + std::to_string(i));
  const Subscription a = db().subscribe([&](const CommitEvent& event) {
    log += "notify a " + std::to_string(event.revision) + ", ";
    if (event.revision == 7) {
      put("inside");
      EXPECT_EQ(db().revision(), 8);
      EXPECT_NE(all().find("inside"), std::string::npos);
    }
  });
  const Subscription b =
      db().subscribe([&](const CommitEvent& event) { log += "notify b " + std::to_string(event.revision) + ", "; });
  put("t7");
  EXPECT_EQ(log, "notify a 7, notify b 7, notify a 8, notify b 8, ");
}

TEST_F(SubscribersTest, OneThatIsAddedInsideACallbackStartsWithTheNextCommit) {
  std::vector<Subscription> added;
  const Subscription first = db().subscribe([&](const CommitEvent& event) {
    log += "first " + std::to_string(event.revision) + ", ";
    if (event.revision > 1) return;
    added.push_back(
        db().subscribe([&](const CommitEvent& later) { log += "added " + std::to_string(later.revision) + ", "; }));
    put("inside");
  });
  put("t1");
  EXPECT_EQ(log, "first 1, first 2, added 2, ");
}

TEST_F(SubscribersTest, OneThatLeavesInsideACallbackIsNotCalledAnyMore) {
  Subscription first;
  Subscription second;
  first = db().subscribe([&](const CommitEvent&) {
    log += "first ";
    second.cancel();
    first.cancel();
    first.cancel();
  });
  second = db().subscribe([&](const CommitEvent&) { log += "second "; });
  put("t1");
  put("t2");
  EXPECT_EQ(log, "first ");
  EXPECT_EQ(db().stats().subscriptions, 0);
}

TEST_F(SubscribersTest, ASubscriptionMovesAndEndsWithItsObject) {
  Subscription kept;
  {
    Subscription moved = db().subscribe([&](const CommitEvent&) { log += "x"; });
    kept = std::move(moved);
    EXPECT_FALSE(moved.isActive());  // NOLINT
  }
  put("t1");
  EXPECT_TRUE(kept.isActive());
  kept = db().subscribe([&](const CommitEvent&) { log += "y"; });
  put("t2");
  EXPECT_EQ(log, "xy");
}

TEST_F(SubscribersTest, AFailedActionTellsNobody) {
  const Subscription subscription = db().subscribe([&](const CommitEvent&) { log += "x"; });
  EXPECT_THROW(execSync(db(), insert(tasksTable, {makeTask("a"), makeTask("a")})), Error);
  EXPECT_EQ(log, "");
}

TEST_F(SubscribersTest, TwoWrappingsOfOneDatabaseShareIt) {
  SubscribableDB other{static_cast<const DB&>(db())};
  const Subscription subscription = other.subscribe([&](const CommitEvent&) { log += "x"; });
  put("t1");
  EXPECT_EQ(log, "x");
  EXPECT_EQ(cachedSelector(other, allTasks()).snapshot().size(), 1u);
  EXPECT_EQ(cachedSelector(db(), allTasks()).runsCount(), 1u);
}

TEST_F(SubscribersTest, ACallbackNeverRunsInsideAnotherOne) {
  const auto logged = [&](const std::string& name, auto&& body) {
    log += "(" + name;
    body();
    log += ") ";
  };
  const Subscription first = db().subscribe([&](const CommitEvent& event) {
    logged("first " + std::to_string(event.revision), [&] {
      if (event.revision == 1) put("b");
    });
  });
  const Subscription second =
      db().subscribe([&](const CommitEvent& event) { logged("second " + std::to_string(event.revision), [] {}); });
  const auto live = cachedSelector(db(), allTasks());
  const Subscription third = live.subscribe([&] { logged("live", [] {}); });
  put("a");
  EXPECT_EQ(log, "(first 1) (second 1) (live) (first 2) (second 2) (live) ");
}

}  // namespace
}  // namespace hyperdb::test
