// The code of docs/runtime.md.
#include <cstdio>
#include <cstdlib>
#include <string>

#include <hyperdb/hyperdb.hpp>

#include "check.hpp"

using namespace hyperdb;

namespace {

struct Task {
  std::string id;
  std::string title;
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

void synchronous() {
  // [sync]
  DB db(BptreeInmemDriver{});
  execSync(db.loadTables({tasksTable}));

  syncDispatch(db, addTask("t1", "Ship"));
  check(select(db, allTasks()).size() == 1);
  execSync(
      db, insert(tasksTable,
                 Task{.id = "t2", .title = "Rest"}));  // a raw command, in a transaction of its own
  check(db.revision() == 2);
  // [/sync]
}

void subscribers() {
  // [commits]
  SubscribableDB db{DB{BptreeInmemDriver{}}};
  execSync(db.loadTables({tasksTable}));
  Subscription subscription = db.subscribe([](const CommitEvent& commit) {
    for (const Op& op : commit.ops) {
      std::printf("%lld %s %s\n", static_cast<long long>(commit.revision), op.table->name().c_str(),
                  std::string(op.rowId()).c_str());
    }
    if (findTrait(commit.traits, "sync") ==
        nullptr) { /* a change of our own: send it to the others */
    }
  });
  syncDispatch(db, addTask("t1", "Ship"));                              // prints: 1 tasks t1
  syncDispatch(db.withTraits({{"sync"}}), addTask("t2", "From afar"));  // prints: 2 tasks t2
  // [/commits]
}

void closing() {
  // [close]
  SubscribableDB db{DB{BptreeInmemDriver{}}};
  execSync(db.loadTables({tasksTable}));
  auto tasks = cachedSelector(db, allTasks());
  Subscription subscription = tasks.subscribe([] {});
  Stats stats = db.stats();
  check(stats.entries == 1 && stats.subscriptions == 1);

  db.close();
  check(db.stats().entries == 0);
  try {
    tasks.snapshot();
    check(false);
  } catch (const Error& error) {
    check(error.code() == ErrorCode::closed);
  }
  // [/close]
}

}  // namespace

int main() {
  synchronous();
  subscribers();
  closing();
}
