// External changes that a driver reports: commits of another process, and changes of unknown extent.
#include <functional>

#include "support/task_db.hpp"

namespace hyperdb::test {
namespace {

/// A storage that another process writes to as well.
class SharedDriver final : public Driver {
 public:
  std::string_view name() const noexcept override { return "shared"; }
  void attach(DriverHost& host) override { host_ = &host; }
  Completion<void> loadTables(std::span<const std::shared_ptr<const TableDef>> tables) override {
    return inner_.loadTables(tables);
  }
  Completion<std::unique_ptr<DriverTransaction>> begin(TransactionMode mode) override {
    return std::unique_ptr<DriverTransaction>(new Transaction(*this, inner_.begin(mode).get()));
  }
  bool keepsRowObjects() const noexcept override { return true; }
  void close() noexcept override { inner_.close(); }

  /// Somebody else puts a task into the storage. Gives the ops.
  Ops putAsOther(const Task& task) {
    auto transaction = inner_.begin(TransactionMode::readWrite).get();
    const std::vector<RowRef> rows{RowRef(new RowBox<Task>(tasksTable.def().rowType(), task))};
    Ops ops = transaction->upsert(tasksTable.def(), rows).get();
    transaction->commit().get();
    return ops;
  }
  DriverHost& host() const { return *host_; }

  std::function<void()> beforeCommit;
  bool failsToCommit = false;
  Ops newsAtCommit;  ///< told of before a commit of our own completes, which then comes later

 private:
  class Transaction final : public DriverTransaction {
   public:
    Transaction(SharedDriver& driver, std::unique_ptr<DriverTransaction> inner)
        : driver_(driver), inner_(std::move(inner)) {}
    Completion<ScanResult> scan(const ScanPlan& plan) override { return inner_->scan(plan); }
    Completion<Ops> insert(const TableDef& table, std::span<const RowRef> rows) override {
      return inner_->insert(table, rows);
    }
    Completion<Ops> upsert(const TableDef& table, std::span<const RowRef> rows) override {
      return inner_->upsert(table, rows);
    }
    Completion<Ops> deleteRows(const TableDef& table, std::span<const std::string> ids) override {
      return inner_->deleteRows(table, ids);
    }
    Completion<void> commit() override {
      if (driver_.beforeCommit) std::exchange(driver_.beforeCommit, nullptr)();
      if (driver_.failsToCommit) {
        return std::make_exception_ptr(Error(ErrorCode::driverFailure, "no commit"));
      }
      if (driver_.newsAtCommit.empty()) return inner_->commit();
      const CompletionSource<void> source(driver_.host().executor());
      driver_.host().executor().post([this, source] {
        inner_->commit().get();
        driver_.host().onExternalCommit(std::exchange(driver_.newsAtCommit, {}));
        source.resolve();
      });
      return source.completion();
    }
    void rollback() noexcept override { inner_->rollback(); }

   private:
    SharedDriver& driver_;
    std::unique_ptr<DriverTransaction> inner_;
  };

  BptreeInmemDriver inner_;
  DriverHost* host_ = nullptr;
};

class ExternalCommitTest : public ::testing::Test {
 protected:
  ExternalCommitTest() {
    execSync(db.loadTables({tasksTable, logTable}));
    syncDispatch(db, putTask("a", "p1", 1));
  }
  void tellOf(const Task& task) { driver.host().onExternalCommit(driver.putAsOther(task)); }
  Subscription logCommits() {
    return db.subscribe([this](const CommitEvent& event) {
      log += std::to_string(event.revision) + ":";
      for (const Op& op : event.ops) log += std::string(op.rowId());
      log += findTrait(event.traits, externalCommitTrait.type) != nullptr ? " by others; " : "; ";
    });
  }

