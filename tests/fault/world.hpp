// A database with a bit of everything in it, and what is to be seen of it: the stage for operations that fail.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <hyperdb/hyperdb.hpp>

#include "support/task_db.hpp"

namespace hyperdb::test {

inline const auto notesTable =
    defineTable("notes", v::Fields{{"id", v::string()}, {"kind", v::string()}, {"size", v::number()}})
        .index("bySize", {"size"})
        .index("byKind", {"kind"}, IndexType::hash);
inline const auto byKind = selector("byKind", {"kind"}, [](std::string kind) -> Selector<Rows<Object>> {
  co_return co_await selectFrom(notesTable, "byKind").where(eq("kind", kind));
});
inline const auto largestNotes = selector("largestNotes", {"count"}, [](int count) -> Selector<Rows<Object>> {
  co_return co_await selectFrom(notesTable, "bySize").order(desc).limit(count);
});
inline const auto inTwoProjects = selector("inTwoProjects", {}, []() -> Selector<Rows<Task>> {
  co_return co_await selectFrom(tasksTable, byProject)
      .where(anyOf(allOf(eq<&Task::projectId>("p1"), lt<&Task::rank>(3)), allOf(eq<&Task::projectId>("p2"))));
});
inline SelectorOptions keptResults() {
  SelectorOptions options;
  options.memoization.selfChild = true;
  return options;
}
inline const auto keptCount = selector(
    "keptCount", {"projectId"},
    [](std::string projectId) -> Selector<int> {
      Rows<Task> rows = co_await projectTasks(projectId);
      co_return static_cast<int>(rows.size());
    },
    keptResults());
inline const auto countsOfAll = selector("countsOfAll", {}, []() -> Selector<std::string> {
  const int first = co_await keptCount("p1");
  const int second = co_await keptCount("p2");
  co_return std::to_string(first) + " and " + std::to_string(second) + " tasks in both projects";
});

inline Object makeNote(std::string id, std::string kind, double size) {
  return Object{{"id", std::move(id)}, {"kind", std::move(kind)}, {"size", size}};
}

inline std::string textOf(const Rows<Task>& rows) {
  std::string text;
  for (const Task& task : rows) text += task.id + ":" + task.projectId + ":" + std::to_string(task.rank) + " ";
  return text;
}
inline std::string textOf(const Rows<Object>& rows) {
  std::string text;
  for (const Object& row : rows) text += toJson(row) + " ";
  return text;
}
inline std::string textOf(int number) { return std::to_string(number); }
inline std::string textOf(const std::string& text) { return text; }

/// Every row of every index, as the storage has it.
inline std::string contentOf(const DB& db, const std::vector<AnyTable>& tables) {
  std::string text;
  auto transaction = db.driver().begin(TransactionMode::readOnly).get();
  for (const AnyTable& table : tables) {
    for (std::size_t i = 0; i < table.def().indexes().size(); ++i) {
      ScanPlan plan;
      plan.table = &table.def();
      plan.indexNumber = i;
      plan.ranges = {KeyRange::all()};
      const RowSequence rows = transaction->scan(plan).get().rows;
      text += table.name() + "/" + table.def().index(i).name + ":";
      for (std::size_t row = 0; row < rows.size(); ++row) {
        text += " " + toJson(table.def().rowType().toObject(*rows[row]));
      }
      text += "\n";
    }
  }
  return text;
}

/// A cached selector, a subscriber of it, and the same run afresh.
struct LiveResult {
  std::string name;
  std::function<std::string()> cached;
  std::function<std::string()> fresh;
  std::shared_ptr<int> toldCount = std::make_shared<int>(0);
  std::string lastText{};
  Subscription subscription{};
};

class World {
 public:
  explicit World(bool isTraced) : traces_(20) {
    DBOptions options;
    options.clock = &clock;
    options.executor = &loop;
    if (isTraced) options.tracer = &traces_;
    db_.emplace(DB{BptreeInmemDriver{}, options});
    execSync(db().loadTables(tables()));
    db().onCallbackError([](const std::exception_ptr&) {});
    heard.reserve(64);
    fill();
    addHooks();
    addLiveResults();
    subscriptions.push_back(db().subscribe([this](const CommitEvent& commit) { heard.push_back(commit.revision); }));
  }

