// A storage whose error ends the transaction: an action that catches it and goes on fails with it all the same.
#include "support/task_db.hpp"

namespace hyperdb::test {
namespace {

/// Ends a transaction, with an error, that inserts the task "full".
class FullDriver final : public Driver {
 public:
  std::string_view name() const noexcept override { return "full"; }
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
    Completion<ScanResult> scan(const ScanPlan& plan) override { return inner_->scan(plan); }
    Completion<Ops> insert(const TableDef& table, std::span<const RowRef> rows) override {
      if (table.rowType().id(*rows[0]) != "full") return inner_->insert(table, rows);
      inner_->rollback();
      return std::make_exception_ptr(Error(ErrorCode::driverFailure, "the disk is full"));
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

const auto insertAndGoOn = action("insertAndGoOn", {"id", "next"}, [](std::string id, int next) -> Action<> {
  co_await addTask("t1");
  Task task = makeTask(id);
  try {
    co_await insert(tasksTable, task);
  } catch (const Error&) {
    // It goes on as if nothing had happened.
  }
  if (next == 1) co_await allTasks();
  if (next == 2) co_await putTask("t2", "p1", 1);
  if (next == 3) co_await removeTask("t1");
});

TEST(EndedTransaction, EveryLaterUseAndTheCommitNameTheErrorThatHasEndedIt) {
  SubscribableDB db{DB{std::make_unique<FullDriver>()}};
  execSync(db.loadTables({tasksTable, logTable}));
  for (int next = 0; next <= 3; ++next) {
    const auto error = thrown([&] { syncDispatch(db, insertAndGoOn("full", next)); });
    ASSERT_TRUE(error) << next;
    EXPECT_EQ(error->code(), ErrorCode::driverFailure) << next;
    EXPECT_NE(error->message().find("an earlier error has ended the transaction: the disk is full"), std::string::npos)
        << error->message();
    EXPECT_TRUE(select(db, allTasks()).empty());
  }
}

TEST(EndedTransaction, AnErrorThatDoesNotEndItIsNotTheCause) {
  SubscribableDB db{DB{std::make_unique<FullDriver>()}};
  execSync(db.loadTables({tasksTable, logTable}));
  syncDispatch(db, insertAndGoOn("t1", 2));  // a duplicate id
  EXPECT_EQ(idsOf(select(db, allTasks())), "t1 t2");
}

}  // namespace
}  // namespace hyperdb::test
