#include "reactive/read_node.hpp"

#include <algorithm>

#include <hyperdb/json.hpp>

namespace hyperdb::detail {

RangeIndex& RangeIndexes::of(const TableDef& table, std::size_t indexNumber) {
  auto& indexes = byTable_[&table];
  if (indexes.size() < table.indexes().size()) indexes.resize(table.indexes().size());
  if (!indexes[indexNumber]) indexes[indexNumber] = std::make_unique<RangeIndex>();
  return *indexes[indexNumber];
}

const std::vector<std::unique_ptr<RangeIndex>>* RangeIndexes::find(const TableDef& table) const {
  const auto found = byTable_.find(&table);
  return found == byTable_.end() ? nullptr : &found->second;
}

std::uint64_t RangeIndexes::rangesCompared() const noexcept {
  std::uint64_t sum = 0;
  for (const auto& [table, indexes] : byTable_) {
    for (const auto& index : indexes) sum += index ? index->rangesCompared() : 0;
  }
  return sum;
}

std::size_t RangeIndexes::rangesCount() const noexcept {
  std::size_t sum = 0;
  for (const auto& [table, indexes] : byTable_) {
    for (const auto& index : indexes) sum += index ? index->registrationsCount() : 0;
  }
  return sum;
}

void ReadNode::begin() {
  noted_.clear();
  isInvalid_ = false;
  hasFailed_ = false;
  for (auto& [key, child] : children_) child->isUsed_ = false;
}

void ReadNode::finish() {
  for (auto child = children_.begin(); child != children_.end();) {
    if (child->second->isUsed_) {
      // The ranges of a kept result were registered when it was stored; a nested selector that failed still depends on
      // what it had read.
      if (!child->second->result_) child->second->finish();
      ++child;
    } else {
      child = children_.erase(child);
    }
  }
  if (noted_ != registered_) registerNoted();
  noted_.clear();
  isInvalid_ = false;
}

void ReadNode::registerNoted() {
  std::vector<RangeIndex::Handle> handles;
  handles.reserve(noted_.size());
  try {
    for (const ReadRange& read : noted_) {
      handles.push_back(indexes_.of(*read.table, read.indexNumber).add(read.range, *this));
    }
  } catch (...) {
    for (std::size_t i = 0; i < handles.size(); ++i) {
      indexes_.of(*noted_[i].table, noted_[i].indexNumber).remove(handles[i]);
    }
    isInvalid_ = true;
    throw;
  }
  // The new ranges first, so that ranges that stay keep their place in the index.
  for (std::size_t i = 0; i < handles_.size(); ++i) {
    indexes_.of(*registered_[i].table, registered_[i].indexNumber).remove(handles_[i]);
  }
  handles_ = std::move(handles);
  registered_.swap(noted_);
}

void ReadNode::unregister() noexcept {
  children_.clear();
  for (std::size_t i = 0; i < handles_.size(); ++i) {
    indexes_.of(*registered_[i].table, registered_[i].indexNumber).remove(handles_[i]);
  }
  handles_.clear();
  registered_.clear();
}

void ReadNode::invalidate() noexcept {
  for (ReadNode* node = this; node != nullptr; node = node->parent_) node->isInvalid_ = true;
}

void ReadNode::invalidateAll() noexcept {
  isInvalid_ = true;
  for (const auto& [name, child] : children_) child->invalidateAll();
}

const KeyRange* ReadNode::invalidateContaining(const TableDef& table, std::size_t indexNumber,
                                               std::string_view key) noexcept {
  const KeyRange* found = nullptr;
  for (const ReadRange& read : registered_) {
    if (read.table != &table || read.indexNumber != indexNumber || !read.range.contains(key)) continue;
    found = &read.range;
    invalidate();
    break;
  }
  for (const auto& [name, child] : children_) {
    if (const KeyRange* below = child->invalidateContaining(table, indexNumber, key)) found = below;
  }
  return found;
}

void ReadNode::noteFailure() noexcept {
  for (ReadNode* node = this; node != nullptr; node = node->parent_) node->hasFailed_ = true;
}

void ReadNode::note(const ScanPlan& plan, const RowSequence& rows) {
  for (KeyRange& range : dependencyRanges(plan, rows)) {
    ReadRange read{plan.table, plan.indexNumber, std::move(range)};
    // A selector that repeats a read (a loop over few keys) depends on it once.
    if (noted_.empty() || !(noted_.back() == read)) noted_.push_back(std::move(read));
  }
}

void ReadNode::restart() noexcept {
  invalidateAll();
  begin();
}

ResultBoxPtr ReadNode::findMemo(CommandScope& scope, const ArgumentsView& arguments, bool mayUseKept) {
  std::string key = memoKey(*scope.def, arguments);
  auto found = children_.find(key);
  if (found == children_.end()) {
    auto made = std::make_unique<ReadNode>(indexes_, this, entry_);
    made->def_ = scope.def->shared_from_this();
    found = children_.emplace(std::move(key), std::move(made)).first;
  }
  const auto& child = found->second;
  if (mayUseKept && child->result_ && !child->isInvalid_ && !child->hasFailed_) {
    child->isUsed_ = true;
    return child->result_;
  }
  child->result_ = nullptr;
  child->isUsed_ = true;
  child->begin();
  scope.recorder = child.get();
  return nullptr;
}

void ReadNode::storeMemo(CommandScope&, ResultBoxPtr result) {
  finish();
  result_ = std::move(result);
}

std::string ReadNode::memoKey(const CommandDef& def, const ArgumentsView& arguments) {
  std::size_t position = 0;
  ValidationFailure failure;
  std::string key = callKey(def, arguments);
  // Arguments without a faithful text never equal others.
  if (!arguments.areStorable(position, failure)) key += std::to_string(unkeyedCount_++);
  return key;
}

std::string callKey(const CommandDef& def, const ArgumentsView& arguments) {
  const CommandDef* address = &def;
  std::string key(reinterpret_cast<const char*>(&address), sizeof address);
  appendJson(key, Value(arguments.toArray()));
  return key;
}

}  // namespace hyperdb::detail
