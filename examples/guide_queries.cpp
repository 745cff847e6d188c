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

inline const auto tasksTable =
    defineTable<Task>("tasks").index(byProjectRank).index(byOwner).index(byToken);
// [/define]

// [user]
struct User {
  std::string id;
  std::string name;
};
inline const auto usersTable = defineTable<User>("users");
// [/user]

template <class Query>
std::string ids(const DB& db, const Query& query) {
  std::string list;
  for (const Task& task : execSync(db, query)) list += task.id;
  return list;
}

void fill(const DB& db) {
  execSync(db, insert(tasksTable,
                      {{.id = "a", .projectId = "p1", .rank = 1, .owner = "ann", .token = "1"},
                       {.id = "b", .projectId = "p1", .rank = 2, .owner = "bob", .token = "2"},
                       {.id = "c", .projectId = "p1", .rank = 2, .owner = "ann", .token = "3"},
                       {.id = "d", .projectId = "p2", .rank = 0, .owner = "bob", .token = "4"}}));
}

void typed(const DB& db) {
  // [where]
  // `ids` runs the query and joins the ids of its rows.
  auto tasks = selectFrom(tasksTable, byProjectRank);

  check(ids(db, tasks) == "abcd");                                   // the whole index
  check(ids(db, tasks.order(desc)) == "dcba");                       // the exact reverse
  check(ids(db, tasks.where(eq<&Task::projectId>("p1"))) == "abc");  // b before c: ties by id
  check(ids(db, tasks.where(eq<&Task::projectId>("p1"), gt<&Task::rank>(1))) == "bc");
  check(ids(db, tasks.where(eq<&Task::projectId>("p1"), gte<&Task::rank>(1), lt<&Task::rank>(2))) ==
        "a");
  check(ids(db, tasks.where(gt<&Task::projectId>("p1"))) == "d");  // a range on the first column
  check(ids(db, tasks.limit(2)) == "ab");
  // [/where]

  // [first]
  RowPtr<Task> last = execSync(db, tasks.where(eq<&Task::projectId>("p1")).order(desc).first());
  check(last && last->id == "c");
  check(!execSync(db,
                  tasks.where(eq<&Task::projectId>("p9")).first()));  // empty: nothing was found
  Task fallback = execSync(
      db, tasks.where(eq<&Task::projectId>("p9")).firstOr(Task{.id = "none", .projectId = ""}));
  check(fallback.id == "none");
  // [/first]

  // [or]
  check(ids(db, tasks.where(anyOf(eq<&Task::projectId>("p2"),
                                  allOf(eq<&Task::projectId>("p1"), gte<&Task::rank>(2))))) ==
        "bcd");
  check(
      ids(db, selectFrom(tasksTable, byId).where(anyOf(eq<&Task::id>("d"), eq<&Task::id>("a")))) ==
      "ad");
  // [/or]

  // [in]
  std::vector<std::string> wanted{"c", "b", "c", "x"};  // any range of texts
  check(ids(db, selectFrom(tasksTable, byId).where(in<&Task::id>(wanted))) == "bc");
  check(ids(db, tasks.where(in<&Task::projectId>({"p2", "p1"}), gte<&Task::rank>(2))) == "bc");
  check(ids(db, tasks.where(eq<&Task::projectId>("p1"), in<&Task::rank>({1, 3}))) == "a");
  check(ids(db, tasks.where(in<&Task::projectId>(std::vector<std::string>())))
            .empty());  // none of nothing
  // [/in]

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
  check(ids(db, tasks.where(gt<&Task::projectId>("p2"), lt<&Task::projectId>("p1")))
            .empty());  // nothing is both
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
inline const auto nextPage =
    selector("nextPage", {"projectId", "afterRank", "afterId", "size"},
             [](std::string projectId, double afterRank, std::string afterId,
                int size) -> Selector<Rows<Task>> {
               Task last{.id = afterId,
                         .projectId = projectId,
                         .rank = afterRank};  // what the index needs to know of it
               co_return co_await selectFrom(tasksTable, byProjectRank)
                   .where(eq<&Task::projectId>(projectId))
                   .after(last)
                   .limit(size);
             });
// [/page]

// [conditional]
struct Filter {
  std::optional<std::string> projectId{};
  std::optional<double> rankMin{};
};
inline const auto filtered =
    selector("filtered", {"filter"}, [](Filter filter) -> Selector<Rows<Task>> {
      AnyQuery<Task> query = selectFrom(tasksTable, byProjectRank);
      if (filter.projectId) query = query.where(eq<&Task::projectId>(*filter.projectId));
      if (filter.rankMin) query = query.where(gte<&Task::rank>(*filter.rankMin));
      co_return co_await query;
    });
// [/conditional]

void conditional(const DB& db) {
  // [conditionalUse]
  check(select(db, filtered({})).size() == 4);
  check(select(db, filtered({.projectId = "p1", .rankMin = 2})).size() == 2);
  try {
    select(db, filtered({.rankMin = 2}));  // the index can't answer this
    check(false);
  } catch (const Error& error) {
    check(error.code() == ErrorCode::nonPrefixColumn);
  }
  // [/conditionalUse]
}

void rowsById(const DB& db) {
  execSync(db, insert(usersTable, {{.id = "ann", .name = "Ann"}, {.id = "bob", .name = "Bob"}}));
  // [byId]
  RowPtr<Task> task = execSync(db, getById(tasksTable, "a"));  // empty if there is none
  check(task && task->rank == 1);

  RowsById<Task> some = execSync(db, getByIds(tasksTable, {"d", "x", "a"}));
  check(some.size() == 3 && some[0]->id == "d" && !some[1] && some[2]->id == "a");
  check(some.found().size() == 2);  // without the gaps

  Rows<Task> tasks = execSync(db, selectFrom(tasksTable, byProjectRank));
  RowsById<User> owners = execSync(db, getByIds(usersTable, tasks, &Task::owner));  // a join
  for (const Task& each : tasks) {
    RowPtr<User> owner = owners.find(each.owner);
    check(owner && owner->id == each.owner);
  }
  // [/byId]
}

void counts(const DB& db) {
  // [count]
  std::size_t inProject =
      execSync(db, selectFrom(tasksTable, byProjectRank).where(eq<&Task::projectId>("p1")).count());
  check(inProject == 3);
  check(execSync(db, selectFrom(tasksTable, byId).count()) == 4);  // all rows of the table
  // [/count]
}

void results(const DB& db) {
  // [results]
  Rows<Task> tasks = execSync(db, selectFrom(tasksTable, byProjectRank));
  check(tasks.size() == 4 && tasks.front().id == "a" && tasks[3].id == "d");
  std::vector<Task> copies = tasks.toVector();
  copies[0].rank = 7;  // a copy of our own; the stored row is as it was
  check(tasks[0].rank == 1);

  std::vector<RowPtr<Task>> first;  // some of the rows, without the rest
  for (RowPtr<Task> task : tasks.ptrs()) {
    if (task->rank < 2) first.push_back(task);
  }
  check(first.size() == 2);

  RowPtr<Task> kept = tasks.ptr(0);
  execSync(db, deleteRows(tasksTable, "a"));
  check(tasks.size() == 4 && kept->id == "a");  // what was read stays as it was
  check(execSync(db, selectFrom(tasksTable, byProjectRank)).size() == 3);
  // [/results]
  check(select(db, nextPage("p1", 2, "b", 5)).front().id == "c");  // c ties with b
}

}  // namespace

int main() {
  DB db(BptreeInmemDriver{});
  execSync(db.loadTables({tasksTable, usersTable}));
  fill(db);
  typed(db);
  conditional(db);
  rowsById(db);
  counts(db);
  dynamicColumns(db);
  results(db);
}
