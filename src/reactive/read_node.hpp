// ReadNode: the ranges that a selector read in its last run, registered so that commits find it.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "reactive/range_index.hpp"
#include "runtime/execution.hpp"

namespace hyperdb::detail {

class SelectorEntry;

/// The range indexes of one database, by table and index number. Made when first needed.
class RangeIndexes {
 public:
  RangeIndex& of(const TableDef& table, std::size_t indexNumber);
  /// Returns the indexes of the table; null if no selector has read from it.
  const std::vector<std::unique_ptr<RangeIndex>>* find(const TableDef& table) const;
  std::uint64_t rangesCompared() const noexcept;
  std::size_t rangesCount() const noexcept;

 private:
  std::unordered_map<const TableDef*, std::vector<std::unique_ptr<RangeIndex>>> byTable_;
};

/// The ranges of one selector's run, without those of nested selectors with kept results (memoization.selfChild):
/// these are child nodes. Has a fixed address.
class ReadNode final : public RangeDependent, public DependencyRecorder {
 public:
  ReadNode(RangeIndexes& indexes, ReadNode* parent, SelectorEntry* entry) noexcept
      : indexes_(indexes), parent_(parent), entry_(entry) {}
  ~ReadNode() { unregister(); }
  ReadNode(const ReadNode&) = delete;
  ReadNode& operator=(const ReadNode&) = delete;

  /// Begins a run: later notes make a new list. Registered ranges stay registered until `finish`.
  void begin();
  /// Ends a run: registers the noted ranges, drops kept results that were not used, and clears the invalidation. On
  /// bad_alloc nothing is registered and the node counts as invalidated.
  void finish();
  /// Unregisters everything from here down.
  void unregister() noexcept;

  /// Invalidates this node's result and those that it is part of: a write fell into a range.
  void invalidate() noexcept;
  /// Invalidates all results from here down.
  void invalidateAll() noexcept;
  bool isInvalid() const noexcept { return isInvalid_; }
  SelectorEntry& entry() const noexcept { return *entry_; }
  /// Returns whether a scan failed since `begin`: the result may differ the next time, whatever is written.
  bool hasFailed() const noexcept { return hasFailed_; }
  /// Invalidates the nodes, from here down, with a registered range that contains the key. Returns one such range, or
  /// null.
  const KeyRange* invalidateContaining(const TableDef& table, std::size_t indexNumber, std::string_view key) noexcept;

  // DependencyRecorder
  void note(const ScanPlan& plan, const RowSequence& rows) override;
  void noteFailure() noexcept override;
  void restart() noexcept override;
  ResultBoxPtr findMemo(CommandScope& scope, const ArgumentsView& arguments, bool mayUseKept) override;
  void storeMemo(CommandScope& scope, ResultBoxPtr result) override;

 private:
  struct ReadRange {
    const TableDef* table;
    std::size_t indexNumber;
    KeyRange range;
    friend bool operator==(const ReadRange&, const ReadRange&) = default;
  };

  void registerNoted();
  std::string memoKey(const CommandDef& def, const ArgumentsView& arguments);

  RangeIndexes& indexes_;
  ReadNode* parent_;
  SelectorEntry* entry_;
  std::vector<ReadRange> noted_;
  std::vector<ReadRange> registered_;
  std::vector<RangeIndex::Handle> handles_;  // one for each of registered_
  std::map<std::string, std::unique_ptr<ReadNode>> children_;
  std::shared_ptr<const CommandDef> def_;  // of a kept result: keeps its address from being used by another selector
  ResultBoxPtr result_;
  std::size_t unkeyedCount_ = 0;
  bool isUsed_ = false;
  bool isInvalid_ = false;
  bool hasFailed_ = false;
};

/// Returns the cache key of a call: the selector and the arguments. REQUIRES: the arguments can be stored.
std::string callKey(const CommandDef& def, const ArgumentsView& arguments);

}  // namespace hyperdb::detail
