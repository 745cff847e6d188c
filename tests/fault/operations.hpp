// The operations that are made to run out of memory.
#pragma once

#include <functional>
#include <vector>

#include <hyperdb/snapshot.hpp>

#include "fault/world.hpp"

namespace hyperdb::test {

inline const auto insertBatch = action("insertBatch", {"first", "count"}, [](int first, int count) -> Action<> {
  std::vector<Task> tasks;
  for (int i = 0; i < count; ++i) tasks.push_back(makeTask("u" + std::to_string(first + i), "p1", i));
  co_await insert(tasksTable, tasks);
});
inline const auto changeBatch = action("changeBatch", {}, []() -> Action<> {
  std::vector<Task> tasks{makeTask("t100", "p2", 9), makeTask("t104", "p1", 0), makeTask("new", "p1", 2)};
  tasks[0].note = "a note that is longer than what fits into a short string";
  co_await upsert(tasksTable, tasks);
  co_await deleteRows(tasksTable, {"t108", "t101", "nobody"});
});
inline const auto changeNotes = action("changeNotes", {}, []() -> Action<> {
  co_await insert(notesTable, makeNote("n90", "red", 90));
  co_await upsert(notesTable, makeNote("n11", "red", 1));
  co_await deleteRows(notesTable, "n12");
});
inline const auto failAfterWriting = action("failAfterWriting", {}, []() -> Action<> {
  co_await deleteRows(tasksTable, "t100");
  throw std::runtime_error("on purpose");
});
/// Calls other commands, and goes on when one of them throws, whatever it throws.
inline const auto goOn = action("goOn", {}, []() -> Action<int> {
  const int before = co_await countTasks("p1");
  bool hasFailed = false;
  try {
    co_await failAfterWriting();
  } catch (const std::exception&) {
    hasFailed = true;
  }
  try {
    co_await insertBatch(500, 2);
  } catch (const std::exception&) {
    hasFailed = true;
  }
  co_await putTask("t101", "p1", hasFailed ? 3 : 4);
  const int after = co_await countTasks("p1");
  co_return after - before;
});
inline const auto moveHalf = action("moveHalf", {}, []() -> Action<std::string> {
  const Rows<Task> rows = co_await inTwoProjects();
  for (const Task& task : rows) co_await putTask(task.id, "p1", task.rank + 1);
  const Rows<Task> first = co_await firstTasks(3);
  co_return "the first of what was moved is now " + (first.empty() ? std::string() : first.front().id);
});

struct Operation {
  const char* name;
  bool mayThrow;  ///< also when there is memory
  std::function<void(World&)> run;
  bool isSameWhenItGoesOn = true;  ///< whether it does the same when something in it failed and it does not throw
};

inline std::vector<Operation> writeOperations() {
  return {
      {"insert a batch", false, [](World& world) { syncDispatch(world.db(), insertBatch(200, 3)); }},
      {"insert many", false, [](World& world) { syncDispatch(world.db(), insertBatch(200, 30)); }},
      {"change and delete", false, [](World& world) { syncDispatch(world.db(), changeBatch()); }},
      {"change dynamic rows", false, [](World& world) { syncDispatch(world.db(), changeNotes()); }},
      {"go on after errors", false, [](World& world) { syncDispatch(world.db(), goOn()); }, false},
      {"read and write", false, [](World& world) { syncDispatch(world.db(), moveHalf()); }},
      {"with labels", false,
       [](World& world) {
         syncDispatch(world.db().withTraits({{"reason", "a value that needs memory of its own"}}),
                      putTask("t100", "p1", 6));
       }},
      {"raw write", false, [](World& world) { execSync(world.db(), deleteRows(tasksTable, "t104")); }},
      {"fail on purpose", true, [](World& world) { syncDispatch(world.db(), failAfterWriting()); }},
      {"insert what is there", true, [](World& world) { syncDispatch(world.db(), addTask("t100")); }},
      {"write nothing new", false,
       [](World& world) { execSync(world.db(), upsert(logTable, LogLine{"log t100", "written"})); }},
      {"dispatch asynchronously", false,
       [](World& world) {
         Completion<void> done = asyncDispatch(world.db(), putTask("t100", "p1", 6));
         world.loop.runReady();
         done.get();
       }},
  };
}

inline std::vector<Operation> otherOperations() {
  return {
      {"select", false,
       [](World& world) {
         select(world.db(), inTwoProjects());
         select(world.db(), countsOfAll());
         select(world.db(), largestNotes(4));
       }},
      {"read a new live result", false, [](World& world) { cachedSelector(world.db(), firstTasks(9)).snapshot(); }},
      {"subscribe to a new live result", false,
       [](World& world) {
         world.subscriptions.push_back(cachedSelector(world.db(), countTasks("p3")).subscribe([] {}));
         world.subscriptions.pop_back();
       }},
      {"subscribe to changes of a known one", false,
       [](World& world) {
         Subscription subscription =
             cachedSelector(world.db(), projectTasks("p2")).subscribe([](const Changes<Task>&) {});
       }},
      {"preload", false, [](World& world) { preloadSelector(world.db(), countTasks("p3")); }},
      {"refetch", false,
       [](World& world) {
         auto live = asyncSelector(world.db(), projectTasks("p1"));
         live.refetch();
         if (live.error()) std::rethrow_exception(live.error());
       }},
      {"snapshot", false, [](World& world) { world.db().snapshot().read(selectFrom(tasksTable, byRank)); }},
      {"subscribe to commits and add hooks", false,
       [](World& world) {
         Subscription commits = world.db().subscribe([](const CommitEvent&) {});
         Subscription hook = world.db().afterDelete(
             notesTable, [](HookContext&, std::span<const DeleteOp<Object>>) { return World::doNothing(); });
       }},
      {"load tables", false,
       [](World& world) { execSync(world.db().loadTables({tasksTable, defineTable<LogLine>("later")})); }},
      {"expire", false,
       [](World& world) {
         world.clock.advanceMs(1'000'000);
         world.db().stats();
       }},
      {"select asynchronously", false,
       [](World& world) {
         Completion<int> count = selectAsync(world.db(), countTasks("p1"));
         world.loop.runReady();
         count.get();
       }},
  };
}

}  // namespace hyperdb::test
