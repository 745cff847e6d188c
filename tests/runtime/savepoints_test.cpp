// What a part of an action wrote before it threw is taken back when the rest of the action goes on.
#include <functional>

#include "support/task_db.hpp"

namespace hyperdb::test {
namespace {

struct Refused {};

/// The part that fails: set by each test. Storage errors go through.
std::function<Action<>()> part;
const auto failing = action("failing", {}, []() -> Action<> {
  co_await part();
  throw Refused();
});
/// Calls `failing` and goes on with a write and a read.
const auto goingOn = action("goingOn", {}, []() -> Action<std::string> {
  co_await putTask("before", "p1", 1);
  try {
    co_await failing();
  } catch (const Refused&) {
  }
  co_await putTask("after", "p1", 99);
  Rows<Task> rows = co_await allTasks();
  co_return idsOf(rows);
});
/// The same and nothing behind it.
const auto endingWithIt = action("endingWithIt", {}, []() -> Action<> {
  try {
    co_await failing();
  } catch (const Refused&) {
  }
});

Action<> changeAll() {
  co_await putTask("a", "p2", 50);
  co_await addTask("new");
  co_await removeTask("b");
  co_await putTask("new", "p3", 7);
  LogLine line{"line", "text"};
  co_await insert(logTable, line);
}

class SavepointsTest : public TaskTest {
 protected:
  SavepointsTest() {
    put("a", "p1", 2);
    put("b", "p1", 3);
  }
  void TearDown() override {
    part = nullptr;
    TaskTest::TearDown();
  }
  std::size_t linesCount() {
    std::size_t count = 0;
    for (const char* id : {"line", "good", "bad"}) {
      count += execSync(db(), selectFrom(logTable, byId).where(eq<&LogLine::id>(id))).size();
    }
    return count;
  }
  const void* objectOf(std::string id) {
    return execSync(db(), selectFrom(tasksTable, byId).where(eq<&Task::id>(id)).first()).ref().get();
  }
};

TEST_F(SavepointsTest, WhatANestedActionWroteIsGoneWhenItsErrorIsCaught) {
  part = changeAll;
  EXPECT_EQ(syncDispatch(db(), goingOn()), "before a b after");
  EXPECT_EQ(all(), "before a b after");
  EXPECT_EQ(linesCount(), 0u);
}

TEST_F(SavepointsTest, ItIsGoneAlsoWhenNothingComesBehindIt) {
  part = changeAll;
  syncDispatch(db(), endingWithIt());
  EXPECT_EQ(all(), "a b");
}

TEST_F(SavepointsTest, TheRowsAreTheVeryObjectsThatWereThere) {
  const void* const a = objectOf("a");
  const void* const b = objectOf("b");
  part = []() -> Action<> {
    co_await putTask("a", "p2", 50);
    co_await removeTask("b");
    co_await putTask("b", "p1", 3);  // another object of equal content
  };
  syncDispatch(db(), endingWithIt());
  EXPECT_EQ(objectOf("a"), a);
  EXPECT_EQ(objectOf("b"), b);
}

TEST_F(SavepointsTest, SubscribersHearOnlyOfWhatStays) {
  std::string told;
  const Subscription commits = db().subscribe([&](const CommitEvent& event) {
    for (const Op& op : event.ops) told += std::string(op.rowId()) + (op.oldRow ? "! " : " ");
  });
  int called = 0;
  const auto live = cachedSelector(db(), projectTasks("p2"));
  const Subscription watching = live.subscribe([&] { ++called; });
  part = changeAll;
  syncDispatch(db(), goingOn());
  EXPECT_EQ(told, "before after ");
  EXPECT_EQ(live.runsCount(), 1u) << "nothing that stays is in its range";
  told.clear();
  syncDispatch(db(), endingWithIt());
  EXPECT_EQ(told, "");
  EXPECT_EQ(db().revision(), 4);
  EXPECT_EQ(called, 0);
}

TEST_F(SavepointsTest, OneIdThatIsWrittenManyTimesIsAsItWasBeforeTheFirst) {
  part = []() -> Action<> {
    co_await removeTask("a");
    co_await addTask("a");
    co_await putTask("a", "p3", 9);
    co_await removeTask("a");
    co_await addTask("a");
    co_await addTask("c");
    co_await removeTask("c");
    co_await putTask("d", "p1", 1);
    co_await removeTask("d");
    co_await addTask("d");
  };
  syncDispatch(db(), endingWithIt());
  EXPECT_EQ(all(), "a b");
  EXPECT_EQ(idsOf(select(db(), projectTasks("p1"))), "a b");
}

TEST_F(SavepointsTest, AnUpsertThatChangedNothingAndALaterChangeAreBothTakenBack) {
  const void* const a = objectOf("a");
  part = []() -> Action<> {
    co_await putTask("a", "p1", 2);  // equal to what is stored
    co_await putTask("b", "p1", 3);
    co_await putTask("a", "p1", 40);
  };
  syncDispatch(db(), endingWithIt());
  EXPECT_EQ(objectOf("a"), a);
  EXPECT_EQ(all(), "a b");
}

TEST_F(SavepointsTest, UniqueValuesGoBackToTheRowsThatHadThem) {
  static const auto putNote =
      action("putNote", {"id", "note"}, [](std::string id, std::optional<std::string> note) -> Action<> {
        Task task = makeTask(id);
        task.note = note;
        co_await upsert(tasksTable, task);
      });
  syncDispatch(db(), putNote("a", "x"));
  syncDispatch(db(), putNote("b", "y"));
  part = []() -> Action<> {
    co_await putNote("a", std::nullopt);
    co_await putNote("b", "x");
    co_await putNote("a", "y");
    co_await removeTask("b");
    co_await putNote("c", "x");
  };
  syncDispatch(db(), endingWithIt());
  const auto holder = [&](std::string note) {
    return idsOf(execSync(db(), selectFrom(tasksTable, byNote).where(eq<&Task::note>(note))));
  };
  EXPECT_EQ(holder("x"), "a");
  EXPECT_EQ(holder("y"), "b");
  EXPECT_EQ(all(), "a b");
}

TEST_F(SavepointsTest, EachLevelTakesBackWhatItWrote) {
  static const auto inner = action("inner", {}, []() -> Action<> {
    co_await addTask("inner");
    throw Refused();
  });
  static const auto middle = action("middle", {"throws"}, [](bool throws) -> Action<> {
    co_await addTask("middle");
    try {
      co_await inner();
    } catch (const Refused&) {
    }
    co_await addTask("middle2");
    if (throws) throw Refused();
  });
  const auto outer = action("outer", {"throws"}, [](bool throws) -> Action<> {
    try {
      co_await middle(throws);
    } catch (const Refused&) {
    }
    co_await addTask("outer");
  });
  syncDispatch(db(), outer(false));
  EXPECT_EQ(all(), "middle middle2 outer a b");
  execSync(db(), deleteRows(tasksTable, {"middle", "middle2", "outer"}));
  syncDispatch(db(), outer(true));
  EXPECT_EQ(all(), "outer a b");
}

TEST_F(SavepointsTest, APartThatBeginsRightBehindOneThatFailedIsTakenBackByItself) {
  static const auto add = action("add", {"id", "throws"}, [](std::string id, bool throws) -> Action<> {
    co_await addTask(id);
    co_await addTask(id + "x");
    if (throws) throw Refused();
  });
  const auto both = action("both", {}, []() -> Action<> {
    co_await addTask("kept");
    for (const char* id : {"c", "d", "e"}) {
      try {
        co_await add(id, std::string(id) != "d");
      } catch (const Refused&) {
      }
    }
  });
  syncDispatch(db(), both());
  EXPECT_EQ(all(), "d dx kept a b");
}

TEST_F(SavepointsTest, ACoroutineThatStandsByItselfIsAPartToo) {
  const auto outer = action("outer", {}, []() -> Action<> {
    try {
      co_await []() -> Action<> {
        co_await addTask("c");
        throw Refused();
      }();
    } catch (const Refused&) {
    }
    co_await addTask("d");
  });
  syncDispatch(db(), outer());
  EXPECT_EQ(all(), "d a b");
}

TEST_F(SavepointsTest, AWriteAndItsHooksAreOnePart) {
  const Subscription first =
      db().afterInsert(tasksTable, [](HookContext&, std::span<const InsertOp<Task>> ops) -> Action<> {
        LogLine line{ops[0].row->id, "inserted"};
        co_await insert(logTable, line);
      });
  const Subscription second =
      db().afterInsert(tasksTable, [](HookContext&, std::span<const InsertOp<Task>> ops) -> Action<> {
        co_await removeTask("b");
        if (ops[0].row->id == "bad") throw Refused();
      });
  const auto outer = action("outer", {}, []() -> Action<std::size_t> {
    Task good = makeTask("good");
    Task bad = makeTask("bad");
    co_await putTask("b", "p1", 3);
    try {
      co_await insert(tasksTable, {bad, good});
    } catch (const Refused&) {
    }
    Rows<Task> rows = co_await allTasks();
    co_await insert(tasksTable, good);
    co_return rows.size();
  });
  EXPECT_EQ(syncDispatch(db(), outer()), 2u);
  EXPECT_EQ(all(), "good a");
  EXPECT_EQ(linesCount(), 1u);
}

TEST_F(SavepointsTest, AHookMayCatchWhatItsOwnPartThrew) {
  const Subscription hook = db().afterInsert(tasksTable, [](HookContext&, std::span<const InsertOp<Task>>) -> Action<> {
    try {
      co_await failing();
    } catch (const Refused&) {
    }
  });
  part = []() -> Action<> { co_await removeTask("a"); };
  syncDispatch(db(), addTask("c"));
  EXPECT_EQ(all(), "c a b");
}

TEST_F(SavepointsTest, WhatAScanHookWroteBeforeItThrewIsTakenBack) {
  Subscription hook = db().afterScan([](HookContext&, const ScanEvent& event) -> Action<> {
    if (!(event.table == AnyTable(tasksTable))) co_return;
    co_await removeTask("a");
    throw Refused();
  });
  const auto outer = action("outer", {}, []() -> Action<> {
    try {
      co_await selectFrom(tasksTable, byRank);
    } catch (const Refused&) {
    }
  });
  syncDispatch(db(), outer());
  hook.cancel();
  EXPECT_EQ(all(), "a b");
}

TEST_F(SavepointsTest, ASelectorWithKeptResultsReadsAfresh) {
  SelectorOptions options;
  options.memoization.selfChild = true;
  static const auto keptCount = selector(
      "keptCount", {},
      []() -> Selector<int> {
        Rows<Task> rows = co_await allTasks();
        co_return static_cast<int>(rows.size());
      },
      options);
  static int seenInside = 0;
  part = []() -> Action<> {
    co_await addTask("c");
    seenInside = co_await keptCount();
  };
  const auto outer = action("outer", {}, []() -> Action<int> {
    try {
      co_await failing();
    } catch (const Refused&) {
    }
    co_return co_await keptCount();
  });
  EXPECT_EQ(syncDispatch(db(), outer()), 2);
  EXPECT_EQ(seenInside, 3);
}

TEST_F(SavepointsTest, ATraceShowsWhatWasWrittenAllTheSame) {
  TraceStore traces{1};
  db().setTracer(&traces);
  part = changeAll;
  syncDispatch(db(), endingWithIt());
  db().setTracer(nullptr);
  const std::shared_ptr<const Trace> trace = traces.traces().back();
  ASSERT_EQ(trace->root.children.size(), 1u);
  EXPECT_EQ(trace->root.children[0]->children.size(), 4u) << "the calls of the part";
  EXPECT_EQ(trace->root.children[0]->mutations.size(), 1u) << "its own write";
}

TEST_F(SavepointsTest, TheReferenceKeepsWhatWasWritten) {
  DBOptions options;
  options.referenceQuirks.nestedWritesStay = true;
  open(options);
  put("a", "p1", 2);
  put("b", "p1", 3);
  part = changeAll;
  EXPECT_EQ(syncDispatch(db(), goingOn()), "before new a after");
  EXPECT_EQ(all(), "before new a after");
}

}  // namespace
}  // namespace hyperdb::test
