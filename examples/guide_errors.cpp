// The code of docs/errors.md.
#include <cstdio>
#include <cstdlib>
#include <stdexcept>

#include <hyperdb/hyperdb.hpp>

#include "check.hpp"

using namespace hyperdb;

namespace {

struct Task {
  std::string id;
  std::string title;
};

inline constexpr auto byTitle = uniqhash<&Task::title>("byTitle");
inline const auto tasksTable = defineTable<Task>("tasks").index(byTitle);

inline const auto addTask =
    action("addTask", {"id", "title"}, [](std::string id, std::string title) -> Action<> {
      Task task{.id = id, .title = title};
      co_await insert(tasksTable, task);
    });

// [own]
inline const auto renameTask =
    action("renameTask", {"id", "title"}, [](std::string id, std::string title) -> Action<> {
      if (title.empty())
        throw std::invalid_argument("a title is needed");  // an exception of the program's own
      Task task{.id = id, .title = title};
      co_await upsert(tasksTable, task);
    });
// [/own]

// [goOn]
inline const auto addOrSkip =
    action("addOrSkip", {"id", "title"}, [](std::string id, std::string title) -> Action<bool> {
      bool isAdded = true;
      try {
        co_await addTask(id, title);
      } catch (const Error& error) {
        if (error.code() != ErrorCode::duplicateId && error.code() != ErrorCode::uniqueViolation)
          throw;
        isAdded =
            false;  // the insert was refused as a whole: the action goes on as if it had not been tried
      }
      co_return isAdded;
    });
// [/goOn]

void places(const DB& db) {
  // [place]
  syncDispatch(db, addTask("t1", "Ship"));
  try {
    syncDispatch(db, addTask("t2", "Ship"));
    check(false);
  } catch (const Error& error) {
    check(error.code() == ErrorCode::uniqueViolation);
    check(errorCodeName(error.code()) == "unique_violation");
    check(error.place().table == "tasks" && error.place().index == "byTitle");
    check(error.place().rowId == "t2" && error.place().command == "addTask");
    std::printf("%s\n", error.what());
  }
  // [/place]

  // [ownThrown]
  try {
    syncDispatch(db, renameTask("t1", ""));
    check(false);
  } catch (
      const std::invalid_argument& error) {  // comes out as it was thrown; the action was undone
    std::printf("%s\n", error.what());
  }
  // [/ownThrown]
  check(!syncDispatch(db, addOrSkip("t1", "Again")) && syncDispatch(db, addOrSkip("t3", "New")));
}

inline const auto titleOf =
    selector("titleOf", {"id"}, [](std::string id) -> Selector<std::string> {
      RowPtr<Task> task = co_await selectFrom(tasksTable, byId).where(eq<&Task::id>(id)).first();
      if (!task) throw std::out_of_range("no task " + id);
      co_return task->title;
    });

void live(const SubscribableDB& db) {
  // [live]
  auto title =
      cachedSelector(db, titleOf("t1"));  // throws std::out_of_range when there is no such task
  int calls = 0;
  Subscription subscription = title.subscribe([&calls] { ++calls; });
  execSync(db, deleteRows(tasksTable, "t1"));
  check(calls == 1);
  try {
    title.snapshot();
    check(false);
  } catch (const std::out_of_range&) {
    execSync(db, insert(tasksTable, Task{.id = "t1", .title = "Ship"}));
  }
  check(calls == 2 && title.snapshot() == "Ship");  // a later run succeeded
  // [/live]

  // [callback]
  std::string reported;
  db.onCallbackError([&reported](std::exception_ptr error) {
    try {
      std::rethrow_exception(error);
    } catch (const std::exception& exception) {
      reported = exception.what();
    }
  });
  Subscription broken =
      db.subscribe([](const CommitEvent&) { throw std::runtime_error("broken pipe"); });
  execSync(db, deleteRows(tasksTable, "t1"));  // committed all the same
  check(reported == "broken pipe");
  // [/callback]
}

}  // namespace

int main() {
  SubscribableDB db{DB{BptreeInmemDriver{}}};
  execSync(db.loadTables({tasksTable}));
  places(db);
  live(db);
}
