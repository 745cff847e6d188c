// Rows by id, in the order asked for and as a map; rows as RowPtrs.
#include <hyperdb/by_id.hpp>
#include <hyperdb/writes.hpp>

#include <gtest/gtest.h>

#include <map>

namespace byidtest {
struct User {
  std::string id;
  int age = 0;
};
struct Task {
  std::string id;
  std::string ownerId;
};
}  // namespace byidtest

namespace hyperdb {
namespace {

using namespace byidtest;

const auto users = defineTable<User>("users");

/// "b1 - a2": ids and ages, a dash for a row that is missing.
template <class List>
std::string textOf(const List& list) {
  std::string text;
  for (const RowPtr<User>& user : list) {
    text += (text.empty() ? "" : " ") + (user ? user->id + std::to_string(user->age) : "-");
  }
  return text;
}

/// What a storage gives for `byId`: each row once, in the order of the index.
RowSequence stored() { return RowSequence::fromRows(insert(users, {User{"a", 1}, User{"b", 2}, User{"c", 3}}).rows); }

TEST(RowsById, StandInTheOrderAskedForWithGapsForThoseThatAreMissing) {
  const RowsById<User> rows = getByIds(users, {"c", "nobody", "a", "c"}).finish(stored());
  EXPECT_EQ(textOf(rows), "c3 - a1 c3");
  EXPECT_EQ(rows.size(), 4U);
  EXPECT_FALSE(rows[1]);
  EXPECT_EQ(rows[2]->age, 1);
  EXPECT_EQ(rows.found().size(), 3U);
  EXPECT_EQ(rows.found()[1].id, "a");
}

TEST(RowsById, AreFoundByTheirIds) {
  const RowsById<User> rows = getByIds(users, std::vector<std::string>{"c", "a"}).finish(stored());
  EXPECT_EQ(rows.find("c")->age, 3);
  EXPECT_EQ(rows.find("a")->age, 1);
  EXPECT_FALSE(rows.find("nobody"));
  EXPECT_FALSE(RowsById<User>().find("a"));
  EXPECT_TRUE(RowsById<User>().empty());
  EXPECT_EQ(RowsById<User>().found().size(), 0U);
}

TEST(RowsById, AreOfIdsThatStandInOtherRows) {
  const std::vector<Task> tasks{{"t1", "b"}, {"t2", "b"}, {"t3", "x"}};
  EXPECT_EQ(textOf(getByIds(users, tasks, &Task::ownerId).finish(stored())), "b2 b2 -");
  const std::map<std::string, int> byName{{"a", 1}, {"c", 2}};
  EXPECT_EQ(textOf(getByIds(users, byName, [](const auto& entry) { return entry.first; }).finish(stored())), "a1 c3");
}

TEST(RowsById, AreEqualIfAllTheirRowsAre) {
  const auto query = getByIds(users, {"a", "x"});
  const RowsById<User> rows = query.finish(stored());
  EXPECT_TRUE(rows == query.finish(stored()));
  EXPECT_FALSE(rows == getByIds(users, {"x", "a"}).finish(stored()));
  EXPECT_FALSE(rows == getByIds(users, {"a"}).finish(stored()));
  EXPECT_FALSE(rows == query.finish({}));
}

TEST(RowsById, AreObjectsOfADynamicTable) {
  const RowsById<Object> rows = getByIds(users.dynamic(), {"b", "x"}).finish(stored());
  EXPECT_EQ(rows[0]->at("age"), Value(2));
  EXPECT_FALSE(rows[1]);
}

TEST(RowsById, AskForEachIdOnce) {
  EXPECT_EQ(planQuery(getByIds(users, {"a", "b", "a"}).spec()).ranges.size(), 2U);
  EXPECT_EQ(planQuery(getByIds(users, {"a"}).spec()).ranges,
            planQuery(selectFrom(users, byId).where(eq<&User::id>("a")).spec()).ranges);
  EXPECT_TRUE(planQuery(getByIds(users, std::vector<std::string>()).spec()).ranges.empty());
}

TEST(GetById, GivesTheRowOrAnEmptyPointer) {
  const auto query = getById(users, "a");
  EXPECT_EQ(planQuery(query.spec()).limit, 1U);
  EXPECT_EQ(query.finish(stored())->id, "a");
  EXPECT_FALSE(query.finish({}));
}

TEST(RowPtrs, WalkOverARowsResultAndKeepTheirRows) {
  const auto before = RowHeader::liveCount();
  {
    std::vector<RowPtr<User>> old;
    for (RowPtr<User> user : Rows<User>(stored()).ptrs()) {
      if (user->age > 1) old.push_back(user);
    }
    EXPECT_EQ(textOf(old), "b2 c3");
    EXPECT_EQ(RowHeader::liveCount(), before + 2);
    const RowPtrs<User> all = Rows<User>(stored()).ptrs();
    EXPECT_EQ(all.size(), 3U);
    EXPECT_EQ(all[2]->id, "c");
    EXPECT_EQ(std::vector<RowPtr<User>>(all.begin(), all.end()).size(), 3U);
  }
  EXPECT_EQ(RowHeader::liveCount(), before);
}

}  // namespace
}  // namespace hyperdb
