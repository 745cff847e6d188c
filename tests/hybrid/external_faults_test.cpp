// Memory runs out at every place where it can while external changes are merged: memory then has all of
// them, or reads again what it may lack, or the driver has stopped and says why.
#include <cstdio>

#include "hybrid/hybrid_fixture.hpp"
#include "support/failing_allocation.hpp"

#if HYPERDB_CAN_FAIL_ALLOCATIONS

namespace hyperdb::test {
namespace {

Task noted(std::string id, double rank, std::string note) {
  Task task = makeTask(std::move(id), "p1", rank);
  task.note = std::move(note);
  return task;
}

/// What another process has written, as one batch of each kind.
const std::vector<Task> othersTasks{noted("t2", 20, "second"), makeTask("t4", "p2", 4), noted("new", 30, "first")};
const std::vector<std::string> othersRemoved{"t1", "t3"};

bool hasMergeBegun = false;
const auto mergeOthers = action("mergeOthers", {}, []() -> Action<> {
  hasMergeBegun = true;
  co_await deleteRows(tasksTable, othersRemoved);
  co_await upsert(tasksTable, othersTasks);
});
/// In an order that did not happen: a unique value comes to a row before the other one has lost it.
const auto mergeInParts = action("mergeInParts", {}, []() -> Action<> {
  hasMergeBegun = true;
  for (const Task& task : othersTasks) {
    try {
      co_await insert(tasksTable, task);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::uniqueViolation);
    }
  }
  co_await deleteRows(tasksTable, othersRemoved);
});

/// A database that knows a part of what is stored, has a commit that is not flushed, and is read and written to.
template <class Hybrid>
class Stage {
 public:
  /// Somebody reads the state before, and, if `hasWriter`, an action is on its way.
  explicit Stage(bool hasWriter) {
    storeOn(*disk, {noted("t1", 1, "first"), makeTask("t2", "p1", 2), makeTask("t3", "p2", 3), noted("t4", 4, "fourth"),
                    makeTask("t5", "p1", 5), makeTask("t6", "p1", 60)});
    HybridOptions options;
    options.timer = &timer;
    DBOptions dbOptions;
    dbOptions.executor = &loop;
    dbOptions.clock = &clock;
    db_.emplace(DB{Hybrid{DiskDriver{disk}, options}, dbOptions});
    db().onCallbackError([](const std::exception_ptr&) {});
    execSync(db().loadTables({tasksTable, logTable}));
    select(db(), tasksFrom(0, 5));
    select(db(), taskByNote("second"));
    syncDispatch(db(), putTask("t5", "p1", 50));
    live_.emplace(cachedSelector(db(), tasksFrom(2, 40)));
    listening_ = live_->subscribe([] {});
    reader_ = hybrid().begin(TransactionMode::readOnly).get();
    if (!hasWriter) return;
    writer_ = hybrid().begin(TransactionMode::readWrite).get();
    const std::vector<RowRef> rows{RowRef(new RowBox<Task>(tasksTable.def().rowType(), makeTask("t6", "p1", 65)))};
    writer_->upsert(tasksTable.def(), rows).get();
  }
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;
  ~Stage() {
    writer_.reset();
    reader_.reset();
    listening_ = {};
    live_.reset();
    db_.reset();
    loop.runReady();
  }

  SubscribableDB& db() { return *db_; }
  Hybrid& hybrid() { return db().template driverAs<Hybrid>(); }
  Ops writeAsSomebodyElse() { return storeOn(*disk, othersTasks, othersRemoved); }

  /// Whether the driver has stopped. If it has not, everything is as if memory had not run out.
  bool check() {
    loop.runReady();
    bool isWritten = false;
    if (writer_) isWritten = !codeOf([&] { writer_->commit().get(); });
    writer_.reset();
    if (hybrid().state() == HybridState::crashed) {
      EXPECT_NE(hybrid().crashCause(), "");
      return true;
    }
    const std::string expected = std::string("t4:4 t2:20 new:30 t5:50 t6:") + (isWritten ? "65" : "60");
    EXPECT_EQ(textOf(live_->snapshot()), "t4:4 t2:20 new:30");
    EXPECT_EQ(textOf(select(db(), allTasks())), expected);
    EXPECT_EQ(idsOf(select(db(), taskByNote("first"))), "new");
    EXPECT_EQ(idsOf(select(db(), taskByNote("second"))), "t2");
    EXPECT_EQ(idsOf(select(db(), taskByNote("fourth"))), "");
    EXPECT_EQ(idsOf(select(db(), taskById("t1"))), "");
    EXPECT_EQ(textOf(select(db(), tasksFrom(0, 25))), "t4:4 t2:20");
    hybrid().flushed().get();
    EXPECT_EQ(hybrid().pendingCommits(), 0U);
    EXPECT_EQ(textOf(select(db(), allTasks())), expected);
    return false;
  }

