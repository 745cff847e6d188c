// The two ends of a transaction over a driver that answers late: a beginning that fails, a commit on its way when the
// database closes.
#include "support/task_db.hpp"

namespace hyperdb::test {
namespace {

class BeginningTest : public LateTaskTest {};

const auto readingTwice = selector("readingTwice", {}, []() -> Selector<std::string> {
  std::string log;
  for (int i = 0; i < 2; ++i) {
    try {
      Rows<Task> rows = co_await allTasks();
      log += idsOf(rows) + "; ";
    } catch (const Error&) {
      log += "failed; ";
    }
  }
  co_return log;
});

TEST_F(BeginningTest, ABeginningThatFailsIsTheErrorOfTheReadAndTheNextReadBeginsAgain) {
  put("t1");
  control->failNext(LateKind::begin);
  EXPECT_EQ(codeOf([&] { wait(selectAsync(db(), allTasks())); }), ErrorCode::driverFailure);
  EXPECT_EQ(all(), "t1");
  control->failNext(LateKind::begin);
  EXPECT_EQ(wait(selectAsync(db(), readingTwice())), "failed; t1; ");
  EXPECT_EQ(db().stats().operationsRunning, 0);
}

TEST_F(BeginningTest, ABeginningThatFailsInALiveSelectorIsAnErrorUntilItIsRunAgain) {
  put("t1");
  control->failNext(LateKind::begin);
  auto live = asyncSelector(db(), allTasks());
  loop.runReady();
  EXPECT_EQ(live.status(), SelectorStatus::failed);
  wait(live.whenFresh());
  EXPECT_EQ(idsOf(*live.data()), "t1");
}

TEST_F(BeginningTest, ABeginningThatFailsLetsTheNextWriterIn) {
  control->failNext(LateKind::begin);
  Completion<void> first = asyncDispatch(db(), addTask("t1"));
  Completion<void> second = asyncDispatch(db(), addTask("t2"));
  loop.runReady();
  EXPECT_EQ(codeOf([&] { first.get(); }), ErrorCode::driverFailure);
  second.get();
  EXPECT_EQ(all(), "t2");
}

TEST_F(BeginningTest, AReadIsGivenUpWhileItBegins) {
  control->holdBack(LateKind::begin);
  Completion<Rows<Task>> reading = selectAsync(db(), allTasks());
  loop.runReady();
  reading.cancel();
  loop.runReady();
  EXPECT_EQ(codeOf([&] { reading.get(); }), ErrorCode::cancelled);
  control->letGo();
  loop.runReady();
  EXPECT_EQ(control->pendingCount(), 0u);
}

class EndTest : public LateTaskTest {
 protected:
  void reopen(bool finishesCommitsOnClose) {
    close();
    LateOptions options;
    options.finishesCommitsOnClose = finishesCommitsOnClose;
    open(options);
    watching = db().subscribe([this](const CommitEvent&) { ++toldCount; });
  }
  /// An action whose commit waits, and one that waits for its turn.
  void startBoth() {
    control->holdBack(LateKind::commit);
    committing = asyncDispatch(db(), addTask("t1"));
    waiting = asyncDispatch(db(), addTask("t2"));
    loop.runReady();
    ASSERT_FALSE(committing->isReady());
  }
  void expectTheOtherIsCancelled() {
    EXPECT_EQ(codeOf([&] { waiting->get(); }), ErrorCode::cancelled);
    EXPECT_EQ(db().stats().operationsRunning, 0);
    EXPECT_EQ(toldCount, 0) << "nobody is called after the close";
  }

  std::optional<Completion<void>> committing;
  std::optional<Completion<void>> waiting;
  Subscription watching;
  int toldCount = 0;
};

TEST_F(EndTest, ACommitThatTheStorageFinishesWhenItIsClosedHasSucceeded) {
  reopen(true);
  startBoth();
  db().close();
  EXPECT_TRUE(committing->isReady());
  EXPECT_NO_THROW(committing->get());
  EXPECT_EQ(db().revision(), 1);
  expectTheOtherIsCancelled();
}

TEST_F(EndTest, ACommitThatFailsWhenTheStorageIsClosedHasFailed) {
  reopen(true);
  startBoth();
  control->failNext(LateKind::commit);
  db().close();
  const auto error = thrown([&] { committing->get(); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->message(), "a test made this commit fail");
  EXPECT_EQ(db().revision(), 0);
  expectTheOtherIsCancelled();
}

TEST_F(EndTest, OfACommitThatTheStorageLeavesWithoutAnAnswerNobodyKnows) {
  reopen(false);
  startBoth();
  db().close();
  const auto error = thrown([&] { committing->get(); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::driverFailure);
  EXPECT_EQ(error->message(),
            "the database was closed while it committed; whether the commit took effect is not known");
  EXPECT_EQ(db().revision(), 0);
  expectTheOtherIsCancelled();
}

TEST_F(EndTest, ACommitThatIsDoneAndNotYetToldOfHasSucceeded) {
  reopen(false);
  startBoth();
  control->letGo();
  ASSERT_TRUE(control->runOne());
  EXPECT_FALSE(committing->isReady()) << "the executor has not come to it";
  db().close();
  EXPECT_NO_THROW(committing->get());
  expectTheOtherIsCancelled();
}

TEST_F(EndTest, ACommitIsWaitedForAlsoWhenACallbackCloses) {
  reopen(true);
  control->holdBack(LateKind::commit);
  committing = asyncDispatch(db(), addTask("t1"));
  loop.runReady();
  Completion<Rows<Task>> reading = selectAsync(db(), allTasks());
  std::move(reading).then(loop, [this](Completion<Rows<Task>>) { db().close(); });
  loop.runReady();
  EXPECT_TRUE(db().isClosed());
  EXPECT_NO_THROW(committing->get());
}

}  // namespace
}  // namespace hyperdb::test
