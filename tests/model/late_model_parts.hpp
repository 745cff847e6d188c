// What the model of commands over a late driver is made of: the commands, the questions, and the same on the model.
#pragma once

#include <algorithm>
#include <map>

#include "support/task_db.hpp"
#include "support/test_random.hpp"

namespace hyperdb::test {

enum class Mode { put, remove, putAndThrow, putLast };

/// Number `number` of what is dispatched. Leaves its number in the log; gives how many tasks the project then has.
inline const auto change =
    action("change", {"number", "id", "project", "rank", "mode"},
           [](int number, std::string id, std::string project, double rank, int mode) -> Action<int> {
             LogLine line{"d" + std::to_string(number), id};
             co_await insert(logTable, line);
             if (static_cast<Mode>(mode) == Mode::remove) {
               co_await deleteRows(tasksTable, id);
             } else {
               if (static_cast<Mode>(mode) == Mode::putLast) {
                 int count = co_await countTasks(project);
                 rank = 100 + count;
               }
               Task task = makeTask(id, project, rank);
               co_await upsert(tasksTable, task);
             }
             if (static_cast<Mode>(mode) == Mode::putAndThrow) throw std::runtime_error("thrown by the action");
             int count = co_await countTasks(project);
             co_return count;
           });

struct Dispatched {
  std::string id;
  std::string project;
  double rank;
  Mode mode;
  Completion<int> completion;
  int expected = -1;             ///< what it gives, once it is announced
  int expectedUnannounced = -1;  ///< what it gives if it was committed while the database closed
};

using Model = std::map<std::string, Task>;

template <class List>
std::string textOf(const List& rows) {
  std::string text;
  for (const Task& task : rows) text += task.id + ":" + std::to_string(static_cast<int>(task.rank)) + " ";
  return text;
}

/// A selector of tasks and the same on the model.
struct Question {
  std::string project;  ///< of one project, or, if it is empty, the first few of all
  int limit = 0;

  std::string answer(const Model& model) const {
    std::vector<Task> rows;
    for (const auto& [id, task] : model) {
      if (project.empty() || task.projectId == project) rows.push_back(task);
    }
    std::sort(rows.begin(), rows.end(),
              [](const Task& a, const Task& b) { return a.rank < b.rank || (a.rank == b.rank && a.id < b.id); });
    if (project.empty() && rows.size() > static_cast<std::size_t>(limit)) rows.resize(static_cast<std::size_t>(limit));
    return textOf(rows);
  }
  static Question random(TestRandom& random) {
    if (random.chance(3)) return {"", 1 + static_cast<int>(random.below(5))};
    return {"p" + std::to_string(random.below(3)), 0};
  }
};

struct Asked {
  Question question;
  std::int64_t revision;  ///< that was announced when it was asked
  Completion<Rows<Task>> completion;
};

struct Watched {
  Question question;
  std::unique_ptr<AsyncSelector<Rows<Task>>> live;
  Subscription subscription{};
  Subscription mirroring{};
  std::vector<std::string> told{};
  std::vector<Task> mirror{};
  std::uint64_t runsAtLastCall = 0;

  bool hasSubscribers() const { return subscription.isActive() || mirroring.isActive(); }
};

/// What a callback saw of a live result, or was called with, and the revision that the database then had.
struct Seen {
  Question question;
  std::string text;
  std::int64_t revision;
};

}  // namespace hyperdb::test
