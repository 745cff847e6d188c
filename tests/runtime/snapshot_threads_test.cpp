#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "support/task_db.hpp"

namespace hyperdb::test {
namespace {

class SnapshotTest : public TaskTest {};

const auto putPair = action("putPair", {"rank"}, [](double rank) -> Action<> {
  std::vector<Task> rows{makeTask("a", "p1", rank), makeTask("b", "p1", rank)};
  co_await upsert(tasksTable, rows);
});

TEST_F(SnapshotTest, StaysAsItWasWhileTheDatabaseGoesOn) {
  put("a");
  const Snapshot snapshot = db().snapshot();
  put("b");
  removeById("a");
  EXPECT_EQ(idsOf(snapshot.read(selectFrom(tasksTable, byRank))), "a");
  EXPECT_TRUE(snapshot.read(selectFrom(tasksTable, byId).where(eq<&Task::id>("a")).first()));
  EXPECT_EQ(idsOf(db().snapshot().read(selectFrom(tasksTable, byRank))), "b");
}

TEST_F(SnapshotTest, RefusesWhatACommandWouldRefuse) {
  const Snapshot snapshot = db().snapshot();
  EXPECT_EQ(codeOf([&] { snapshot.read(selectFrom(tasksTable, "nope")); }), ErrorCode::unknownIndex);
  const auto other = defineTable("other", {{"id", v::string()}}).index("all", {});
  EXPECT_EQ(codeOf([&] { snapshot.read(selectFrom(other, "all")); }), ErrorCode::unknownTable);
  db().close();
  EXPECT_EQ(codeOf([&] { static_cast<void>(db().snapshot()); }), ErrorCode::closed);
}

TEST_F(SnapshotTest, IsReadByOtherThreadsWhileActionsCommit) {
  syncDispatch(db(), putPair(0));
  std::atomic<bool> isDone{false};
  std::atomic<int> tornCount{0};
  std::vector<std::thread> readers;
  for (int i = 0; i < 2; ++i) {
    readers.emplace_back([&, view = static_cast<const DB&>(db())] {
      while (!isDone) {
        const Rows<Task> rows = view.snapshot().read(selectFrom(tasksTable, byProject));
        if (rows.size() != 2 || rows[0].rank != rows[1].rank) ++tornCount;
      }
    });
  }
  for (int rank = 1; rank <= 500; ++rank) syncDispatch(db(), putPair(rank));
  isDone = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(tornCount, 0);
}

}  // namespace
}  // namespace hyperdb::test
