// A table that names fewer members than the stored rows have leaves the others alone.
#include <gtest/gtest.h>

#include "sqlite/tiers.hpp"

namespace hyperdb::test {
namespace {

struct Task {
  std::string id;
  std::string title;
  std::int64_t serial = 0;
  std::vector<std::string> tags{};
};
struct Titled {
  std::string id;
  std::string title;
};

constexpr auto byTitle = btree<&Task::title>("byTitle");
const auto tasksTable = defineTable<Task>("tasks").index(byTitle);
const auto titledTable = defineTable<Titled>("tasks").index(btree<&Titled::title>("byTitle"));
const auto dynamicTable =
    defineTable("tasks", {{"id", v::string()}, {"title", v::string()}}).index("byTitle", {"title"});

class UnknownMembers : public TiersTest {
 protected:
  std::string stored() const { return askSqlite(file(), "SELECT data FROM tasks ORDER BY id"); }

  void SetUp() override {
    SubscribableDB db = open({tasksTable});
    execSync(db, insert(tasksTable, Task{"a", "first", 7, {"x"}}));
    execSync(db, insert(tasksTable, Task{"b", "second", 8, {}}));
    db.close();
  }
};

TEST_P(UnknownMembers, StayWhenADynamicTableWritesTheRow) {
  SubscribableDB db = open({dynamicTable});
  RowPtr<Object> row = execSync(db, selectFrom(dynamicTable, "byId").where(eq("id", "a")).first());
  EXPECT_EQ(*row, (Object{{"id", "a"}, {"title", "first"}}));
  Object changed = *row;
  changed.set("title", "changed");
  execSync(db, upsert(dynamicTable, changed));
  changed.set("title", "changed again");
  execSync(db, upsert(dynamicTable, changed));
  db.close();

  SubscribableDB typed = open({tasksTable});
  const Rows<Task> tasks = execSync(typed, selectFrom(tasksTable, byTitle));
  ASSERT_EQ(tasks.size(), 2U);
  EXPECT_EQ(tasks[0].title, "changed again");
  EXPECT_EQ(tasks[0].serial, 7);
  EXPECT_EQ(tasks[0].tags, std::vector<std::string>{"x"});
  typed.close();
}

TEST_P(UnknownMembers, StayWhenAStructWithFewerMembersIsWritten) {
  SubscribableDB db = open({titledTable});
  execSync(db, upsert(titledTable, {Titled{"a", "A"}, Titled{"new", "N"}}));
  execSync(db, upsert(titledTable, Titled{"b", "B"}));
  db.close();
  EXPECT_EQ(stored(), R"({"id":"a","title":"A","serial":{"$bigint":"7"},"tags":["x"]} )"
                      R"({"id":"b","title":"B","serial":{"$bigint":"8"},"tags":[]} {"id":"new","title":"N"})");
}

TEST_P(UnknownMembers, GoWithTheRowWhenItIsDeleted) {
  SubscribableDB db = open({titledTable});
  execSync(db, deleteRows(titledTable, "a"));
  execSync(db, deleteRows(titledTable, "b"));
  db.close();
  SubscribableDB again = open({titledTable});
  execSync(again, insert(titledTable, Titled{"a", "new"}));
  again.close();
  EXPECT_EQ(stored(), R"({"id":"a","title":"new"})");
}

const auto writeAndFail = action("writeAndFail", {}, []() -> Action<> {
  co_await upsert(dynamicTable, Object{{"id", "a"}, {"title", "lost"}});
  throw std::runtime_error("fails");
});
const auto writeTwice = action("writeTwice", {}, []() -> Action<> {
  try {
    co_await writeAndFail();
  } catch (const std::runtime_error&) {
  }
  co_await upsert(dynamicTable, Object{{"id", "b"}, {"title", "kept"}});
});

TEST_P(UnknownMembers, StayWhenANestedActionIsRolledBack) {
  SubscribableDB db = open({dynamicTable});
  syncDispatch(db, writeTwice());
  db.close();
  EXPECT_EQ(stored(), R"({"id":"a","title":"first","serial":{"$bigint":"7"},"tags":["x"]} )"
                      R"({"id":"b","title":"kept","serial":{"$bigint":"8"},"tags":[]})");
}

/// Two databases over one file that know different members.
TEST_P(UnknownMembers, AreTheOnesThatAnotherProcessHasWrittenLast) {
  SqlOptions shared;
  shared.sharedFile.enabled = true;
  shared.sharedFile.pollIntervalMs = 0;
  SubscribableDB other{DB{SqlDriver{file(), shared}}};
  execSync(other.loadTables({tasksTable}));
  SubscribableDB db = open({titledTable}, shared);
  EXPECT_EQ(execSync(db, selectFrom(titledTable, byId).where(eq<&Titled::id>("a")))[0].title, "first");
  execSync(other, upsert(tasksTable, Task{"a", "first", 70, {"y"}}));  // nothing that `db` can see
  primary_->pollForCommits();
  execSync(db, upsert(titledTable, Titled{"a", "A"}));
  db.close();
  EXPECT_NE(stored().find(R"({"id":"a","title":"A","serial":{"$bigint":"70"},"tags":["y"]})"), std::string::npos)
      << stored();
}

INSTANTIATE_TEST_SUITE_P(Drivers, UnknownMembers, allTiers, nameOfTiers);

}  // namespace
}  // namespace hyperdb::test
