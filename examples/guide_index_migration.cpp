// The code of docs/index_migration.md.
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include <hyperdb/hyperdb.hpp>

#include "check.hpp"
#include "temp_folder.hpp"

using namespace hyperdb;

namespace {

// [first]
namespace first_release {

struct Task {
  std::string id;
  std::string title;
};
inline const auto tasksTable = defineTable<Task>("tasks");

}  // namespace first_release
// [/first]

// [second]
namespace second_release {

struct Task {
  std::string id;
  std::string title;
  std::optional<std::string> projectId{};  // new: rows of the first release have none
};
inline constexpr auto byTitle = btree<&Task::title>("byTitle");          // new
inline constexpr auto byProject = btree<&Task::projectId>("byProject");  // new
inline const auto tasksTable = defineTable<Task>("tasks").index(byTitle).index(byProject);

}  // namespace second_release
// [/second]

// [unique]
namespace unique_titles {

using second_release::Task;
inline constexpr auto byTitle = uniqhash<&Task::title>("byTitle");
inline const auto tasksTable = defineTable<Task>("tasks").index(byTitle);

}  // namespace unique_titles
// [/unique]

namespace third_release {

// [third]
struct Task {
  std::string id;
  std::string title;
  std::string projectId;  // not optional any more
};
inline constexpr auto byProject = btree<&Task::projectId>("byProject");
inline const auto tasksTable = defineTable<Task>("tasks").index(byProject);
// [/third]

}  // namespace third_release

template <class Table>
DB open(const std::string& path, const Table& table, SqlOptions options = {}) {
  DB db(SqlDriver{path, std::move(options)});
  execSync(db.loadTables({table}));
  return db;
}

void fillFirst(const std::string& path) {
  using namespace first_release;
  // [firstUse]
  DB db = open(path, tasksTable);
  execSync(db, insert(tasksTable, {Task{"t1", "Ship"}, Task{"t2", "Rest"}, Task{"t3", "Ship"}}));
  // [/firstUse]
}

void addIndexes(const std::string& path) {
  using namespace second_release;
  // [secondUse]
  DB db = open(path, tasksTable);  // fills both indexes from the stored rows
  Rows<Task> titles = execSync(db, selectFrom(tasksTable, byTitle));
  check(titles.size() == 3 && titles.front().title == "Rest");
  check(execSync(db, selectFrom(tasksTable, byProject))
            .empty());  // a row without the column is not in it
  // [/secondUse]
}

void refuseUnique(const std::string& path) {
  // [uniqueUse]
  try {
    open(path, unique_titles::tasksTable);
    check(false);
  } catch (const Error& error) {
    check(error.code() == ErrorCode::uniqueViolation);
    check(error.place().table == "tasks" && error.place().index == "byTitle");
    std::printf("%s\n", error.message().c_str());
  }
  open(path, second_release::tasksTable);  // the file is as it was
  // [/uniqueUse]
}

void showProgress(const std::string& path) {
  {
    using namespace first_release;
    DB db = open(path, tasksTable);
    std::vector<Task> tasks;
    for (int i = 0; i < 5'000; ++i)
      tasks.push_back({"t" + std::to_string(i), "Task " + std::to_string(i % 100)});
    execSync(db, insert(tasksTable, tasks));
  }
  // [progress]
  bool wantsToStop = false;
  SqlOptions options;
  options.onLoadProgress = [&wantsToStop](const LoadProgress& progress) {
    std::printf("%s/%s: %lld of %lld\n", std::string(progress.table).c_str(),
                std::string(progress.index).c_str(), static_cast<long long>(progress.rowsDone),
                static_cast<long long>(progress.rowsTotal));
    return !wantsToStop;
  };
  wantsToStop = true;  // the user has pressed a button
  try {
    open(path, second_release::tasksTable, options);
    check(false);
  } catch (const Error& error) {
    check(error.code() == ErrorCode::cancelled);
  }
  wantsToStop = false;
  open(path, second_release::tasksTable, options);  // from the beginning
  // [/progress]
}

// [fill]
/// Gives every task a project. Part of the second release: the third expects it.
second_release::Task inProject(second_release::Task task) {
  if (!task.projectId) task.projectId = "inbox";
  return task;
}

inline const auto fillProjects = action("fillProjects", {}, []() -> Action<> {
  Rows<second_release::Task> tasks =
      co_await selectFrom(second_release::tasksTable, second_release::byTitle);
  std::vector<second_release::Task> filled;
  for (const second_release::Task& task : tasks) filled.push_back(inProject(task));
  co_await upsert(second_release::tasksTable, filled);
});
// [/fill]

void requireMember(const std::string& path) {
  using namespace third_release;
  // [misfit]
  {
    DB db = open(path, tasksTable);  // has nothing to do: the index is there, so no row is read
    try {
      execSync(db, selectFrom(tasksTable, byId).where(eq<&Task::id>("t1")));
      check(false);
    } catch (const Error& error) {
      check(error.code() == ErrorCode::invalidRow);
      check(error.place().rowId == "t1" && error.place().column == "projectId");
    }
    check(db.driverAs<SqlDriver>().findDamage().size() == 3);  // finds all of them
    execSync(db, upsert(tasksTable, {Task{"t1", "Ship",
                                          "inbox"}}));  // replaced, as `deleteRows` would delete it
    check(db.driverAs<SqlDriver>().findDamage().size() == 2);
  }
  // [/misfit]
  // [fillUse]
  {
    DB db = open(path, second_release::tasksTable);
    syncDispatch(db, fillProjects());
  }
  DB db = open(path, tasksTable);
  check(
      execSync(db, selectFrom(tasksTable, byProject).where(eq<&Task::projectId>("inbox"))).size() ==
      3);
  // [/fillUse]
}

// [rename]
struct Item {
  std::string id;
  std::string text;
};
inline constexpr auto byText = btree<&Item::text>("byText");
inline const auto itemsTable = defineTable<Item>("items").index(byText);

inline const auto moveTasks = action("moveTasks", {}, []() -> Action<> {
  Rows<second_release::Task> tasks =
      co_await selectFrom(second_release::tasksTable, second_release::byTitle);
  std::vector<Item> items;
  std::vector<std::string> ids;
  for (const second_release::Task& task : tasks) {
    items.push_back({.id = task.id, .text = task.title});
    ids.push_back(task.id);
  }
  co_await insert(itemsTable, items);
  co_await deleteRows(second_release::tasksTable, ids);
});
// [/rename]

void renameTable(const std::string& path) {
  // [renameUse]
  DB db = open(path, second_release::tasksTable);
  execSync(db.loadTables({itemsTable}));
  syncDispatch(db, moveTasks());  // in one transaction
  check(execSync(db, selectFrom(itemsTable, byText)).size() == 3);
  // [/renameUse]
}

}  // namespace

int main() {
  const TempFolder folder;
  const std::string path = folder.file("app.sqlite");
  fillFirst(path);
  addIndexes(path);
  refuseUnique(path);
  showProgress(folder.file("large.sqlite"));
  requireMember(path);
  renameTable(path);
}
