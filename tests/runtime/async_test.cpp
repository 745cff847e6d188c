// Commands over a driver that answers late: order, errors at every operation, cancelling, closing.
#include <ctime>

#include "support/task_db.hpp"

namespace hyperdb::test {
namespace {

class AsyncTest : public LateTaskTest {};

const auto move = action("move", {"from", "to"}, [](std::string from, std::string to) -> Action<int> {
  Rows<Task> rows = co_await projectTasks(from);
  for (const Task& row : rows) {
    Task moved = row;
    moved.projectId = to;
    co_await upsert(tasksTable, moved);
  }
  LogLine line{"log" + to, from + " to " + to};
  co_await insert(logTable, line);
  const int count = co_await countTasks(to);
  co_return count;
});

TEST_F(AsyncTest, TheSameCommandsRun) {
  put("t1", "p1");
  put("t2", "p1");
  EXPECT_EQ(wait(asyncDispatch(db(), move("p1", "p2"))), 2);
  EXPECT_EQ(wait(selectAsync(db(), countTasks("p2"))), 2);
  EXPECT_EQ(wait(execAsync(db(), selectFrom(tasksTable, byRank))).size(), 2u);
  wait(execAsync(db(), deleteRows(tasksTable, "t1")));
  EXPECT_EQ(all(), "t2");
  EXPECT_EQ(db().revision(), 4);
}

TEST_F(AsyncTest, WritersQueueInTheOrderInWhichTheyCame) {
  std::string order;
  const Subscription subscription = db().subscribe([&](const CommitEvent& event) {
    order += std::string(event.ops[0].table->rowType().id(*event.ops[0].newRow)) + " ";
  });
  std::vector<Completion<void>> done;
  for (const char* id : {"a", "b", "c", "d", "e"}) done.push_back(asyncDispatch(db(), addTask(id)));
  EXPECT_EQ(db().stats().operationsRunning, 5);
  done.erase(done.begin() + 1);  // dropping a completion does not stop the command
  loop.runReady();
  for (auto& each : done) each.get();
  EXPECT_EQ(order, "a b c d e ");
  EXPECT_EQ(db().stats().operationsRunning, 0);
}

TEST_F(AsyncTest, ASynchronousCallIsRefusedAndLeavesNothingHalfDone) {
  put("t1");
  const auto live = cachedSelector(db(), allTasks());
  EXPECT_EQ(codeOf([&] { syncDispatch(db(), addTask("t2")); }), ErrorCode::notSynchronous);
  EXPECT_EQ(codeOf([&] { select(db(), allTasks()); }), ErrorCode::notSynchronous);
  EXPECT_EQ(codeOf([&] { execSync(db().loadTables({logTable})); }), ErrorCode::notSynchronous);
  EXPECT_EQ(codeOf([&] { live.snapshot(); }), ErrorCode::notSynchronous);
  EXPECT_EQ(codeOf([&] { static_cast<void>(live.subscribe([] {})); }), ErrorCode::notSynchronous);
  EXPECT_EQ(codeOf([&] { preloadSelector(db(), allTasks()); }), ErrorCode::notSynchronous);
  loop.runReady();
  EXPECT_EQ(all(), "t1");
  EXPECT_EQ(db().revision(), 1);
  put("t2");
  EXPECT_EQ(all(), "t1 t2");
}

TEST_F(AsyncTest, ManyCommandsInRandomOrderAddUp) {
  for (int round = 0; round < testRounds(10); ++round) {
    close();
    LateOptions options;
    options.seed = testSeed() + static_cast<std::uint64_t>(round);
    SCOPED_TRACE("seed " + std::to_string(options.seed));
    open(options);
    std::vector<Completion<void>> writes;
    std::vector<Completion<int>> reads;
    for (int i = 0; i < 20; ++i) {
      writes.push_back(asyncDispatch(db(), putTask("t" + std::to_string(i % 7), "p1", i)));
      reads.push_back(selectAsync(db(), countTasks("p1")));
      if (i % 3 == 0) loop.runOne();
    }
    loop.runReady();
    for (auto& write : writes) write.get();
    int last = 0;
    for (auto& read : reads) last = read.get();
    EXPECT_LE(last, 7);
    EXPECT_EQ(wait(selectAsync(db(), countTasks("p1"))), 7);
    EXPECT_EQ(db().revision(), 20);
  }
}

TEST_F(AsyncTest, AnErrorAtAnyOperationLeavesTheDatabaseAsItWas) {
  put("t1", "p1");
  put("t2", "p1");
  int failuresCount = 0;
  for (std::size_t n = 1; n < 50; ++n) {
    control->failNth(n);
    Completion<int> done = asyncDispatch(db(), move("p1", "p2"));
    loop.runReady();
    const auto error = thrown([&] { done.get(); });
    control->failNth(0);
    if (!error) break;
    EXPECT_EQ(error->code(), ErrorCode::driverFailure);
    ++failuresCount;
    EXPECT_EQ(wait(selectAsync(db(), countTasks("p1"))), 2) << "after the failure of operation " << n;
    EXPECT_EQ(wait(selectAsync(db(), countTasks("p2"))), 0);
    EXPECT_EQ(db().revision(), 2);
    EXPECT_EQ(db().stats().operationsRunning, 0);
  }
  EXPECT_GE(failuresCount, 6);
  EXPECT_EQ(wait(selectAsync(db(), countTasks("p2"))), 2);
}

TEST_F(AsyncTest, CancellingAtAnyStepRollsBackAndLetsTheNextOneIn) {
  put("t1", "p1");
  control->pause();
  control->letGo();
  int cancelledCount = 0;
  for (int steps = 0; steps < 200; ++steps) {
    Completion<int> done = asyncDispatch(db(), move("p1", "p2"));
    Completion<void> next = asyncDispatch(db(), putTask("t2", "p3", steps));
    for (int i = 0; i < steps; ++i) loop.runOne();
    done.cancel();
    done.cancel();
    loop.runReady();
    next.get();
    const std::optional<ErrorCode> code = codeOf([&] { done.get(); });
    if (!code) break;
    EXPECT_EQ(code, ErrorCode::cancelled);
    ++cancelledCount;
    EXPECT_EQ(wait(selectAsync(db(), countTasks("p1"))), 1);
    EXPECT_EQ(wait(selectAsync(db(), countTasks("p2"))), 0);
    EXPECT_EQ(db().stats().operationsRunning, 0);
  }
  EXPECT_GE(cancelledCount, 5);
  EXPECT_EQ(wait(selectAsync(db(), countTasks("p2"))), 1);
}

TEST_F(AsyncTest, ClosingAtAnyStepEndsWhatIsRunning) {
  for (int steps = 0; steps < 25; ++steps) {
    close();
    open();
    put("t1", "p1");
    auto live = asyncSelector(db(), allTasks());
    Completion<void> fresh = live.whenFresh();
    Completion<int> done = asyncDispatch(db(), move("p1", "p2"));
    Completion<void> waiting = asyncDispatch(db(), addTask("t2"));
    Completion<void> loading = execAsync(db().loadTables({logTable}));
    for (int i = 0; i < steps; ++i) loop.runOne();
    db().close();
    for (int i = 0; i < 2; ++i) loop.runReady();
    for (const std::optional<ErrorCode>& code : {codeOf([&] { done.get(); }), codeOf([&] { waiting.get(); }),
                                                 codeOf([&] { loading.get(); }), codeOf([&] { fresh.get(); })}) {
      EXPECT_TRUE(!code || code == ErrorCode::cancelled) << steps;
    }
    EXPECT_EQ(db().stats().operationsRunning, 0);
    EXPECT_EQ(db().stats().entries, 0);
  }
}

TEST_F(AsyncTest, AHookMayWaitAndACancelledOneRollsBack) {
  const Subscription hook =
      db().afterInsert(tasksTable, [](HookContext&, std::span<const InsertOp<Task>> ops) -> Action<> {
        LogLine line{ops[0].row->id, "x"};
        co_await insert(logTable, line);
      });
  wait(asyncDispatch(db(), addTask("t1")));
  control->holdBack([](const LateOperation& operation) {
    return operation.kind == LateKind::insert && operation.table->name() == "log";
  });
  Completion<void> held = asyncDispatch(db(), addTask("t2"));
  loop.runReady();
  EXPECT_FALSE(held.isReady());
  held.cancel();
  loop.runReady();
  control->letGo();
  EXPECT_EQ(codeOf([&] { held.get(); }), ErrorCode::cancelled);
  EXPECT_EQ(all(), "t1");
}

TEST_F(AsyncTest, NothingIsLostWhenTheHandleGoesWhileACommandRuns) {
  Completion<void> done = asyncDispatch(db(), addTask("t1"));
  close();
  loop.runReady();
  EXPECT_NO_THROW(done.get());
  open();
}

TEST(AsyncOwnLoop, ADatabaseWithItsOwnLoopLeavesNothingBehindThatWasNotRun) {
  const AliveInProcess before;
  {
    struct Postponed final : Driver {  // late by one turn of the database's own loop
      BptreeInmemDriver inner;
      Executor** executor;
      explicit Postponed(Executor** where) : executor(where) {}
      std::string_view name() const noexcept override { return "postponed"; }
      Completion<void> loadTables(std::span<const std::shared_ptr<const TableDef>> tables) override {
        return inner.loadTables(tables);
      }
      Completion<std::unique_ptr<DriverTransaction>> begin(TransactionMode mode) override {
        const CompletionSource<std::unique_ptr<DriverTransaction>> source(**executor);
        (*executor)->post([source, this, mode] { source.resolve(inner.begin(mode).get()); });
        return source.completion();
      }
    };
    Executor* executor = nullptr;
    SubscribableDB db{DB{std::unique_ptr<Driver>(new Postponed(&executor))}};
    executor = &db.executor();
    execSync(db.loadTables({tasksTable}));
    auto& loop = static_cast<RunLoop&>(db.executor());
    runUntilReady(loop, asyncDispatch(db, addTask("t1")));
    auto live = asyncSelector(db, allTasks());
    runUntilReady(loop, live.whenFresh());
    EXPECT_EQ(live.data()->size(), 1u);
  }
  EXPECT_EQ(AliveInProcess(), before);
}

/// What it takes the processor to let so many actions wait in line, and to cancel them.
std::clock_t costOfWaiting(const SubscribableDB& db, RunLoop& loop, int count) {
  const std::clock_t start = std::clock();
  std::vector<Completion<void>> waiting;
  for (int i = 0; i < count; ++i) waiting.push_back(asyncDispatch(db, addTask("t")));
  for (Completion<void>& each : waiting) each.cancel();
  loop.runReady();
  EXPECT_EQ(db.stats().operationsRunning, 0);
  return std::clock() - start;
}

TEST_F(AsyncTest, AnActionInLineCostsTheSameHoweverManyWaitBesideIt) {
  costOfWaiting(db(), loop, 1'000);
  const std::clock_t few = costOfWaiting(db(), loop, 2'000);
  const std::clock_t many = costOfWaiting(db(), loop, 40'000);
  // Linear is 20 times as much; a walk over all of them for each, several hundred times.
  EXPECT_LT(many, 60 * few);
}

}  // namespace
}  // namespace hyperdb::test
