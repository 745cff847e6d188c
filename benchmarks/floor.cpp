#include "floor.hpp"

namespace hyperdb::bench {

void FloorStore::insert(const Task& task) {
  auto row = std::make_unique<Task>(task);
  Task* const address = row.get();
  require(byId_.emplace(task.id, std::move(row)).second, "a fresh id");
  byProjectOrder_.emplace(ProjectKey(task.projectId, task.orderToken, task.id), address);
  byIds_.emplace(task.id, address);
}

const Task& FloorStore::flipState(const std::string& id) {
  std::unique_ptr<Task>& slot = byId_.find(id)->second;
  auto changed = std::make_unique<Task>(*slot);
  changed->state = changed->state == State::todo ? State::done : State::todo;
  byProjectOrder_.find(ProjectKey(changed->projectId, changed->orderToken, changed->id))->second = changed.get();
  byIds_.find(id)->second = changed.get();
  slot = std::move(changed);
  return *slot;
}

const Task* FloorStore::find(const std::string& id) const {
  const auto found = byId_.find(id);
  return found == byId_.end() ? nullptr : found->second.get();
}

}  // namespace hyperdb::bench
