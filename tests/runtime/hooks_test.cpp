// Hooks: what they see, in which order, what they may do.
#include "support/task_db.hpp"

namespace hyperdb::test {
namespace {

class HooksTest : public TaskTest {
 protected:
  std::string log;
};

TEST_F(HooksTest, EachKindSeesItsWritesOnItsTable) {
  std::vector<Subscription> hooks;
  hooks.push_back(db().afterInsert(tasksTable, [this](HookContext&, std::span<const InsertOp<Task>> ops) -> Action<> {
    for (const auto& op : ops) log += "insert " + op.row->id + "; ";
    co_return;
  }));
  hooks.push_back(db().afterUpsert(tasksTable, [this](HookContext&, std::span<const UpsertOp<Task>> ops) -> Action<> {
    for (const auto& op : ops) {
      log +=
          "upsert " + (op.old ? std::to_string(op.old->rank) : "none") + " to " + std::to_string(op.row->rank) + "; ";
    }
    co_return;
  }));
  hooks.push_back(db().afterDelete(tasksTable, [this](HookContext&, std::span<const DeleteOp<Task>> ops) -> Action<> {
    for (const auto& op : ops) log += "delete " + op.old->id + "; ";
    co_return;
  }));
  hooks.push_back(db().afterDelete(logTable, [this](HookContext&, std::span<const DeleteOp<LogLine>>) -> Action<> {
    log += "never";
    co_return;
  }));
  execSync(db(), insert(tasksTable, {makeTask("a"), makeTask("b")}));
  put("a", "p1", 5);
  put("c", "p1", 1);
  execSync(db(), deleteRows(tasksTable, {"a", "no such", "b"}));
  EXPECT_EQ(log,
            "insert a; insert b; upsert 0.000000 to 5.000000; upsert none to 1.000000; delete a; "
            "delete b; ");
  log.clear();
  execSync(db(), deleteRows(tasksTable, std::vector<std::string>{}));
  EXPECT_EQ(log, "");
}

TEST_F(HooksTest, HooksForOneKindRunBeforeThoseForEveryChangeEachInTheOrderOfAdding) {
  const auto note = [this](std::string text) {
    return [this, text](HookContext&, std::span<const InsertOp<Task>>) -> Action<> {
      log += text;
      co_return;
    };
  };
  const auto noteChange = [this](std::string text) {
    return [this, text](HookContext&, const AnyTable& table, std::span<const Op>) -> Action<> {
      log += text + table.name() + " ";
      co_return;
    };
  };
  const Subscription c1 = db().afterChange(noteChange("c1:"));
  const Subscription i1 = db().afterInsert(tasksTable, note("i1 "));
  const Subscription c2 = db().afterChange(noteChange("c2:"));
  const Subscription i2 = db().afterInsert(tasksTable, note("i2 "));
  syncDispatch(db(), addTask("t1"));
  EXPECT_EQ(log, "i1 i2 c1:tasks c2:tasks ");
}

TEST_F(HooksTest, AHookWritesInTheSameTransactionAndItsWritesRunHooksInTurn) {
  const Subscription hook =
      db().afterInsert(tasksTable, [](HookContext&, std::span<const InsertOp<Task>> ops) -> Action<> {
        for (const auto& op : ops) {
          LogLine line{"log-" + op.row->id, op.row->title};
          co_await insert(logTable, line);
        }
      });
  const Subscription second =
      db().afterInsert(logTable, [this](HookContext&, std::span<const InsertOp<LogLine>> ops) -> Action<> {
        RowPtr<Task> task =
            co_await selectFrom(tasksTable, byId).where(eq<&Task::id>(ops[0].row->id.substr(4))).first();
        log += task->id + " ";
      });
  std::string ops;
  const Subscription commits = db().subscribe([&](const CommitEvent& event) {
    for (const Op& op : event.ops) ops += op.table->name() + " ";
  });
  execSync(db(), insert(tasksTable, {makeTask("a"), makeTask("b")}));
  EXPECT_EQ(log, "a b ");
  EXPECT_EQ(ops, "tasks tasks log log ");
}

TEST_F(HooksTest, AHookThatThrowsUndoesTheWholeAction) {
  const Subscription hook = db().afterDelete(tasksTable, [](HookContext&, std::span<const DeleteOp<Task>>) -> Action<> {
    LogLine line{"l", "x"};
    co_await insert(logTable, line);
    throw std::runtime_error("no deletions");
  });
  put("t1");
  const auto both = action("both", {}, []() -> Action<> {
    co_await addTask("t2");
    co_await removeTask("t1");
  });
  EXPECT_THROW(syncDispatch(db(), both()), std::runtime_error);
  EXPECT_EQ(all(), "t1");
  EXPECT_FALSE(execSync(db(), selectFrom(logTable, byId).where(eq<&LogLine::id>("l")).first()));
}

TEST_F(HooksTest, UnsubscribingInsideAHookEndsItAndThoseThatComeAfter) {
  Subscription first;
  Subscription second;
  first = db().afterInsert(tasksTable, [&](HookContext&, std::span<const InsertOp<Task>>) -> Action<> {
    log += "first ";
    first.cancel();
    second.cancel();
    co_await noop();
    log += "went on ";
  });
  second = db().afterInsert(tasksTable, [&](HookContext&, std::span<const InsertOp<Task>>) -> Action<> {
    log += "second ";
    co_return;
  });
  syncDispatch(db(), addTask("t1"));
  syncDispatch(db(), addTask("t2"));
  EXPECT_EQ(log, "first went on ");
}

TEST_F(HooksTest, AHookAddedInsideAHookStartsWithTheNextWrite) {
  std::vector<Subscription> added;
  const Subscription hook =
      db().afterInsert(tasksTable, [&](HookContext&, std::span<const InsertOp<Task>>) -> Action<> {
        log += "outer ";
        added.push_back(db().afterInsert(tasksTable, [&](HookContext&, std::span<const InsertOp<Task>>) -> Action<> {
          log += "added ";
          co_return;
        }));
        co_return;
      });
  syncDispatch(db(), addTask("t1"));
  EXPECT_EQ(log, "outer ");
  syncDispatch(db(), addTask("t2"));
  EXPECT_EQ(log, "outer outer added ");
}

TEST_F(HooksTest, ATypedHookOnADynamicTwinGetsObjects) {
  const Subscription hook =
      db().afterInsert(tasksTable.dynamic(), [this](HookContext&, std::span<const InsertOp<Object>> ops) -> Action<> {
        log += *ops[0].row->find("title")->get<std::string>();
        co_return;
      });
  syncDispatch(db(), addTask("t1"));
  EXPECT_EQ(log, "task t1");
}

TEST_F(HooksTest, OneHookSeesAllWritesOfOneTable) {
  const Subscription hook =
      db().afterChange(tasksTable, [this](HookContext& context, std::span<const ChangeOp<Task>> ops) -> Action<> {
        for (const ChangeOp<Task>& op : ops) {
          log += std::to_string(static_cast<int>(context.type)) + (op.old ? " " + op.old->title : "") +
                 (op.row ? " -> " + op.row->title : " gone") + "; ";
          EXPECT_EQ(op.type, context.type);
        }
        co_return;
      });
  syncDispatch(db(), addTask("t1"));
  put("t1", "p2");
  put("t2");
  removeById("t1");
  execSync(db(), insert(logTable, LogLine{"l", "x"}));
  EXPECT_EQ(log, "0 -> task t1; 1 task t1 -> task t1; 1 -> task t2; 2 task t1 gone; ");
}

TEST_F(HooksTest, AnOpGivesItsRowsByTypeAndAsObjects) {
  const Subscription hook = db().afterChange([&](HookContext&, const AnyTable&, std::span<const Op> ops) -> Action<> {
    const Op& op = ops[0];
    const ChangeOp<Task> change = op.as<Task>();
    log += (change.old ? change.old->id : "new") + "/" + (change.row ? change.row->id : "gone") + "/" +
           op.object()->at("title").asString() + "/" + std::to_string(op.as<Object>().row ? 1 : 0);
    EXPECT_EQ(codeOf([&] { static_cast<void>(op.as<LogLine>()); }), ErrorCode::invalidArgument);
    EXPECT_NE(thrownText([&] { static_cast<void>(op.as<LogLine>()); }).find("tasks"), std::string::npos);
    co_return;
  });
  syncDispatch(db(), addTask("t1"));
  removeById("t1");
  EXPECT_EQ(log, "new/t1/task t1/1t1/gone/task t1/0");
}

TEST_F(HooksTest, TheTableOfAHookCanBeQueried) {
  const Subscription hook =
      db().afterChange([this](HookContext&, const AnyTable& table, std::span<const Op> ops) -> Action<> {
        const std::string id(ops[0].rowId());
        RowPtr<Object> found = co_await selectFrom(table.dynamic(), "byId").where(eq("id", id)).first();
        RowPtr<Task> typed = co_await selectFrom(table.as<Task>(), byId).where(eq<&Task::id>(id)).first();
        log += found->at("title").asString() + "/" + typed->title;
        EXPECT_EQ(codeOf([&] { static_cast<void>(table.as<LogLine>()); }), ErrorCode::invalidArgument);
      });
  syncDispatch(db(), addTask("t1"));
  EXPECT_EQ(log, "task t1/task t1");
}

TEST_F(HooksTest, AHookForAStructRefusesATableThatWasLoadedWithRowsOfAnotherType) {
  SubscribableDB other{DB{BptreeInmemDriver{}}};
  const DynamicTable loose = defineTable("tasks", {{"id", v::string()}});
  execSync(other.loadTables({loose}));
  const Subscription hook =
      other.afterInsert(tasksTable, [](HookContext&, std::span<const InsertOp<Task>>) -> Action<> { co_return; });
  EXPECT_EQ(codeOf([&] { execSync(other, insert(loose, Object{{"id", "t1"}})); }), ErrorCode::invalidArgument);
}

TEST_F(HooksTest, HooksSeeTheTraitsAndTheKindOfWrite) {
  const Subscription hook =
      db().afterChange([this](HookContext& context, const AnyTable&, std::span<const Op>) -> Action<> {
        log += std::to_string(static_cast<int>(context.type)) + ":";
        for (const Trait& trait : context.traits) log += trait.type + " ";
        co_return;
      });
  syncDispatch(db().withTraits({{"sync", {}}}), addTask("t1"));
  removeById("t1");
  EXPECT_EQ(log, "0:sync 2:");
}

TEST_F(HooksTest, AfterScanSeesEveryScanThatSucceeded) {
  put("t1");
  const Subscription hook = db().afterScan([this](HookContext& context, const ScanEvent& event) -> Action<> {
    log += context.table.name() + "/" + event.plan.index().name + ":" + std::to_string(event.rows.size()) + " ";
    Rows<LogLine> own = co_await selectFrom(logTable, byId).where(eq<&LogLine::id>("x"));  // runs no hook
    log += std::to_string(own.size()) + "; ";
  });
  select(db(), countTasks("p1"));
  EXPECT_EQ(codeOf([&] { execSync(db(), selectFrom(tasksTable, "none")); }), ErrorCode::unknownIndex);
  EXPECT_EQ(log, "tasks/byProject:1 0; ");
}

TEST_F(HooksTest, AScanHookWritesWhereverTheScanIsPartOfAnAction) {
  const Subscription hook = db().afterScan([](HookContext&, const ScanEvent& scan) -> Action<> {
    LogLine line{"seen by " + scan.plan.index().name, "x"};
    co_await upsert(logTable, line);
  });
  static const auto sawTwice = selector("sawTwice", {}, []() -> Selector<std::size_t> {
    Rows<Task> direct = co_await selectFrom(tasksTable, byNote).where(eq<&Task::note>("x"));
    Rows<Task> nested = co_await projectTasks("p1");
    co_return direct.size() + nested.size();
  });
  static const auto reading = action("reading", {"fails"}, [](bool fails) -> Action<> {
    co_await allTasks();
    co_await sawTwice();
    if (fails) throw std::runtime_error("after the hooks wrote");
  });
  std::string written;
  const Subscription commits = db().subscribe([&written](const CommitEvent& event) {
    for (const Op& op : event.ops) written += std::string(op.rowId()) + "; ";
  });
  EXPECT_EQ(codeOf([&] { select(db(), sawTwice()); }), ErrorCode::writeInSelector);
  EXPECT_THROW(syncDispatch(db(), reading(true)), std::runtime_error);
  EXPECT_EQ(written, "");
  syncDispatch(db(), reading(false));
  EXPECT_EQ(written, "seen by byRank; seen by byNote; seen by byProject; ");
}

TEST_F(HooksTest, AHookThatOwnsItsOwnSubscriptionGoesWithTheDatabase) {
  struct Owner {
    std::vector<Subscription> subscriptions;
  };
  std::weak_ptr<Owner> watched;
  {
    auto owner = std::make_shared<Owner>();
    watched = owner;
    owner->subscriptions.push_back(db().afterInsert(
        tasksTable, [owner](HookContext&, std::span<const InsertOp<Task>>) -> Action<> { co_return; }));
    owner->subscriptions.push_back(db().subscribe([owner](const CommitEvent&) {}));
  }
  EXPECT_FALSE(watched.expired());
  open({});
  EXPECT_TRUE(watched.expired());
}

}  // namespace
}  // namespace hyperdb::test
