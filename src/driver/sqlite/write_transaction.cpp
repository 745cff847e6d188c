#include "driver/sqlite/write_transaction.hpp"

#include <utility>

namespace hyperdb::detail::sqlite {

namespace {

/// Returns whether a write that failed in this way has changed nothing.
bool leavesTransactionUsable(const Error& error) noexcept {
  return error.code() != ErrorCode::driverFailure && error.code() != ErrorCode::cancelled;
}

}  // namespace

void checkOpen(const Session* session) {
  if (session == nullptr) {
    throw Error(ErrorCode::transactionFinished, "the transaction was committed or rolled back before");
  }
}

WriteTransaction::WriteTransaction(Session& session, ChangeLog* log) : session_(&session), log_(log) {
  session.beginWrite();
}

/// Runs a piece of work. An error that may have left it half done ends the transaction. So does a rollback by SQLite,
/// which a trigger may request: later writes would be committed by themselves.
template <class Work>
auto WriteTransaction::attempt(Work work) -> decltype(work()) {
  checkOpen(session_);
  try {
    return work();
  } catch (const Error& error) {
    if (!leavesTransactionUsable(error) || !session_->isInTransaction()) rollback();
    throw;
  } catch (...) {
    rollback();
    throw;
  }
}

ScanResult WriteTransaction::scan(const ScanPlan& plan, DriverCounters& work) {
  return attempt([&] { return session_->scan(plan, work); });
}

IndexKeys WriteTransaction::scanKeys(const TableDef& table, std::size_t indexNumber) {
  return attempt([&] { return session_->scanKeys(table, indexNumber); });
}

/// `count`: the number of rows in the batch.
template <class Work>
Ops WriteTransaction::write(std::size_t count, Work work) {
  hasWritten_ = hasWritten_ || count > 0;  // perhaps also if it fails: SQLite may have changed a page before
  Ops ops = attempt(std::move(work));
  if (log_ != nullptr) ops_.insert(ops_.end(), ops.begin(), ops.end());
  return ops;
}

Ops WriteTransaction::insert(const TableDef& table, std::span<const RowRef> rows) {
  return write(rows.size(), [&] { return session_->insert(table, rows); });
}

Ops WriteTransaction::upsert(const TableDef& table, std::span<const RowRef> rows) {
  return write(rows.size(), [&] { return session_->upsert(table, rows); });
}

Ops WriteTransaction::deleteRows(const TableDef& table, std::span<const std::string> ids) {
  return write(ids.size(), [&] { return session_->deleteRows(table, ids); });
}

void WriteTransaction::commit(ExternalCommits& found) {
  checkOpen(session_);
  try {
    if (hasWritten_) session_->access().checkInPlace("committing");
    if (log_ != nullptr) {
      found = log_->readNew();
      if (hasWritten_) log_->append(ops_);
    }
    session_->commit();
  } catch (...) {
    rollback();
    throw;
  }
  session_ = nullptr;
  if (log_ != nullptr) log_->confirm();
}

void WriteTransaction::rollback() noexcept {
  if (session_ == nullptr) return;
  session_->rollback();
  session_ = nullptr;
  ops_.clear();
}

}  // namespace hyperdb::detail::sqlite
