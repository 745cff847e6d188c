// The code of docs/queries.md.
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
};

inline constexpr auto byProjectRank = btree<&Task::projectId, &Task::rank>("byProjectRank");
inline constexpr auto byOwner = hash<&Task::owner>("byOwner");
inline constexpr auto byToken = uniqhash<&Task::token>("byToken");

inline const auto tasksTable = defineTable<Task>("tasks").index(byProjectRank).index(byOwner).index(byToken);
// [/define]

template <class Query>
std::string ids(const DB& db, const Query& query) {
  std::string list;
  for (const Task& task : execSync(db, query)) list += task.id;
  return list;
}

void fill(const DB& db) {
  execSync(db, insert(tasksTable, {{.id = "a", .projectId = "p1", .rank = 1, .owner = "ann", .token = "1"},
                                   {.id = "b", .projectId = "p1", .rank = 2, .owner = "bob", .token = "2"},
                                   {.id = "c", .projectId = "p1", .rank = 2, .owner = "ann", .token = "3"},
                                   {.id = "d", .projectId = "p2", .rank = 0, .owner = "bob", .token = "4"}}));
}

void typed(const DB& db) {
  // [where]
  // `ids` runs the query and joins the ids of its rows.
  auto tasks = selectFrom(tasksTable, byProjectRank);

  check(ids(db, tasks) == "abcd");                                               // the whole index
  check(ids(db, tasks.order(desc)) == "dcba");                                   // the exact reverse
  check(ids(db, tasks.where(eq<&Task::projectId>("p1"))) == "abc");              // b before c: ties by id
  check(ids(db, tasks.where(eq<&Task::projectId>("p1"), gt<&Task::rank>(1))) == "bc");
  check(ids(db, tasks.where(eq<&Task::projectId>("p1"), gte<&Task::rank>(1), lt<&Task::rank>(2))) == "a");
  check(ids(db, tasks.where(gt<&Task::projectId>("p1"))) == "d");                // a range on the first column
  check(ids(db, tasks.limit(2)) == "ab");
  // [/where]

  // [first]
  RowPtr<Task> last = execSync(db, tasks.where(eq<&Task::projectId>("p1")).order(desc).first());
  check(last && last->id == "c");
  check(!execSync(db, tasks.where(eq<&Task::projectId>("p9")).first()));         // empty: nothing was found
  Task fallback = execSync(db, tasks.where(eq<&Task::projectId>("p9")).firstOr(Task{.id = "none", .projectId = ""}));
  check(fallback.id == "none");
  // [/first]

  // [or]
  check(ids(db, tasks.where(anyOf(eq<&Task::projectId>("p2"),
                                  allOf(eq<&Task::projectId>("p1"), gte<&Task::rank>(2))))) == "bcd");
  check(ids(db, selectFrom(tasksTable, byId).where(anyOf(eq<&Task::id>("d"), eq<&Task::id>("a")))) == "ad");

  std::vector<decltype(eq<&Task::id>(""))> wanted;  // made at run time, of one type
  for (const char* id : {"b", "c", "b"}) wanted.push_back(eq<&Task::id>(id));
  check(ids(db, selectFrom(tasksTable, byId).where(anyOf(wanted))) == "bc");     // each row once
  // [/or]

  // [hash]
  check(ids(db, selectFrom(tasksTable, byOwner).where(eq<&Task::owner>("ann"))) == "ac");
  check(ids(db, selectFrom(tasksTable, byToken).where(eq<&Task::token>("4"))) == "d");
  // [/hash]

  // [limits]
  check(ids(db, tasks.limit(0)).empty());
  try {
    execSync(db, tasks.limit(-1));
    check(false);
  } catch (const Error& error) {
    check(error.code() == ErrorCode::invalidLimit);
  }
  check(ids(db, tasks.where(gt<&Task::projectId>("p2"), lt<&Task::projectId>("p1"))).empty());  // nothing is both
  // [/limits]
}

void dynamicColumns(const DB& db) {
  // [dynamic]
  DynamicTable anyTasks = tasksTable.dynamic();
  auto query = selectFrom(anyTasks, "byProjectRank").where(eq("projectId", "p1"), gt("rank", 1));
  check(execSync(db, query).size() == 2);
  try {
    execSync(db, selectFrom(anyTasks, "byProjectRank").where(eq("rank", 1)));
    check(false);
  } catch (const Error& error) {
    check(error.code() == ErrorCode::nonPrefixColumn);
    std::printf("%s\n", error.what());
  }
  // [/dynamic]
}

// [page]
inline const auto nextPage = selector("nextPage", {"projectId", "afterRank", "size"},
    [](std::string projectId, double afterRank, int size) -> Selector<Rows<Task>> {
      co_return co_await selectFrom(tasksTable, byProjectRank)
          .where(eq<&Task::projectId>(projectId), gt<&Task::rank>(afterRank))
          .limit(size);
    });
// [/page]

void results(const DB& db) {
  // [results]
  Rows<Task> tasks = execSync(db, selectFrom(tasksTable, byProjectRank));
  check(tasks.size() == 4 && tasks.front().id == "a" && tasks[3].id == "d");
  std::vector<Task> copies = tasks.toVector();
  copies[0].rank = 7;                                  // a copy of our own; the stored row is as it was
  check(tasks[0].rank == 1);

  RowPtr<Task> kept = tasks.ptr(0);
  execSync(db, deleteRows(tasksTable, "a"));
  check(tasks.size() == 4 && kept->id == "a");         // what was read stays as it was
  check(execSync(db, selectFrom(tasksTable, byProjectRank)).size() == 3);
  // [/results]
  check(select(db, nextPage("p1", 1, 1)).front().id == "b");
}

}  // namespace

int main() {
  DB db(BptreeInmemDriver{});
  execSync(db.loadTables({tasksTable}));
  fill(db);
  typed(db);
  dynamicColumns(db);
  results(db);
}
