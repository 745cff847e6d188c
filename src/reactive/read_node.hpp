// ReadNode: what a selector read the last time it ran, registered so that commits find it.
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

/// The range indexes of one database, by table and index number. They are made when they are first needed.
class RangeIndexes {
 public:
  RangeIndex& of(const TableDef& table, std::size_t indexNumber);
  /// Null if nobody has read from that table.
  const std::vector<std::unique_ptr<RangeIndex>>* find(const TableDef& table) const;
  std::uint64_t rangesCompared() const noexcept;
  std::size_t rangesCount() const noexcept;

 private:
  std::unordered_map<const TableDef*, std::vector<std::unique_ptr<RangeIndex>>> byTable_;
};

/// The ranges of one selector's run, without those of nested selectors with kept results (memoization.selfChild): they
/// are nodes of their own below it. Stays where it is.
class ReadNode final : public RangeDependent, public DependencyRecorder {
 public:
  ReadNode(RangeIndexes& indexes, ReadNode* parent, SelectorEntry* entry) noexcept
      : indexes_(indexes), parent_(parent), entry_(entry) {}
  ~ReadNode() { forget(); }
  ReadNode(const ReadNode&) = delete;
  ReadNode& operator=(const ReadNode&) = delete;

  /// A run begins: notes from now on make a new list. What was registered stays so until `settle`.
  void begin();
  /// The run has ended: registers what was noted, drops kept results that were not used. Not touched any more. On
  /// bad_alloc nothing is registered and the node counts as touched.
  void settle();
  /// Unregisters everything below here.
  void forget() noexcept;

  /// A write fell into a range: this node's result and those that it is part of are out of date.
  void touch() noexcept;
  /// The same for all results here and below.
  void touchAll() noexcept;
  bool isTouched() const noexcept { return isTouched_; }
  SelectorEntry& entry() const noexcept { return *entry_; }
  /// Whether a scan failed since `begin`: the result may be another one the next time, whatever is written.
  bool hasFailed() const noexcept { return hasFailed_; }
  /// Touches the nodes, here or below, with a registered range that contains the key. Returns one such range, or null.
  const KeyRange* touchWhere(const TableDef& table, std::size_t indexNumber, std::string_view key) noexcept;

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
  std::shared_ptr<const CommandDef> def_;  // of a kept result: no other selector may get its address
  ResultBoxPtr result_;
  std::size_t unkeyedCount_ = 0;
  bool isUsed_ = false;
  bool isTouched_ = false;
  bool hasFailed_ = false;
};

/// The cache key of a call: which selector, which arguments. REQUIRES: the arguments can be stored.
std::string callKey(const CommandDef& def, const ArgumentsView& arguments);

}  // namespace hyperdb::detail
