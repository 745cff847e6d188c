// The code of docs/debugging.md.
#include <cstdio>
#include <cstdlib>
#include <string>

#include <hyperdb/hyperdb.hpp>

#include "check.hpp"

using namespace hyperdb;

// [tables]
struct Task {
  std::string id;
  std::string title;
  double rank = 0;
};

inline constexpr auto byRank = btree<&Task::rank>("byRank");
inline const auto tasksTable = defineTable<Task>("tasks").index(byRank);
// [/tables]

namespace {

inline const auto putTask = action("putTask", {"id", "title", "rank"},
                                   [](std::string id, std::string title, double rank) -> Action<> {
                                     Task task{.id = id, .title = title, .rank = rank};
                                     co_await upsert(tasksTable, task);
                                   });

inline const auto firstTasks =
    selector("firstTasks", {"count"}, [](int count) -> Selector<Rows<Task>> {
      co_return co_await selectFrom(tasksTable, byRank).limit(static_cast<std::size_t>(count));
    });

}  // namespace

// [look]
bool look(Rows<Task> tasks, RowPtr<Task> first, RowPtr<Task> missing, Rows<Object> objects,
          Value settings) {
  return tasks.front().id == first->id && !missing && objects.size() == 1 && !settings.isNull();
}
// [/look]

namespace {

void fill(const DB& db) {
  execSync(db.loadTables({tasksTable}));
  syncDispatch(db, putTask("t1", "Ship", 1));
  syncDispatch(db, putTask("t2", "Rest", 2));
}

void lookAt(const DB& db) {
  // [call]
  const auto all = selectFrom(tasksTable, byRank);
  const auto none = all.where(eq<&Task::rank>(99.0));
  Value settings =
      Object{{"theme", "dark"}, {"sizes", Array{12, 14.5}}, {"user", Object{{"id", BigInt(7)}}}};
  check(look(execSync(db, all), execSync(db, all.first()), execSync(db, none.first()),
             execSync(db, selectFrom(tasksTable.dynamic(), "byRank").limit(1)), settings));
  // [/call]
}

void text(const DB& db) {
  // [json]
  RowPtr<Task> task = execSync(db, getById(tasksTable, "t1"));
  const std::string log = toJson(toValue(*task));
  check(log == R"({"id":"t1","rank":1,"title":"Ship"})");
  // [/json]
}

void why() {
  // [why]
  TraceStore traces;
  SubscribableDB db(DB(BptreeInmemDriver{}, {.tracer = &traces}));
  execSync(db.loadTables({tasksTable}));
  auto live = cachedSelector(db, firstTasks(10));
  Subscription subscription = live.subscribe([] {});
  syncDispatch(db, putTask("t1", "Ship", 1));

  const std::string reason = live.lastWake()->toString();
  const std::string lastCommand = traces.traces().back()->root.name;
  // [/why]
  std::printf("%s\n%s\n", reason.c_str(), lastCommand.c_str());
  check(lastCommand == "putTask");
  check(reason == "commit 1 wrote tasks/byRank(1, id \"t1\") inside (-inf .. +inf)");
}

}  // namespace

int main() {
  DB db(BptreeInmemDriver{});
  fill(db);
  lookAt(db);
  text(db);
  why();
}