  SubscribableDB db{DB{std::make_unique<SharedDriver>()}};
  SharedDriver& driver = db.driverAs<SharedDriver>();
  std::string log;
};

TEST_F(ExternalCommitTest, WakesExactlyTheSelectorsThatItTouches) {
  const auto first = cachedSelector(db, projectTasks("p1"));
  const auto second = cachedSelector(db, projectTasks("p2"));
  int firstCalls = 0;
  int secondCalls = 0;
  const Subscription watchingFirst = first.subscribe([&] { ++firstCalls; });
  const Subscription watchingSecond = second.subscribe([&] { ++secondCalls; });
  tellOf(makeTask("b", "p2", 1));
  EXPECT_EQ(firstCalls, 0);
  EXPECT_EQ(secondCalls, 1);
  EXPECT_EQ(first.runsCount(), 1u);
  EXPECT_EQ(idsOf(second.snapshot()), "b");
  EXPECT_EQ(second.runsCount(), 2u);
  tellOf(makeTask("b", "p1", 2));
  EXPECT_EQ(firstCalls, 1);
  EXPECT_EQ(secondCalls, 2);
  EXPECT_EQ(idsOf(first.snapshot()), "a b");
  EXPECT_EQ(second.lastWake()->revision, 3);
}

TEST_F(ExternalCommitTest, IsACommitForSubscribersWithALabelOfItsOwn) {
  const Subscription commits = logCommits();
  tellOf(makeTask("b"));
  syncDispatch(db, addTask("c"));
  EXPECT_EQ(log, "2:b by others; 3:c; ");
  EXPECT_EQ(db.revision(), 3);
}

TEST_F(ExternalCommitTest, FromInsideACommitIsToldOfBeforeThatAndWhenItHasEnded) {
  const auto live = cachedSelector(db, allTasks());
  int calls = 0;
  const Subscription watching = live.subscribe([&] {
    ++calls;
    log += idsOf(live.snapshot()) + "; ";
  });
  const Subscription commits = logCommits();
  driver.beforeCommit = [&] {
    const Ops ops = Ops{Op{OpType::insert,
                           &logTable.def(),
                           {},
                           RowRef(new RowBox<LogLine>(logTable.def().rowType(), LogLine{"line", "by others"}))}};
    driver.host().onExternalCommit(ops);
    EXPECT_EQ(log, "") << "nobody is called inside of a commit";
    EXPECT_EQ(db.revision(), 1);
  };
  syncDispatch(db, putTask("b", "p1", 2));
  EXPECT_EQ(log, "2:line by others; 3:b; a b; ");
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(db.revision(), 3);
}

TEST_F(ExternalCommitTest, ACallbackMayDispatchAlsoWhenTheNewsCameFromInsideACommit) {
  const Subscription answering = db.subscribe([&](const CommitEvent& event) {
    if (event.revision == 2) syncDispatch(db, addTask("answer"));
  });
  const Subscription commits = logCommits();
  driver.beforeCommit = [&] { driver.host().onExternalCommit({}); };
  syncDispatch(db, addTask("b"));
  EXPECT_EQ(log, "2: by others; 3:b; 4:answer; ");
}

TEST_F(ExternalCommitTest, FromInsideACommitThatFailsIsToldOfAllTheSame) {
  const auto live = cachedSelector(db, projectTasks("p1"));
  const Subscription watching = live.subscribe([] {});
  const Subscription commits = logCommits();
  driver.failsToCommit = true;
  driver.beforeCommit = [&] { tellOf(makeTask("b", "p1", 2)); };
  EXPECT_EQ(codeOf([&] { syncDispatch(db, addTask("c")); }), ErrorCode::driverFailure);
  EXPECT_EQ(log, "2:b by others; ");
  EXPECT_EQ(idsOf(live.snapshot()), "a b");
  EXPECT_EQ(db.revision(), 2);
}

TEST_F(ExternalCommitTest, AfterAnUnknownChangeEverythingIsRunAgain) {
  const auto watched = cachedSelector(db, projectTasks("p1"));
  const auto other = cachedSelector(db, projectTasks("p2"));
  const auto unwatched = cachedSelector(db, projectTasks("p3"));
  unwatched.snapshot();
  int calls = 0;
  int otherCalls = 0;
  int errors = 0;
  db.onCallbackError([&](const std::exception_ptr&) { ++errors; });
  const Subscription watching = watched.subscribe([&] { ++calls; });
  const Subscription watchingOther = other.subscribe([&] { ++otherCalls; });
  const Subscription commits = logCommits();
  driver.putAsOther(makeTask("b", "p1", 2));
  driver.putAsOther(makeTask("c", "p3", 2));
  EXPECT_EQ(idsOf(watched.snapshot()), "a") << "nothing was told yet";
  driver.host().onUnknownChange();
  EXPECT_EQ(watched.runsCount(), 2u);
  EXPECT_EQ(other.runsCount(), 2u);
  EXPECT_EQ(unwatched.runsCount(), 1u) << "nobody subscribes: it runs when it is read";
  EXPECT_EQ(idsOf(watched.snapshot()), "a b");
  EXPECT_EQ(idsOf(unwatched.snapshot()), "c");
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(otherCalls, 0) << "its result is the same";
  EXPECT_EQ(errors, 0);
  EXPECT_EQ(log, "") << "there are no ops to tell";
  EXPECT_EQ(db.revision(), 2);
}

TEST_F(ExternalCommitTest, AnUnknownChangeFromInsideACommitIsTakenInWithThat) {
  const auto live = cachedSelector(db, projectTasks("p2"));
  int calls = 0;
  const Subscription watching = live.subscribe([&] { ++calls; });
  const Subscription commits = logCommits();
  driver.beforeCommit = [&] {
    driver.host().onUnknownChange();
    EXPECT_EQ(live.runsCount(), 1u);
  };
  syncDispatch(db, addTask("b"));
  EXPECT_EQ(live.runsCount(), 2u);
  EXPECT_EQ(calls, 0);
  EXPECT_EQ(log, "3:b; ");
}

TEST_F(ExternalCommitTest, NobodyIsCalledWhenTheDatabaseIsClosed) {
  const Subscription commits = logCommits();
  const Ops ops = driver.putAsOther(makeTask("b"));
  db.close();
  driver.host().onExternalCommit(ops);
  driver.host().onUnknownChange();
  EXPECT_EQ(log, "");
}

TEST_F(ExternalCommitTest, ACallbackMayCloseTheDatabaseWhileACommitOfOurOwnCompletes) {
  driver.newsAtCommit = driver.putAsOther(makeTask("b"));
  const Subscription commits = db.subscribe([this](const CommitEvent&) { db.close(); });
  Completion<void> own = asyncDispatch(db, addTask("c"));
  static_cast<RunLoop&>(db.executor()).runReady();
  EXPECT_TRUE(db.isClosed());
  EXPECT_NO_THROW(own.get()) << "it is committed";
}

TEST_F(ExternalCommitTest, TheDriverIsFoundByItsType) {
  EXPECT_EQ(&db.driverAs<SharedDriver>(), &db.driver());
  EXPECT_EQ(&db.driverAs<Driver>(), &db.driver());
  const auto error = thrown([&] { db.driverAs<BptreeInmemDriver>(); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code(), ErrorCode::invalidArgument);
  EXPECT_NE(error->message().find("shared"), std::string::npos) << error->message();
}

}  // namespace
}  // namespace hyperdb::test
