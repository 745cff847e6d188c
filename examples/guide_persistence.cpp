// The code of docs/persistence.md.
#include <cstdio>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <sqlite3.h>

#include <hyperdb/hyperdb.hpp>

#include "check.hpp"
#include "temp_folder.hpp"

using namespace hyperdb;

namespace {

struct Task {
  std::string id;
  std::string title;
  std::int64_t size = 0;
};

inline constexpr auto byTitle = btree<&Task::title>("byTitle");
inline const auto tasksTable = defineTable<Task>("tasks").index(byTitle);

inline const auto allTasks = selector("allTasks", {}, []() -> Selector<Rows<Task>> {
  co_return co_await selectFrom(tasksTable, byTitle);
});

inline const auto addTask =
    action("addTask", {"id", "title"}, [](std::string id, std::string title) -> Action<> {
      Task task{.id = id, .title = title};
      co_await insert(tasksTable, task);
    });

inline const auto addAndFail = action("addAndFail", {"id"}, [](std::string id) -> Action<> {
  co_await addTask(id, "never seen");
  throw std::runtime_error("changed its mind");
});

void opening(const std::string& path) {
  // [open]
  {
    SubscribableDB db{DB{SqlDriver{path}}};  // opens the file, or creates it
    execSync(db.loadTables({tasksTable}));   // creates what is missing
    syncDispatch(db, addTask("t1", "Ship"));
  }
  SubscribableDB db{DB{SqlDriver{path}}};
  execSync(db.loadTables({tasksTable}));
  check(select(db, allTasks()).front().title == "Ship");
  // [/open]

  // [transaction]
  try {
    syncDispatch(db, addAndFail("t2"));
    check(false);
  } catch (const std::runtime_error&) {
    check(select(db, allTasks()).size() == 1);  // SQLite has rolled the transaction back
  }
  // [/transaction]
}

void options(const std::string& path) {
  // [options]
  SqlOptions options;
  options.synchronous = SynchronousLevel::full;  // each commit waits for the disk
  options.pageCacheBytes = 128 << 20;
  options.rowCacheRows = 1'000'000;
  options.busyTimeoutMs = 1'000;
  DB db(SqlDriver{path, options});
  // [/options]
  execSync(db.loadTables({tasksTable}));
  check(select(db, allTasks()).size() == 1);
}

void keys(const std::string& path) {
  // [onConnect]
  SqlOptions options;
  options.onConnect = [](sqlite3* connection) {
    if (sqlite3_exec(connection, "PRAGMA key = 'correct horse'", nullptr, nullptr, nullptr) !=
        SQLITE_OK) {
      throw std::runtime_error(sqlite3_errmsg(connection));  // opening fails with this message
    }
  };
  DB db(SqlDriver{path, options});
  // [/onConnect]
  execSync(db.loadTables({tasksTable}));
  check(select(db, allTasks()).size() == 1);
}

// [beside]
/// An action that reads, before it ends, through another database.
Action<> writeAndLook(const DB& other, std::size_t& seen, ErrorCode& refusal) {
  Task task{.id = "t2", .title = "Rest"};
  co_await insert(tasksTable, task);
  seen = select(other, allTasks()).size();  // reads beside the writer: the last committed state
  try {
    syncDispatch(other, addTask("t3", "Sleep"));  // waits busyTimeoutMs for the file's write lock
  } catch (const Error& error) {
    refusal = error.code();
  }
}
// [/beside]

void readersBesideAWriter(const std::string& path) {
  // [besideUse]
  DB db(SqlDriver{path});
  execSync(db.loadTables({tasksTable}));
  SqlOptions impatient;
  impatient.busyTimeoutMs = 20;
  DB other(SqlDriver{path, impatient});
  execSync(other.loadTables({tasksTable}));

  std::size_t seen = 0;
  ErrorCode refusal{};
  execSync(db, writeAndLook(other, seen, refusal));
  check(seen == 1 && refusal == ErrorCode::driverFailure);
  syncDispatch(other, addTask("t3", "Sleep"));  // the lock is free
  check(select(db, allTasks()).size() == 3);
  // [/besideUse]
}

void readOnly(const std::string& path) {
  // [readOnly]
  SqlOptions options;
  options.readOnly = true;
  DB db(SqlDriver{path, options});
  execSync(db.loadTables({tasksTable}));  // fails if the file lacks a table or an index
  check(select(db, allTasks()).size() == 3);
  try {
    syncDispatch(db, addTask("t4", "Write"));
    check(false);
  } catch (const Error& error) {
    check(error.code() == ErrorCode::driverFailure);
  }
  // [/readOnly]
}

void errors(const std::string& notesPath) {
  std::ofstream(notesPath) << "Buy milk. This is a text of some length, and no database at all.\n";
  // [errors]
  try {
    SqlDriver driver(notesPath);
    check(false);
  } catch (const Error& error) {
    check(error.code() == ErrorCode::driverFailure);
    std::printf("%s\n", error.what());
  }
  // [/errors]
}

void damage(const std::string& path) {
  // [damage]
  DB db(SqlDriver{path});
  execSync(db.loadTables({tasksTable}));
  const std::vector<std::string> faults = db.driverAs<SqlDriver>().findDamage();
  for (const std::string& fault : faults) std::fprintf(stderr, "%s\n", fault.c_str());
  check(faults.empty());
  // [/damage]
}

}  // namespace

int main() {
  const TempFolder folder;
  const std::string path = folder.file("app.sqlite");
  opening(path);
  options(path);
  keys(path);
  readersBesideAWriter(path);
  readOnly(path);
  errors(folder.file("notes.txt"));
  damage(path);
}
