// Live results of lists of values, rows by id and counts: what makes them run again.
#include "support/task_db.hpp"

namespace hyperdb::test {
namespace {

const auto tasksOf = selector("tasksOf", {"projectIds"}, [](std::vector<std::string> ids) -> Selector<Rows<Task>> {
  co_return co_await selectFrom(tasksTable, byProject).where(in<&Task::projectId>(ids));
});
const auto tasksById = selector("tasksById", {"ids"}, [](std::vector<std::string> ids) -> Selector<RowsById<Task>> {
  co_return co_await getByIds(tasksTable, ids);
});
const auto countOf = selector("countOf", {"projectId"}, [](std::string projectId) -> Selector<std::size_t> {
  co_return co_await selectFrom(tasksTable, byProject).where(eq<&Task::projectId>(projectId)).count();
});

class ListsAndCountsTest : public TaskTest {
 protected:
  /// How often a live result of the call is announced while `work` runs.
  template <class Call, class Work>
  int callsDuring(const Call& call, Work work) {
    auto live = cachedSelector(db(), call);
    int calls = 0;
    const Subscription subscription = live.subscribe([&calls] { ++calls; });
    work();
    EXPECT_TRUE(live.snapshot() == select(db(), call));
    return calls;
  }
};

TEST_F(ListsAndCountsTest, AListOfValuesIsLiveForEachOfThem) {
  put("a", "p1");
  put("b", "p2");
  put("c", "p3");
  EXPECT_EQ(idsOf(select(db(), tasksOf({"p3", "p1"}))), "a c");
  EXPECT_EQ(callsDuring(tasksOf({"p3", "p1"}), [&] { put("d", "p3"); }), 1);
  EXPECT_EQ(callsDuring(tasksOf({"p3", "p1"}), [&] { put("e", "p2"); }), 0);
  EXPECT_EQ(callsDuring(tasksOf({"p3", "p1"}), [&] { put("a", "p2"); }), 1);
  EXPECT_EQ(callsDuring(tasksOf({}), [&] { put("f", "p2"); }), 0);
}

TEST_F(ListsAndCountsTest, RowsByIdAreLiveAlsoForThoseThatAreMissing) {
  put("a");
  put("b");
  EXPECT_EQ(callsDuring(tasksById({"b", "x"}), [&] { put("x"); }), 1);
  EXPECT_EQ(callsDuring(tasksById({"b", "x"}), [&] { removeById("b"); }), 1);
  EXPECT_EQ(callsDuring(tasksById({"b", "x"}), [&] { put("a", "p2"); }), 0);
}

TEST_F(ListsAndCountsTest, ACountIsAnnouncedWhenItIsAnother) {
  put("a");
  EXPECT_EQ(select(db(), countOf("p1")), 1U);
  EXPECT_EQ(callsDuring(countOf("p1"), [&] { put("b"); }), 1);
  EXPECT_EQ(callsDuring(countOf("p1"), [&] { put("b", "p1", 7); }), 0);
  EXPECT_EQ(callsDuring(countOf("p1"), [&] { put("b", "p2"); }), 1);
  EXPECT_EQ(callsDuring(countOf("p1"), [&] { put("c", "p2"); }), 0);
  EXPECT_EQ(callsDuring(countOf("p1"), [&] { removeById("a"); }), 1);
}

TEST_F(ListsAndCountsTest, ACountLooksAtNoRow) {
  for (int i = 0; i < 200; ++i) put("t" + std::to_string(i), i % 2 == 0 ? "p1" : "p2", i);
  const Counters before = db().counters();
  EXPECT_EQ(select(db(), countOf("p1")), 100U);
  EXPECT_EQ(execSync(db(), selectFrom(tasksTable, byProject).where(in<&Task::projectId>({"p1", "p2"})).count()), 200U);
  EXPECT_EQ(execSync(db(), selectFrom(tasksTable, byId).count()), 200U);
  EXPECT_EQ(db().snapshot().read(selectFrom(tasksTable, byId).count()), 200U);
  EXPECT_EQ(db().counters().rowsExamined, before.rowsExamined);
}

TEST_F(ListsAndCountsTest, AScanHookSeesTheRowsThatAreCounted) {
  put("a");
  put("b");
  std::size_t seen = 0;
  const Subscription hook = db().afterScan([&seen](HookContext&, const ScanEvent& event) -> Action<> {
    for (std::size_t i = 0; i < event.rows.size(); ++i) seen += event.table.def().rowType().id(*event.rows[i]).size();
    co_return;
  });
  EXPECT_EQ(select(db(), countOf("p1")), 2U);
  EXPECT_EQ(seen, 2U);
}

}  // namespace
}  // namespace hyperdb::test
