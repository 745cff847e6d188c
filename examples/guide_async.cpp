// The code of docs/async.md.
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <functional>
#include <string>
#include <thread>

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

void completions() {
  // [async]
  RunLoop loop;
  SubscribableDB db{DB{BptreeInmemDriver{}, {.executor = &loop}}};
  runUntilReady(loop, execAsync(db.loadTables({tasksTable})));

  Completion<void> added = asyncDispatch(db, addTask("t1", "Ship"));
  runUntilReady(loop, std::move(added));

  bool called = false;
  selectAsync(db, allTasks()).then(loop, [&called](Completion<Rows<Task>> finished) {
    called = finished.get().size() == 1;  // `get` throws what the selector threw
  });
  check(!called);  // never from inside `then`
  loop.runReady();
  check(called);
  // [/async]

  // [asyncSelector]
  AsyncSelector<Rows<Task>> tasks = asyncSelector(db, allTasks());
  Subscription subscription = tasks.subscribe([] { /* data, status or error changed */ });
  runUntilReady(loop, tasks.whenFresh());
  check(tasks.status() == SelectorStatus::ready && !tasks.isFetching());
  check(tasks.data()->size() == 1);
  // [/asyncSelector]
}

void cancelling() {
  RunLoop loop;
  SubscribableDB db{DB{BptreeInmemDriver{}, {.executor = &loop}}};
  runUntilReady(loop, execAsync(db.loadTables({tasksTable})));
  // [cancel]
  std::vector<Completion<void>> waiting;
  std::thread worker([&] { waiting.push_back(asyncDispatch(db, addTask("t1", "Ship"))); });
  worker.join();  // dispatched on another thread: posted to the loop, not begun
  waiting[0].cancel();
  loop.runReady();
  try {
    waiting[0].get();
    check(false);
  } catch (const Error& error) {
    check(error.code() == ErrorCode::cancelled);
  }
  check(select(db, allTasks()).empty() && db.revision() == 0);
  // [/cancel]
}

// [executor]
/// The event loop of some framework: it calls the functions in its queue, on one thread.
struct EventLoop {
  std::deque<std::function<void()>> queue;
  void turn() {
    while (!queue.empty()) {
      auto next = std::move(queue.front());
      queue.pop_front();
      next();
    }
  }
};

class EventLoopExecutor final : public Executor {
 public:
  explicit EventLoopExecutor(EventLoop& loop) : loop_(loop) {}
  void post(std::function<void()> function) override { loop_.queue.push_back(std::move(function)); }
  bool isHomeThread() const noexcept override { return std::this_thread::get_id() == home_; }

 private:
  EventLoop& loop_;
  std::thread::id home_ = std::this_thread::get_id();
};
// [/executor]

void ownExecutor() {
  // [executorUse]
  EventLoop frameworkLoop;
  EventLoopExecutor executor(frameworkLoop);
  DB db(BptreeInmemDriver{}, {.executor = &executor});
  execAsync(db.loadTables({tasksTable})).then(executor, [](Completion<void> loaded) {
    loaded.get();
  });
  std::size_t found = 0;
  execAsync(db, insert(tasksTable, Task{.id = "t1", .title = "Ship"}))
      .then(executor, [&](Completion<void>) {
        selectAsync(db, allTasks()).then(executor, [&](Completion<Rows<Task>> rows) {
          found = rows.get().size();
        });
      });
  frameworkLoop.turn();
  check(found == 1);
  // [/executorUse]
}

}  // namespace

int main() {
  completions();
  cancelling();
  ownExecutor();
}
