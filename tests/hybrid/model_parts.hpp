// What the random programs over drivers of two tiers are made of.
#pragma once

#include <optional>
#include <set>

#include "hybrid/disk.hpp"
#include "hybrid/hybrid_fixture.hpp"
#include "hybrid/naive_tasks.hpp"

namespace hyperdb::test {

/// Stands in for the database.
struct Host final : DriverHost {
  explicit Host(Executor& executor) : loop(executor) {}
  Executor& executor() const noexcept override { return loop; }
  void onExternalCommit(Ops) noexcept override {}
  void onUnknownChange() noexcept override {}
  Executor& loop;
};

inline RowRef rowOf(const Task& task) { return RowRef(new RowBox<Task>(tasksTable.def().rowType(), task)); }

/// An open transaction and what it must see.
struct Open {
  std::unique_ptr<DriverTransaction> transaction;
  NaiveTasks expected;
  TaskQuestion question{};
  ScanPlan plan{};
  std::optional<Completion<ScanResult>> scanning{};
  std::set<std::string> written{};  ///< the ids that a writer has changed
};

/// What the writer has asked for.
struct Write {
  OpType type = OpType::insert;
  std::vector<Task> tasks{};
  std::vector<RowRef> rows{};
  std::vector<std::string> ids{};
  std::optional<Completion<Ops>> pending{};
};

/// Takes changes that are on the disk over, as an action with externalStorageMergeTrait does.
inline void mergeAll(Driver& driver, const std::vector<Task>& tasks, const std::vector<std::string>& removedIds) {
  std::vector<RowRef> rows;
  for (const Task& task : tasks) rows.push_back(rowOf(task));
  const auto transaction = driver.begin(TransactionMode::externalMerge).get();
  transaction->remove(tasksTable.def(), removedIds).get();
  transaction->insert(tasksTable.def(), rows).get();
  transaction->commit().get();
}

}  // namespace hyperdb::test
