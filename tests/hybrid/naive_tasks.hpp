// Tasks in the simplest container, and questions about them that a driver answers too.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "support/task_db.hpp"
#include "support/test_random.hpp"

namespace hyperdb::test {

using NaiveTasks = std::map<std::string, Task>;

inline std::string describeTask(const Task& task) {
  return task.id + "/" + task.projectId + "/" + std::to_string(static_cast<int>(task.rank)) + "/" +
         task.note.value_or("-") + "/" + task.seat.value_or("-");
}

template <class Tasks>
std::string describeTasks(const Tasks& tasks) {
  std::string text;
  for (const Task& task : tasks) text += describeTask(task) + " ";
  return text;
}

inline std::string describeTasks(const NaiveTasks& tasks) {
  std::string text;
  for (const auto& [id, task] : tasks) text += describeTask(task) + " ";
  return text;
}

/// What a batch must do: the code of its error, or nothing, and then `tasks` has changed.
inline std::optional<ErrorCode> writeNaively(NaiveTasks& tasks, const std::vector<Task>& batch, bool isInsert) {
  NaiveTasks changed = tasks;
  for (const Task& task : batch) {
    if (isInsert && changed.count(task.id) > 0) return ErrorCode::duplicateId;
    changed[task.id] = task;
  }
  std::set<std::string> notes;
  std::set<std::pair<std::string, std::string>> seats;
  for (const auto& [id, task] : changed) {
    if (task.note && !notes.insert(*task.note).second) return ErrorCode::uniqueViolation;
    if (task.seat && !seats.emplace(task.projectId, *task.seat).second) return ErrorCode::uniqueViolation;
  }
  tasks = std::move(changed);
  return std::nullopt;
}

/// A query, and the same on the model.
struct TaskQuestion {
  enum class Kind { all, byId, byProject, projectAndRank, byRank, twoRanks, byTitle, byNote, bySeat };
  static constexpr int kindsCount = 9;
  Kind kind = Kind::all;
  std::string text;
  std::string seat{};
  double low = 0;
  double high = 0;
  bool isDescending = false;
  std::size_t limit = ScanPlan::noLimit;

  static TaskQuestion random(TestRandom& random) {
    TaskQuestion question;
    question.kind = static_cast<Kind>(random.below(kindsCount));
    const bool isProject =
        question.kind == Kind::byProject || question.kind == Kind::projectAndRank || question.kind == Kind::bySeat;
    if (question.kind == Kind::bySeat) question.seat = "s" + std::to_string(random.below(4));
    question.text = (isProject                       ? "p"
                     : question.kind == Kind::byNote ? "n"
                                                     : "t") +
                    std::to_string(random.below(isProject ? 3 : 14));
    if (question.kind == Kind::byTitle) question.text = "task " + question.text;
    question.low = static_cast<double>(random.below(12));
    question.high = question.low + static_cast<double>(1 + random.below(8));
    question.isDescending = random.chance(2);
    if (random.chance(2)) question.limit = 1 + random.below(5);
    return question;
  }

  ScanPlan plan() const {
    ScanPlan plan = planQuery(spec());
    plan.table = &tasksTable.def();
    plan.order = isDescending ? desc : asc;
    plan.limit = limit;
    return plan;
  }

  bool accepts(const Task& task) const {
    const bool isInRange = task.rank >= low && task.rank < high;
    switch (kind) {
      case Kind::all: return true;
      case Kind::byId: return task.id == text;
      case Kind::byProject: return task.projectId == text;
      case Kind::projectAndRank: return task.projectId == text && isInRange;
      case Kind::byRank: return isInRange;
      case Kind::twoRanks: return isInRange || (task.rank >= high + 2 && task.rank < high + 4);
      case Kind::byTitle: return task.title == text;
      case Kind::bySeat: return task.projectId == text && task.seat == seat;
      case Kind::byNote: break;
    }
    return task.note == text;
  }

  std::string answer(const NaiveTasks& tasks) const {
    std::vector<Task> rows;
    for (const auto& [id, task] : tasks) {
      if (accepts(task)) rows.push_back(task);
    }
    const bool isByProject = kind == Kind::byProject || kind == Kind::projectAndRank;
    std::sort(rows.begin(), rows.end(), [isByProject](const Task& a, const Task& b) {
      if (isByProject && a.projectId != b.projectId) return a.projectId < b.projectId;
      return a.rank != b.rank ? a.rank < b.rank : a.id < b.id;
    });
    if (isDescending) std::reverse(rows.begin(), rows.end());
    if (rows.size() > limit) rows.resize(limit);
    return describeTasks(rows);
  }

 private:
  QuerySpec spec() const {
    const auto ranks = selectFrom(tasksTable, byRank);
    const auto projects = selectFrom(tasksTable, byProject);
    switch (kind) {
      case Kind::all: return ranks.spec();
      case Kind::byId: return selectFrom(tasksTable, byId).where(eq<&Task::id>(text)).spec();
      case Kind::byProject: return projects.where(eq<&Task::projectId>(text)).spec();
      case Kind::projectAndRank:
        return projects.where(eq<&Task::projectId>(text), gte<&Task::rank>(low), lt<&Task::rank>(high)).spec();
      case Kind::byRank: return ranks.where(gte<&Task::rank>(low), lt<&Task::rank>(high)).spec();
      case Kind::twoRanks:
        return ranks
            .where(anyOf(allOf(gte<&Task::rank>(low), lt<&Task::rank>(high)),
                         allOf(gte<&Task::rank>(high + 2), lt<&Task::rank>(high + 4))))
            .spec();
      case Kind::byTitle: return selectFrom(tasksTable, byTitle).where(eq<&Task::title>(text)).spec();
      case Kind::bySeat:
        return selectFrom(tasksTable, bySeat).where(eq<&Task::projectId>(text), eq<&Task::seat>(seat)).spec();
      case Kind::byNote: break;
    }
    return selectFrom(tasksTable, byNote).where(eq<&Task::note>(text)).spec();
  }
};

}  // namespace hyperdb::test
