// The code of docs/indexes.md.
#include <cstdio>
#include <cstdlib>

#include <hyperdb/hyperdb.hpp>

#include "check.hpp"

using namespace hyperdb;

namespace {

// [define]
struct Task {
  std::string id;
  std::string projectId;
  double rank = 0;
  std::string owner{};
  std::string token{};
  std::optional<std::string> due{};
};

inline constexpr auto byProjectRank = btree<&Task::projectId, &Task::rank>("byProjectRank");
inline constexpr auto byDue = btree<&Task::due>("byDue");
inline constexpr auto byOwner = hash<&Task::owner>("byOwner");
inline constexpr auto byToken = uniqhash<&Task::token>("byToken");

inline const auto tasksTable =
    defineTable<Task>("tasks").index(byProjectRank).index(byDue).index(byOwner).index(byToken);
// [/define]

template <class Query>
std::string ids(const DB& db, const Query& query) {
  std::string list;
  for (const Task& task : execSync(db, query)) list += task.id;
  return list;
}

void fill(const DB& db) {
  execSync(
      db,
      insert(tasksTable,
             {{.id = "a", .projectId = "p1", .rank = 1, .owner = "ann", .token = "1"},
              {.id = "b", .projectId = "p1", .rank = 2, .owner = "bob", .token = "2"},
              {.id = "c", .projectId = "p1", .rank = 2, .owner = "ann", .token = "3", .due = "mon"},
              {.id = "d", .projectId = "p2", .rank = 0, .owner = "bob", .token = "4"}}));
}

void absence(const DB& db) {
  // [absent]
  check(ids(db, selectFrom(tasksTable, byDue)) ==
        "c");  // the others have no `due`: they are not in this index
  // [/absent]
}

void uniqueness(const DB& db) {
  // [unique]
  try {
    execSync(db, insert(tasksTable, Task{.id = "e", .projectId = "p1", .token = "4"}));
    check(false);
  } catch (const Error& error) {
    check(error.code() == ErrorCode::uniqueViolation);
    check(error.place().index == "byToken");
    std::printf("%s\n", error.what());
  }
  // [/unique]
}

// [members]
struct Membership {
  std::string id;
  std::string userId;
  std::string teamId;
  std::optional<std::string> desk{};
};
inline constexpr auto byUserTeam = uniqhash<&Membership::userId, &Membership::teamId>("byUserTeam");
inline constexpr auto byTeamDesk = uniqhash<&Membership::teamId, &Membership::desk>("byTeamDesk");
inline const auto membersTable =
    defineTable<Membership>("members").index(byUserTeam).index(byTeamDesk);
// [/members]

void combinations() {
  DB db(BptreeInmemDriver{});
  execSync(db.loadTables({membersTable}));
  // [combinations]
  execSync(
      db, insert(membersTable,
                 {{.id = "m1", .userId = "ann", .teamId = "red", .desk = "d1"},
                  {.id = "m2", .userId = "ann", .teamId = "blue"},     // the same user
                  {.id = "m3", .userId = "bob", .teamId = "blue"}}));  // the same team, and no desk
  auto members = selectFrom(membersTable, byUserTeam);
  auto annInRed = members.where(eq<&Membership::userId>("ann"), eq<&Membership::teamId>("red"));
  check(execSync(db, annInRed.first())->id == "m1");
  try {
    execSync(db, insert(membersTable, Membership{.id = "m4", .userId = "ann", .teamId = "blue"}));
    check(false);
  } catch (const Error& error) {
    check(error.code() == ErrorCode::uniqueViolation);
    std::printf("%s\n", error.what());
  }
  // [/combinations]
}

void order() {
  // [order]
  DynamicTable mixed =
      defineTable("mixed", {{"id", v::string()},
                            {"value", v::union_(v::null(), v::bigint(), v::number(), v::boolean(),
                                                v::string(), v::bytes())}})
          .index("byValue", {"value"});
  DB db(BptreeInmemDriver{});
  execSync(db.loadTables({mixed}));
  execSync(db, insert(mixed, {Object{{"id", "bytes"}, {"value", Bytes{"a"}}},
                              Object{{"id", "string"}, {"value", "a"}},
                              Object{{"id", "true"}, {"value", true}},
                              Object{{"id", "half"}, {"value", 0.5}},
                              Object{{"id", "bigint"}, {"value", BigInt(7)}},
                              Object{{"id", "null"}, {"value", nullptr}}}));
  std::string list;
  for (const Object& row : execSync(db, selectFrom(mixed, "byValue")))
    list += row.at("id").asString() + " ";
  check(list == "null bigint half true string bytes ");
  // [/order]
}

}  // namespace

int main() {
  DB db(BptreeInmemDriver{});
  execSync(db.loadTables({tasksTable}));
  fill(db);
  absence(db);
  uniqueness(db);
  combinations();
  order();
}
