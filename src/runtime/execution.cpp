#include "runtime/execution.hpp"

#include <cassert>

#include <hyperdb/hooks.hpp>

#include "schema/stored_row.hpp"
#include "value/error_pointer.hpp"

namespace hyperdb::detail {

namespace {

/// How many times a command is re-run. Over a write-behind cache each run finds more of its rows in memory, so that
/// it waits less: this many are reached only if other processes do not stop changing everything.
constexpr int restartsMax = 100;

}  // namespace

Execution::Execution(std::shared_ptr<DatabaseCore> core, Traits traits, const TopLevelCommand& command,
                     DependencyRecorder* recorder, std::string why)
    : core_(std::move(core)), traits_(std::move(traits)), command_(command) {
  root_.runner = this;
  root_.def = command.def;
  root_.recorder = recorder;
  root_.canWrite = command.kind == CommandKind::action;
  if (core_->tracer() != nullptr) {
    root_.span = spans_.start(*core_, command.def, command.kind, command.arguments, traits_, std::move(why));
  }
}

Execution::~Execution() {
  if (transaction_) transaction_->rollback();
  if (spans_.isOn()) {
    spans_.finish(core_->revision(), makeErrorPointer(ErrorCode::cancelled, "the command was cancelled"));
  }
}

Step<void> Execution::run(Frame command) {
  if (command.promise == nullptr) throwNothingToRun(&root_);
  if (command_.def != nullptr && core_->options().argumentsValidation) {
    checkArguments(*command_.def, command_.arguments);
  }
  if (command_.kind == CommandKind::action) {
    co_await runAction(command);
  } else {
    co_await runSelector(command);
  }
}

Step<void> Execution::runSelector(Frame command) {
  std::exception_ptr error;
  while (true) {
    co_await RunFrame{command, &root_};
    transaction_ = nullptr;
    if (!isSnapshotLost_ || !restart(command, error)) break;
  }
  if (spans_.isOn()) spans_.finish(core_->revision(), error ? error : command.promise->error);
  if (error) std::rethrow_exception(error);
}

/// Records whether the transaction has lost its snapshot: then that error counts, even if the command catches this
/// one.
void Execution::noteLoss(const Error& error) noexcept {
  isSnapshotLost_ = isSnapshotLost_ || error.code() == ErrorCode::snapshotLost;
}

/// Replaces the command's coroutine by a new one, to run it on another snapshot. When that is not possible, returns
/// false and sets `error`: Error(snapshotLost), or what making the coroutine threw.
bool Execution::restart(Frame& command, std::exception_ptr& error) noexcept try {
  Frame frame;
  if (command_.maker.make != nullptr && restartsCount_ < restartsMax) frame = command_.maker.make(command_.maker.owner);
  if (frame.promise == nullptr) {
    const bool isRaw = command_.maker.make == nullptr;
    const char* remedy = isRaw ? "; run it again, or make it a call, which runs again by itself" : ", again and again";
    throw Error(ErrorCode::snapshotLost,
                std::string("another process has committed between two reads, which saw two states") + remedy,
                {{}, {}, {}, {}, command_.def != nullptr ? command_.def->name : std::string()});
  }
  ++restartsCount_;
  isSnapshotLost_ = false;
  isCommitting_ = false;
  lastError_ = nullptr;
  log_ = WriteLog();
  if (root_.recorder != nullptr) root_.recorder->restart();
  command = frame;
  return true;
} catch (...) {
  error = std::current_exception();
  return false;
}

Step<void> Execution::runAction(Frame command) {
  WriterQueue::Turn turn = co_await core_->writers().acquire(command_.canWait);
  const bool isMerge = findTrait(traits_, externalStorageMergeTrait.type) != nullptr;
  const TransactionMode mode = isMerge ? TransactionMode::externalMerge : TransactionMode::readWrite;
  std::exception_ptr error;
  Publication publication;
  while (true) {
    try {
      transaction_ = co_await core_->driver().begin(mode);
      co_await RunFrame{command, &root_};
      error = command.promise->error;
      const bool canCommit = !error && !isSnapshotLost_;
      if (canCommit && log_.hasRollback()) co_await rollbackNoted();
      if (canCommit && core_->isClosed()) throw Error(ErrorCode::cancelled, "the database was closed");
      if (canCommit) {
        publication = core_->prepare(log_.take(), traits_);
        isCommitting_ = true;
        Completion<void> done = core_->commit(*transaction_);
        commitState_ = done.pendingState();
        co_await std::move(done);
      }
    } catch (const Error& thrown) {
      error = transactionError(std::current_exception());
      noteLoss(thrown);
    } catch (...) {
      error = transactionError(std::current_exception());
    }
    if ((error || isSnapshotLost_) && transaction_) transaction_->rollback();
    commitState_ = nullptr;
    transaction_ = nullptr;
    if (!isSnapshotLost_ || !restart(command, error)) break;
  }
  turn.release();
  if (!error) {
    if (log_.hasUnreported()) core_->holdUnknownChange();
    core_->publish(std::move(publication), traits_);
  } else {
    core_->publishHeld();
  }
  if (spans_.isOn()) spans_.finish(core_->revision(), error);
  if (error && !command.promise->error) std::rethrow_exception(error);
}

/// Returns the error of an operation of the transaction. If the operation found the transaction finished, returns the
/// error that finished it: a command may have caught that and continued.
std::exception_ptr Execution::transactionError(std::exception_ptr error) {
  try {
    std::rethrow_exception(error);
  } catch (const Error& thrown) {
    if (thrown.code() != ErrorCode::transactionFinished || !lastError_) return lastError_ = error;
  } catch (...) {
    return lastError_ = error;
  }
  try {
    std::rethrow_exception(lastError_);
  } catch (const Error& cause) {
    const std::string message = "an earlier error has ended the transaction: " + cause.message();
    return std::make_exception_ptr(Error(cause.code(), message, cause.place()));
  } catch (...) {
    return lastError_;
  }
}

namespace {

/// Returns the error with the command in which it happened.
Error inCommand(const Error& error, const CommandScope& scope) {
  ErrorPlace place = error.place();
  if (place.command.empty() && scope.def != nullptr) place.command = scope.def->name;
  return Error(error.code(), error.message(), std::move(place));
}

/// Checks rows from storage: another version of the program may have written them.
void checkRows(const TableDef& table, const RowSequence& rows) {
  for (std::size_t position = 0; position < rows.size();) {
    const RowRun run = rows.runAt(position);
    for (std::size_t i = 0; i < run.count; ++i) {
      const RowHeader& row = *run.rows[static_cast<std::ptrdiff_t>(i) * run.step];
      if (const auto failure = table.rowType().check(row, Strictness::full)) {
        throw unfitRowError(table, *failure, table.rowType().id(row));
      }
    }
    position += run.count;
  }
}

}  // namespace

Step<RowSequence> Execution::scan(CommandScope& scope, const QuerySpec& query) try {
  const std::int64_t startNs = scope.span ? steadyNowNs() : 0;
  const TableDef& table = core_->resolve(*query.table);
  PlanOptions options;
  options.lastBoundWins = core_->options().referenceQuirks.lastBoundWins;
  options.emptyOrIsError = core_->options().referenceQuirks.emptyOrIsError && command_.kind == CommandKind::action;
  ScanPlan plan = planQuery(query, options);
  plan.table = &table;
  if (core_->hooks().forScan() && !scope.inScanHook) plan.onlyCounts = false;  // hooks see the rows

  if (log_.hasRollback()) co_await rollbackNoted();
  ScanResult result;
  if (!plan.ranges.empty() && plan.limit > 0) {
    if (!transaction_) transaction_ = co_await core_->driver().begin(TransactionMode::readOnly);
    try {
      result = co_await transaction_->scan(plan);
    } catch (...) {
      std::rethrow_exception(transactionError(std::current_exception()));
    }
    core_->work().rowsExamined += result.rowsExamined;
    const bool checksRows = core_->options().runtimeRowsValidation && !core_->driver().keepsRowObjects();
    if (checksRows && !plan.onlyCounts) checkRows(table, result.rows);
  }
  ++core_->work().scans;
  if (scope.recorder != nullptr) scope.recorder->note(plan, result.rows);
  if (scope.span != nullptr) {
    const bool isNamed = !result.answeredBy.empty();
    spans_.addScan(*scope.span, plan, result.rows, isNamed ? result.answeredBy : core_->driver().name(), startNs);
  }
  if (core_->hooks().forScan() && !scope.inScanHook && !plan.onlyCounts) {
    const std::size_t writesBefore = log_.size();
    try {
      co_await runScanHooks(scope, query, plan, result.rows);
    } catch (...) {
      rollbackTo(writesBefore);
      throw;
    }
  }
  co_return std::move(result.rows);
} catch (const Error& error) {
  noteLoss(error);
  if (scope.recorder != nullptr) scope.recorder->noteFailure();
  throw inCommand(error, scope);
} catch (...) {
  if (scope.recorder != nullptr) scope.recorder->noteFailure();
  throw;
}

Completion<Ops> Execution::startWrite(const TableDef& table, const WriteCommand& command) {
  switch (command.type) {
    case OpType::insert: return transaction_->insert(table, command.rows);
    case OpType::upsert: return transaction_->upsert(table, command.rows);
    case OpType::delete_: break;
  }
  return transaction_->deleteRows(table, command.ids);
}

Step<void> Execution::write(CommandScope& scope, WriteCommand& command) try {
  if (!scope.canWrite) {
    throw Error(ErrorCode::writeInSelector, "a selector can't write", {command.table->name(), {}, {}, {}, {}});
  }
  const std::int64_t startNs = scope.span ? steadyNowNs() : 0;
  const TableDef& table = core_->resolve(*command.table);
  // Rows are of the loaded definition's type, which lives as long as they may.
  if (&table != command.table.get()) command.table = core_->loadedDefinition(table);
  prepareRows(command, core_->options().runtimeRowsValidation ? Strictness::full : Strictness::shape);
  if (command.rows.empty() && command.ids.empty()) co_return;

  assert(transaction_ != nullptr);
  if (log_.hasRollback()) co_await rollbackNoted();
  const std::size_t writesBefore = log_.size();
  Ops ops;
  try {
    ops = co_await startWrite(table, command);
  } catch (...) {
    std::rethrow_exception(transactionError(std::current_exception()));
  }
  const bool isUnreported = removeUnreported(ops);
  core_->work().rowsWritten += ops.size();
  std::shared_ptr<const RegisteredHooks> hooks;
  try {
    if (scope.span != nullptr) spans_.addMutation(*scope.span, command.type, table, ops, startNs);
    hooks = core_->hooks().forWrite(command.type, table);
    log_.append(hooks ? Ops(ops) : std::move(ops));  // hooks may write too, and see only what this command wrote
    if (isUnreported) log_.appendUnreported(table);
  } catch (...) {
    lastError_ = std::current_exception();
    transaction_->rollback();  // writes that can't be announced must not be committed
    throw;
  }
  if (!hooks) co_return;
  try {
    co_await runWriteHooks(scope, table, command.type, ops, *hooks);
  } catch (...) {
    rollbackTo(writesBefore);  // the command and the writes of its hooks are rolled back together
    throw;
  }
} catch (const Error& error) {
  noteLoss(error);
  throw inCommand(error, scope);
}

void Execution::rollbackTo(std::size_t savepoint) noexcept {
  if (!core_->options().referenceQuirks.nestedWritesStay) log_.rollbackTo(savepoint);
}

/// Rolls back to the noted savepoint: writes what was there before, without hooks. If that fails the whole
/// transaction is rolled back.
Step<void> Execution::rollbackNoted() {
  try {
    const std::vector<TableRollback> rollback = log_.rollbackWrites();
    for (const TableRollback& table : rollback) {
      if (!table.deletedIds.empty()) co_await transaction_->deleteRows(*table.table, table.deletedIds);
      if (!table.oldRows.empty()) co_await transaction_->upsert(*table.table, table.oldRows);
    }
  } catch (...) {
    const std::exception_ptr error = transactionError(std::current_exception());
    transaction_->rollback();
    std::rethrow_exception(error);
  }
  log_.rolledBack();
}

Step<void> Execution::runWriteHooks(CommandScope& scope, const TableDef& table, OpType type, std::span<const Op> ops,
                                    const RegisteredHooks& hooks) {
  for (std::size_t i = 0; i < hooks.size(); ++i) {
    const std::shared_ptr<RegisteredHook> hook = hooks[i];
    if (!hook->active) continue;
    HookContext context{AnyTable(table), traits_, type};
    Action<void> action = hook->onWrite(context, ops);
    CommandScope hookScope = scope;
    hookScope.parent = &scope;
    hookScope.def = nullptr;
    hookScope.span = spans_.open(scope.span, nullptr, CommandKind::hook, {});
    co_await RunFrame{action.frame(), &hookScope};
    spans_.close(hookScope.span, scope.span, action.frame().promise->error);
    action.take();
  }
}

Step<void> Execution::runScanHooks(CommandScope& scope, const QuerySpec& query, const ScanPlan& plan,
                                   const RowSequence& rows) {
  const std::shared_ptr<const RegisteredHooks> hooks = core_->hooks().forScan();
  for (std::size_t i = 0; i < hooks->size(); ++i) {
    const std::shared_ptr<RegisteredHook> hook = (*hooks)[i];
    if (!hook->active) continue;
    HookContext context{AnyTable(*plan.table), traits_, OpType::insert};
    const ScanEvent event{AnyTable(*plan.table), query, plan, rows};
    Action<void> action = hook->onScan(context, event);
    CommandScope hookScope = scope;
    hookScope.parent = &scope;
    hookScope.def = nullptr;
    hookScope.recorder = nullptr;
    hookScope.inScanHook = true;
    hookScope.canWrite = root_.canWrite;  // the scan is part of an action, even if a selector inside it scans
    hookScope.span = spans_.open(scope.span, nullptr, CommandKind::hook, {});
    co_await RunFrame{action.frame(), &hookScope};
    spans_.close(hookScope.span, scope.span, action.frame().promise->error);
    action.take();
  }
}

void Execution::enter(CommandScope& scope, const ArgumentsView& arguments) {
  scope.writesBefore = log_.size();
  if (scope.span != nullptr) scope.span = spans_.open(scope.span, scope.def, scope.def->kind, arguments);
  if (core_->options().argumentsValidation) checkArguments(*scope.def, arguments);
}

void Execution::leave(CommandScope& scope, const std::exception_ptr& error) noexcept {
  spans_.close(scope.span, scope.parent->span, error);
  if (error) rollbackTo(scope.writesBefore);
}

ResultBoxPtr Execution::findMemo(CommandScope& scope, const ArgumentsView& arguments) {
  // A kept result belongs to the state that this database was last notified of.
  ResultBoxPtr memo = scope.recorder->findMemo(scope, arguments, !core_->driver().mayRunAhead());
  if (memo && scope.span != scope.parent->span) scope.span->cacheHit = true;
  return memo;
}

void Execution::storeMemo(CommandScope& scope, ResultBoxPtr result) {
  scope.recorder->storeMemo(scope, std::move(result));
}

}  // namespace hyperdb::detail
