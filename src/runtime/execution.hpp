// Execution: one top-level run of a command, from the start of its transaction to its end.
#pragma once

#include <memory>
#include <span>

#include <hyperdb/detail/command_scope.hpp>
#include <hyperdb/execute.hpp>
#include <hyperdb/trace.hpp>

#include "runtime/database_core.hpp"
#include "runtime/span_recorder.hpp"
#include "runtime/write_log.hpp"

namespace hyperdb::detail {

/// Records what a selector reads, so that a commit that changes it can invalidate the result.
class DependencyRecorder {
 public:
  /// Records a scan. REQUIRES: rows is the result of the plan.
  virtual void note(const ScanPlan& plan, const RowSequence& rows) = 0;
  /// Records that a scan failed: the result does not follow from rows alone.
  virtual void noteFailure() noexcept = 0;
  /// Restarts the recording, for a run on another snapshot: everything recorded or kept so far is discarded.
  virtual void restart() noexcept = 0;
  /// Returns a kept result. `mayUseKept`: whether kept results belong to the snapshot of the run.
  virtual ResultBoxPtr findMemo(CommandScope& scope, const ArgumentsView& arguments, bool mayUseKept) = 0;
  virtual void storeMemo(CommandScope& scope, ResultBoxPtr result) = 0;

 protected:
  ~DependencyRecorder() = default;
};

/// Keeps its core alive. Has a fixed address while it runs.
class Execution final : public CommandRunner {
 public:
  /// `recorder` may be null; `why` is the reason of a re-run in traces.
  Execution(std::shared_ptr<DatabaseCore> core, Traits traits, const TopLevelCommand& command,
            DependencyRecorder* recorder = nullptr, std::string why = {});
  Execution(const Execution&) = delete;
  Execution& operator=(const Execution&) = delete;
  ~Execution();

  /// Runs the coroutine: an action in a write transaction, committed and announced when it succeeds, a selector on
  /// the committed state. Finishes with the errors of the storage; what the coroutine threw stays in its promise.
  Step<void> run(Frame command);
  /// Returns whether the storage was asked to commit: from then on it may have happened, and can't be rolled back.
  bool isCommitting() const noexcept { return isCommitting_; }
  /// If the commit has completed, resumes the command at once instead of waiting for the executor. REQUIRES:
  /// isCommitting, and nothing is on the stack.
  void finishCommit() noexcept {
    if (commitState_ != nullptr) commitState_->deliverNow();
  }

  // CommandRunner
  Step<RowSequence> scan(CommandScope& scope, const QuerySpec& query) override;
  Step<void> write(CommandScope& scope, WriteCommand& command) override;
  const Traits& traits() const noexcept override { return traits_; }
  void enter(CommandScope& scope, const ArgumentsView& arguments) override;
  void leave(CommandScope& scope, const std::exception_ptr& error) noexcept override;
  ResultBoxPtr findMemo(CommandScope& scope, const ArgumentsView& arguments) override;
  void storeMemo(CommandScope& scope, ResultBoxPtr result) override;
  std::size_t writesCount() const noexcept override { return log_.size(); }
  void rollbackTo(std::size_t savepoint) noexcept override;

 private:
  Step<void> runAction(Frame command);
  Step<void> runSelector(Frame command);
  void noteLoss(const Error& error) noexcept;
  bool restart(Frame& command, std::exception_ptr& error) noexcept;
  Step<void> runWriteHooks(CommandScope& scope, const TableDef& table, OpType type, std::span<const Op> ops,
                           const RegisteredHooks& hooks);
  Step<void> runScanHooks(CommandScope& scope, const QuerySpec& query, const ScanPlan& plan, const RowSequence& rows);
  Completion<Ops> startWrite(const TableDef& table, const WriteCommand& command);
  Step<void> rollbackNoted();
  std::exception_ptr transactionError(std::exception_ptr error);

  std::shared_ptr<DatabaseCore> core_;
  Traits traits_;
  TopLevelCommand command_;
  CommandScope root_;
  SpanRecorder spans_;
  std::unique_ptr<DriverTransaction> transaction_;
  WriteLog log_;
  std::exception_ptr lastError_;                ///< of the transaction; if that is finished, the error that finished it
  CompletionStateBase* commitState_ = nullptr;  // lives as long as the commit is awaited
  bool isCommitting_ = false;
  bool isSnapshotLost_ = false;
  int restartsCount_ = 0;
};

}  // namespace hyperdb::detail
