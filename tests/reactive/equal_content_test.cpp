// "Unchanged" is a matter of content: the same over a storage that keeps row objects and one that makes them anew each
// time that it reads.
#include "support/task_db.hpp"

namespace hyperdb::test {
namespace {

/// Reads copies of the rows.
class CopyingDriver final : public Driver {
 public:
  std::string_view name() const noexcept override { return "copying"; }
  Completion<void> loadTables(std::span<const std::shared_ptr<const TableDef>> tables) override {
    return inner_.loadTables(tables);
  }
  Completion<std::unique_ptr<DriverTransaction>> begin(TransactionMode mode) override {
    return std::unique_ptr<DriverTransaction>(new Transaction(inner_.begin(mode).get()));
  }

 private:
  class Transaction final : public DriverTransaction {
   public:
    explicit Transaction(std::unique_ptr<DriverTransaction> inner) : inner_(std::move(inner)) {}
    Completion<ScanResult> scan(const ScanPlan& plan) override {
      const ScanResult result = inner_->scan(plan).get();
      std::vector<RowRef> copies;
      for (std::size_t i = 0; i < result.rows.size(); ++i) {
        const RowType& type = plan.table->rowType();
        ValidationFailure failure;
        copies.push_back(type.fromObject(type.toObject(*result.rows[i]), Strictness::full, failure));
      }
      return ScanResult{RowSequence::fromRows(std::move(copies)), result.rows.size()};
    }
    Completion<Ops> insert(const TableDef& table, std::span<const RowRef> rows) override {
      return inner_->insert(table, rows);
    }
    Completion<Ops> upsert(const TableDef& table, std::span<const RowRef> rows) override {
      return inner_->upsert(table, rows);
    }
    Completion<Ops> deleteRows(const TableDef& table, std::span<const std::string> ids) override {
      return inner_->deleteRows(table, ids);
    }
    Completion<void> commit() override { return inner_->commit(); }
    void rollback() noexcept override { inner_->rollback(); }

   private:
    std::unique_ptr<DriverTransaction> inner_;
  };

  BptreeInmemDriver inner_;
};

const auto firstOf = selector("firstOf", {"projectId"}, [](std::string projectId) -> Selector<RowPtr<Task>> {
  co_return co_await selectFrom(tasksTable, byProject).where(eq<&Task::projectId>(projectId)).first();
});
/// Changes a row and puts it back as another object of the same content.
const auto changeAndRestore = action("changeAndRestore", {"id", "rank"}, [](std::string id, double rank) -> Action<> {
  co_await putTask(id, "p9", 1000);
  co_await removeTask(id);
  Task task = makeTask(id, "p1", rank);
  co_await insert(tasksTable, task);
});

class EqualContentTest : public ::testing::TestWithParam<bool> {
 protected:
  EqualContentTest() {
    execSync(db.loadTables({tasksTable, logTable}));
    // More rows than are copied out of a window.
    for (int i = 10; i < 30; ++i) put("t" + std::to_string(i), i);
  }
  void put(std::string id, double rank) { syncDispatch(db, putTask(std::move(id), "p1", rank)); }
  static std::unique_ptr<Driver> makeDriver() {
    if (GetParam()) return std::make_unique<CopyingDriver>();
    return std::make_unique<BptreeInmemDriver>();
  }

  SubscribableDB db{DB{makeDriver()}};
};

TEST_P(EqualContentTest, WhatRestoresTheContentTellsNobody) {
  const auto live = cachedSelector(db, projectTasks("p1"));
  const auto few = cachedSelector(db, firstTasks(5));
  const auto first = cachedSelector(db, firstOf("p1"));
  int calls = 0;
  std::vector<Subscription> watching;
  watching.push_back(live.subscribe([&] { ++calls; }));
  watching.push_back(few.subscribe([&](const Changes<Task>&) { ++calls; }));
  watching.push_back(first.subscribe([&] { ++calls; }));
  syncDispatch(db, changeAndRestore("t10", 10));
  EXPECT_EQ(live.runsCount(), 2u) << "the rows were written";
  EXPECT_EQ(first.runsCount(), 2u);
  EXPECT_EQ(calls, 0);
  put("t10", 10.5);
  EXPECT_EQ(calls, 3);
}

TEST_P(EqualContentTest, ChangesNameOnlyTheRowsWhoseContentChanged) {
  const auto live = cachedSelector(db, projectTasks("p1"));
  std::vector<RowChanges> told;
  const Subscription watching =
      live.subscribe([&](const Changes<Task>& changes) { told.push_back(changes.positions()); });
  Task renamed = makeTask("t12", "p1", 12);
  renamed.title = "another";
  execSync(db, upsert(tasksTable, renamed));
  const auto both = action("both", {}, []() -> Action<> {
    co_await changeAndRestore("t15", 15);
    co_await putTask("t99", "p1", 99);
  });
  syncDispatch(db, both());
  EXPECT_EQ(told, (std::vector<RowChanges>{{{}, {}, {{2, 2}}}, {{}, {20}, {}}}));
}

TEST_P(EqualContentTest, RowsAndResultsOfTwoReadsAreEqual) {
  const auto read = [&](std::string id) {
    return execSync(db, selectFrom(tasksTable, byId).where(eq<&Task::id>(id)).first());
  };
  EXPECT_EQ(read("t10"), read("t10"));
  EXPECT_NE(read("t10"), read("t11"));
  EXPECT_EQ(read("none"), nullptr);
  EXPECT_NE(read("t10"), nullptr);
  EXPECT_EQ(select(db, projectTasks("p1")), select(db, projectTasks("p1")));
  const RowPtr<Task> before = read("t10");
  put("t10", 5);
  EXPECT_NE(read("t10"), before);
  put("t10", 10);
  EXPECT_EQ(read("t10"), before);
}

INSTANTIATE_TEST_SUITE_P(Drivers, EqualContentTest, ::testing::Values(false, true),
                         [](const auto& test) { return test.param ? "Copying" : "Memory"; });

}  // namespace
}  // namespace hyperdb::test
