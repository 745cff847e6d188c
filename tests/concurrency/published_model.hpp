// What a database of tasks holds at each revision, for readers on other threads to compare with.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "support/task_db.hpp"
#include "support/test_random.hpp"

namespace hyperdb::test {

/// The rows by id. Every commit also writes the row `stampId`, whose rank is the revision.
using TaskModel = std::map<std::string, Task>;
inline const std::string stampId = "stamp";
inline const std::string stampProject = "stamp";

/// The last models by revision. Any thread.
class PublishedModels {
 public:
  /// Before the commit is in effect, so that no reader is earlier.
  void publish(std::int64_t revision, std::shared_ptr<const TaskModel> model) {
    const std::lock_guard lock(mutex_);
    models_[revision] = std::move(model);
    if (models_.size() > keptMax) models_.erase(models_.begin());
  }
  /// Null for one that is too long ago.
  std::shared_ptr<const TaskModel> find(std::int64_t revision) const {
    const std::lock_guard lock(mutex_);
    const auto found = models_.find(revision);
    return found == models_.end() ? nullptr : found->second;
  }

 private:
  static constexpr std::size_t keptMax = 2000;
  mutable std::mutex mutex_;
  std::map<std::int64_t, std::shared_ptr<const TaskModel>> models_;
};

/// A query and the same thing naively.
struct TwofoldQuery {
  std::string name;
  std::function<Rows<Task>(const Snapshot&)> read;
  std::function<bool(const Task&)> accepts;
  bool byProjectFirst = false;  ///< the index's order: project and rank, or rank
  bool isDescending = false;
  std::size_t limit = SIZE_MAX;

  std::vector<Task> expected(const TaskModel& model) const {
    std::vector<Task> rows;
    for (const auto& [id, task] : model) {
      if (accepts(task)) rows.push_back(task);
    }
    const auto keyOf = [this](const Task& task) {
      return std::make_tuple(byProjectFirst ? task.projectId : std::string(), task.rank, task.id);
    };
    std::sort(rows.begin(), rows.end(), [&](const Task& a, const Task& b) { return keyOf(a) < keyOf(b); });
    if (isDescending) std::reverse(rows.begin(), rows.end());
    if (rows.size() > limit) rows.resize(limit);
    return rows;
  }
};

/// A typed query in either order, with or without a limit.
template <class Query>
TwofoldQuery twofold(TestRandom& random, std::string name, Query query, std::function<bool(const Task&)> accepts,
                     bool byProjectFirst) {
  TwofoldQuery result;
  result.isDescending = random.chance(2);
  if (random.chance(3)) result.limit = random.below(8);
  result.name = std::move(name) + (result.isDescending ? " descending" : "") +
                (result.limit == SIZE_MAX ? "" : " limit " + std::to_string(result.limit));
  const Order order = result.isDescending ? desc : asc;
  result.read = [query, order, limit = result.limit](const Snapshot& snapshot) {
    return limit == SIZE_MAX ? snapshot.read(query.order(order)) : snapshot.read(query.order(order).limit(limit));
  };
  result.accepts = std::move(accepts);
  result.byProjectFirst = byProjectFirst;
  return result;
}

inline TwofoldQuery randomTwofold(TestRandom& random) {
  const std::string project = "p" + std::to_string(random.below(4));
  const std::string other = "p" + std::to_string(random.below(4));
  const double from = static_cast<double>(random.below(20));
  const double to = from + static_cast<double>(random.below(10));
  const std::string id = "t" + std::to_string(random.below(80));
  const auto tasks = [](const auto& index) { return selectFrom(tasksTable, index); };
  const auto all = [](const Task&) { return true; };
  switch (random.below(8)) {
    case 0: return twofold(random, "all by rank", tasks(byRank), all, false);
    case 1: return twofold(random, "all by project", tasks(byProject), all, true);
    case 2:
      return twofold(
          random, "ranks", tasks(byRank).where(gt<&Task::rank>(from), lte<&Task::rank>(to)),
          [=](const Task& task) { return task.rank > from && task.rank <= to; }, false);
    case 3:
      return twofold(
          random, "ranks of a project",
          tasks(byProject).where(eq<&Task::projectId>(project), gte<&Task::rank>(from), lt<&Task::rank>(to)),
          [=](const Task& task) { return task.projectId == project && task.rank >= from && task.rank < to; }, true);
    case 4:
      return twofold(
          random, "two projects",
          tasks(byProject).where(anyOf(allOf(eq<&Task::projectId>(project), lt<&Task::rank>(to)),
                                       allOf(eq<&Task::projectId>(other), gt<&Task::rank>(from)))),
          [=](const Task& task) {
            return (task.projectId == project && task.rank < to) || (task.projectId == other && task.rank > from);
          },
          true);
    case 5:
      return twofold(
          random, "id", tasks(byId).where(eq<&Task::id>(id)), [=](const Task& task) { return task.id == id; }, false);
    case 6: {
      const std::string note = "note " + std::to_string(random.below(40));
      return twofold(
          random, "note", tasks(byNote).where(eq<&Task::note>(note)),
          [=](const Task& task) { return task.note == note; }, false);
    }
    default: break;
  }
  // Of one title all rows have one rank, so that the order by rank is the hash index's order by id.
  const std::string title = "title " + std::to_string(random.below(20));
  return twofold(
      random, "title", tasks(byTitle).where(eq<&Task::title>(title)),
      [=](const Task& task) { return task.title == title; }, false);
}

}  // namespace hyperdb::test