  SubscribableDB& db() { return *db_; }
  static Action<> doNothing() { co_return; }
  static std::vector<AnyTable> tables() { return {tasksTable, logTable, notesTable}; }
  std::string content() { return contentOf(db(), tables()); }

  ManualClock clock;
  RunLoop loop;
  std::vector<std::int64_t> heard;  ///< revisions that a subscriber was told of
  int hookCalls = 0;
  std::vector<LiveResult> lives;
  std::vector<Subscription> subscriptions;

  /// The rows that a mirror of projectTasks("p1") has, kept up to date from changes alone.
  std::vector<std::string> mirror;

 private:
  static Action<> writeLog(std::string id) {
    LogLine line{"log " + id, "written"};
    co_await upsert(logTable, line);
  }
  void fill() {
    std::vector<Task> tasks;
    for (int i = 0; i < 40; ++i) {
      tasks.push_back(makeTask("t" + std::to_string(100 + i), "p" + std::to_string(i % 4), i % 7));
      if (i % 5 == 0) tasks.back().note = "note " + std::to_string(i);
    }
    execSync(db(), insert(tasksTable, tasks));
    std::vector<Object> notes;
    for (int i = 0; i < 12; ++i) {
      notes.push_back(makeNote("n" + std::to_string(10 + i), i % 3 == 0 ? "red" : "blue", i));
    }
    execSync(db(), insert(notesTable, notes));
  }

  void addHooks() {
    subscriptions.push_back(db().afterInsert(
        tasksTable, [](HookContext&, std::span<const InsertOp<Task>> ops) { return writeLog(ops.front().row->id); }));
    subscriptions.push_back(db().afterChange([this](HookContext&, const AnyTable&, std::span<const Op>) {
      ++hookCalls;
      return doNothing();
    }));
    subscriptions.push_back(db().afterScan([this](HookContext&, const ScanEvent&) {
      ++hookCalls;
      return doNothing();
    }));
  }

  template <class Call>
  void watch(std::string name, Call call) {
    auto live = std::make_shared<decltype(cachedSelector(db(), call))>(cachedSelector(db(), call));
    LiveResult result;
    result.name = std::move(name);
    result.cached = [live] { return textOf(live->snapshot()); };
    result.fresh = [this, call] { return textOf(select(db(), call)); };
    result.subscription = live->subscribe([count = result.toldCount] { ++*count; });
    result.lastText = result.cached();
    lives.push_back(std::move(result));
  }

  void addLiveResults() {
    watch("projectTasks", projectTasks("p1"));
    watch("firstTasks", firstTasks(5));
    watch("inTwoProjects", inTwoProjects());
    watch("countsOfAll", countsOfAll());
    watch("byKind", byKind("red"));
    watch("largestNotes", largestNotes(3));
    watch("allTasks", allTasks());
    mirror.reserve(200);  // a mirror needs no memory
    for (const Task& task : cachedSelector(db(), projectTasks("p1")).snapshot()) mirror.push_back(task.id);
    subscriptions.push_back(cachedSelector(db(), projectTasks("p1")).subscribe([this](const Changes<Task>& changes) {
      const auto removed = changes.removed();
      for (std::size_t i = removed.size(); i-- > 0;) {
        mirror.erase(mirror.begin() + static_cast<std::ptrdiff_t>(removed[i].position));
      }
      for (const PlacedRow<Task> inserted : changes.inserted()) {
        mirror.insert(mirror.begin() + static_cast<std::ptrdiff_t>(inserted.position), inserted.row.id);
      }
    }));
    // One without subscribers, and one that is kept for its labels.
    preloadSelector(db(), projectTasks("p2"));
    preloadSelector(db().withTraits({{"from", "here"}}), projectTasks("p1"));
  }

  TraceStore traces_;
  std::optional<SubscribableDB> db_;
};

}  // namespace hyperdb::test
