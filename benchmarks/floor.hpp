// The floor: the same work on raw data structures. Ordered indexes are absl::btree_map, the unique one a flat hash map,
// over heap rows. No transactions, no validation, no subscribers.
#pragma once

#include <absl/container/btree_map.h>
#include <absl/container/flat_hash_map.h>

#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "workload.hpp"

namespace hyperdb::bench {

class FloorStore {
 public:
  using ProjectKey = std::tuple<std::string, std::string, std::string>;  // projectId, orderToken, id

  void insert(const Task& task);
  /// Replaces the row by a copy with the other state. Returns the new row.
  const Task& flipState(const std::string& id);
  const Task* find(const std::string& id) const;
  /// Calls visit(const Task&) for at most `limit` rows of a project, in order.
  template <class Visit>
  void scanProject(const std::string& project, std::size_t limit, Visit visit) const {
    auto row = byProjectOrder_.lower_bound(ProjectKey(project, "", ""));
    const auto end = byProjectOrder_.lower_bound(ProjectKey(project + '\0', "", ""));
    for (; row != end && limit > 0; ++row, --limit) visit(*row->second);
  }
  std::size_t size() const noexcept { return byId_.size(); }

 private:
  absl::btree_map<ProjectKey, Task*> byProjectOrder_;
  absl::btree_map<std::string, Task*> byIds_;
  absl::flat_hash_map<std::string, std::unique_ptr<Task>> byId_;
};

}  // namespace hyperdb::bench