  ManualClock clock;
  ManualTimer timer;
  RunLoop loop;
  std::shared_ptr<Disk> disk = std::make_shared<Disk>();

 private:
  std::optional<SubscribableDB> db_;
  std::optional<CachedSelector<Rows<Task>>> live_;
  Subscription listening_;
  std::unique_ptr<DriverTransaction> reader_;
  std::unique_ptr<DriverTransaction> writer_;
};

template <class Hybrid>
struct Operation {
  const char* name;
  bool hasWriter;
  void (*run)(Stage<Hybrid>& stage, Ops& ops);
};

template <class Hybrid>
std::vector<Operation<Hybrid>> operations() {
  using On = Stage<Hybrid>;
  const auto tell = [](On& stage, Ops& ops) { stage.disk->host->onExternalCommit(std::move(ops)); };
  const auto tellSomething = [](On& stage, Ops&) { stage.disk->host->onUnknownChange(); };
  const auto merge = [](On& stage, Ops&) {
    syncDispatch(stage.db().withTraits({externalStorageMergeTrait}), mergeOthers());
  };
  const auto mergeParts = [](On& stage, Ops&) {
    syncDispatch(stage.db().withTraits({externalStorageMergeTrait}), mergeInParts());
  };
  return {{"told", false, tell},
          {"told beside an action", true, tell},
          {"told of something", false, tellSomething},
          {"told of something beside an action", true, tellSomething},
          {"merged", false, merge},
          {"merged in a wrong order", false, mergeParts}};
}

template <class Hybrid>
class ExternalFaults : public ::testing::Test {};
using Drivers = ::testing::Types<HybridDB, PreloadedHybridDB>;
TYPED_TEST_SUITE(ExternalFaults, Drivers);

TYPED_TEST(ExternalFaults, MemoryHasTheChangesOrReadsThemOrTheDriverHasStopped) {
  for (const Operation<TypeParam>& operation : operations<TypeParam>()) {
    for (const bool isOneOnly : {false, true}) {
      int failuresCount = 0;
      int crashesCount = 0;
      for (long allocations = 0;; ++allocations) {
        SCOPED_TRACE(std::string(operation.name) + ", " + std::to_string(allocations) + " allocations succeed" +
                     (isOneOnly ? ", one fails" : ", the others fail"));
        Stage<TypeParam> stage(operation.hasWriter);
        Ops ops = stage.writeAsSomebodyElse();
        detail::freeSpareBlocks();  // what comes from a free list can't fail
        allocationFaults = {allocations, isOneOnly, 0, 0};
        hasMergeBegun = false;
        bool isToDo = false;
        try {
          operation.run(stage, ops);
        } catch (const std::exception&) {
          isToDo = !hasMergeBegun;
        }
        allocationFaults.left = -1;
        // The driver was not even asked.
        if (isToDo && stage.hybrid().state() == HybridState::running) operation.run(stage, ops);
        const bool hasFailed = allocationFaults.failuresCount > 0;
        if (hasFailed) ++failuresCount;
        if (stage.check()) ++crashesCount;
        if (this->HasFailure()) return;
        if (!hasFailed) break;
      }
      std::printf("%-36s %-22s %4d failing points, %3d of them stop the driver\n", operation.name,
                  isOneOnly ? "one allocation fails" : "memory is out", failuresCount, crashesCount);
      EXPECT_GT(failuresCount, 5);
    }
  }
}

TYPED_TEST(ExternalFaults, TablesWhoseLoadingFailedAreLoadedWhenThatIsTriedAgain) {
  const auto disk = std::make_shared<Disk>();
  storeOn(*disk, {makeTask("a", "p1", 1)});
  DB db{TypeParam{DiskDriver{disk}}};
  const int failuresCount = failuresOf([&db] { execSync(db.loadTables({tasksTable, logTable})); });
  EXPECT_GT(failuresCount, 10);
  EXPECT_EQ(textOf(select(db, allTasks())), "a:1");
  syncDispatch(db, putTask("b", "p1", 2));
  db.template driverAs<TypeParam>().flushed().get();
  EXPECT_EQ(textOf(*disk), "a:1 b:2");
}

}  // namespace
}  // namespace hyperdb::test

#endif
