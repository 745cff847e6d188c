// Transaction: a transaction of the memory tier that fills memory before it reads or writes.
#pragma once

#include <cstddef>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/unordered/unordered_flat_set.hpp>

#include <hyperdb/engine/driver.hpp>
#include <hyperdb/hybrid_db.hpp>

#include "async/detached_step.hpp"
#include "base/text_hash.hpp"
#include "driver/hybrid/coverage.hpp"
#include "driver/hybrid/filler.hpp"
#include "driver/memory/memory_transaction.hpp"

namespace hyperdb::detail::hybrid {

class HostNotifier;
class DriverStatus;
class Evictor;
class ExternalChanges;
class Flusher;
class MemoryTier;
class RecentWrites;
class Scheduler;

/// The parts of the driver that a transaction uses.
struct TransactionParts {
  Driver& primary;
  MemoryTier& memory;
  RecentWrites& recent;
  Filler& filler;
  Flusher& flusher;
  ExternalChanges& changes;
  HostNotifier& notifier;
  Evictor& evictor;
  Scheduler& scheduler;
  const DriverStatus& status;
  HybridCounters& counters;
};

/// Everything that memory can answer is answered at once, without a coroutine. One operation at a time; dropping the
/// transaction, or rolling it back, destroys the step in progress.
class Transaction final : public DriverTransaction {
 public:
  /// Keeps the parts, and so the driver, alive.
  Transaction(std::shared_ptr<const TransactionParts> parts, TransactionMode mode);
  ~Transaction() override;

  Completion<ScanResult> scan(const ScanPlan& plan) override;
  Completion<Ops> insert(const TableDef& table, std::span<const RowRef> rows) override;
  Completion<Ops> upsert(const TableDef& table, std::span<const RowRef> rows) override;
  Completion<Ops> deleteRows(const TableDef& table, std::span<const std::string> ids) override;
  Completion<void> commit() override;
  void rollback() noexcept override;

  // For the memory tier.
  memory::MemoryTransaction& memory() noexcept { return memory_; }
  bool isWriter() const noexcept { return mode_ != TransactionMode::readOnly; }
  /// Moves to another state. If it has read before, that read may not agree with it: then every later call fails.
  void moveTo(const memory::StatePtr& state) noexcept {
    memory_.setBase(state);
    isSnapshotLost_ = isSnapshotLost_ || hasRead_;
  }
  std::size_t position() const noexcept { return position_; }
  void setPosition(std::size_t position) noexcept { position_ = position; }
  /// Returns whether this transaction has written or deleted the id. Amortised O(1) for each op.
  bool hasWritten(std::size_t slot, std::string_view id) const;
  template <class Take>
  void forEachWritten(std::size_t slot, Take take) const {
    indexOps();
    if (slot < writtenIds_.size()) {
      for (const std::string_view id : writtenIds_[slot]) take(id);
    }
  }

  // For the fillers.
  /// Returns the ranges that memory covers for this transaction only, in addition to the coverage of all: the lookups
  /// of a write. Null if there are none.
  const Coverage* known(std::size_t slot, std::size_t indexNumber) const noexcept;
  Coverage& addKnown(std::size_t slot, std::size_t indexNumber);
  void clearKnown() noexcept {
    known_.clear();
    unfit_.clear();
  }
  /// Records that the primary has a row of this id that does not fit its table, and that memory has no newer one. It
  /// can be replaced and deleted without being known.
  void noteUnfit(std::size_t slot, std::string_view id) { unfit_.emplace(slot, id); }
  bool isUnfit(std::size_t slot, std::string_view id) const {
    return !unfit_.empty() && unfit_.contains({slot, std::string(id)});
  }
  /// Returns whether there may be a row in this transaction's fork where the committed state has a stub.
  bool mayHaveCoveredStubs() const noexcept;

 private:
  struct Known {
    std::size_t slot;
    std::size_t indexNumber;
    Coverage ranges;
  };
  /// A batch that owns its rows and ids: the caller may drop the completion and its batch.
  struct OwnedBatch {
    OpType type;
    std::vector<RowRef> rows;
    std::vector<std::string> ids;
    WriteBatch view() const noexcept { return {type, rows, ids}; }
  };

  void checkOpen() const;
  template <class T>
  Completion<T> run(Step<T> step);
  Step<ScanResult> fillAndScan(std::size_t slot, ScanPlan plan);
  Completion<Ops> write(const TableDef& table, const WriteBatch& batch);
  Step<Ops> fillAndWrite(const TableDef& table, std::size_t slot, OwnedBatch batch);
  Ops apply(const TableDef& table, const WriteBatch& batch);
  Ops applyFilled(const TableDef& table, std::size_t slot, const WriteBatch& batch);
  Ops replaceUnfit(const TableDef& table, std::size_t slot, const WriteBatch& batch,
                   const std::vector<std::string_view>& ids);
  Step<Ops> fillAndMerge(const TableDef& table, std::size_t slot, OwnedBatch batch);
  Ops mergeBatch(const TableDef& table, std::size_t slot, const WriteBatch& batch);
  Ops applyOverStubs(const TableDef& table, std::size_t slot, const WriteBatch& batch,
                     std::span<const std::string_view> ids);
  bool rollsBack(const TableDef& table, std::size_t slot, const WriteBatch& batch) const;
  Step<void> commitWithRoom();
  Ops finishCommit();
  Ops opsBeforeCommit() const;
  void finishMerge();
  void finish() noexcept;
  void indexOps() const;

  const std::shared_ptr<const TransactionParts> parts_;  // owns what the references below refer to
  Driver& primary_;
  MemoryTier& tier_;
  RecentWrites& recent_;
  Filler& filler_;
  Flusher& flusher_;
  ExternalChanges& changes_;
  HostNotifier& notifier_;
  Evictor& evictor_;
  Scheduler& scheduler_;
  const DriverStatus& status_;
  HybridCounters& counters_;
  memory::MemoryTransaction memory_;
  TransactionMode mode_;
  // As they were when it began. Each new epoch moves readers, but so does every merge of external changes: after that a
  // reader of the merged state keeps its snapshot, and only an eviction costs it that.
  const std::uint64_t epoch_;
  const std::uint64_t movesCount_;
  bool isEntered_ = false;
  bool hasErasedStubs_ = false;
  bool hasRead_ = false;         ///< its caller has seen something of the state that it reads
  bool isSnapshotLost_ = false;  ///< it reads another state than before
  bool isMergeOpen_;             ///< external changes are to be merged, and have not been
  bool isMergePartial_ = false;  ///< memory refuses some of them
  std::size_t position_ = 0;
  Ops ops_;
  std::vector<Known> known_;
  std::set<std::pair<std::size_t, std::string>> unfit_;  ///< by slot and id
  bool hasReplacedUnfit_ = false;
  // The ids of the first `indexedOps_` ops, by slot; views of the rows in them, or of `mergedIds_`.
  mutable std::vector<boost::unordered_flat_set<std::string_view, TextHash>> writtenIds_;
  mutable std::size_t indexedOps_ = 0;
  /// deleted by another process, unknown here
  std::vector<std::unique_ptr<std::pair<std::size_t, std::string>>> mergedIds_;
  DetachedStep running_;  // last: it is destroyed before what it uses
};

}  // namespace hyperdb::detail::hybrid
