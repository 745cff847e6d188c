#include "driver/sqlite/sql_transaction.hpp"

#include <exception>

namespace hyperdb::detail::sqlite {

void checkOpen(const Session* session) {
  if (session == nullptr) {
    throw Error(ErrorCode::transactionFinished, "the transaction was committed or rolled back before");
  }
}

bool leavesTransactionUsable(const Error& error) noexcept {
  return error.code() != ErrorCode::driverFailure && error.code() != ErrorCode::cancelled;
}

SqlReader::SqlReader(std::shared_ptr<SqlStore> store) : store_(std::move(store)), session_(&store_->beginRead(*this)) {}

Session& SqlReader::openSession() {
  checkOpen(session_);
  if (!session_->isInTransaction()) session_->beginRead();  // a commit has ended it: see SqlStore::commit
  return *session_;
}

Completion<ScanResult> SqlReader::scan(const ScanPlan& plan) try {
  return openSession().scan(plan, store_->work());
} catch (...) {
  return std::current_exception();
}

std::optional<Completion<IndexKeys>> SqlReader::scanKeys(const TableDef& table, std::size_t indexNumber) try {
  return Completion<IndexKeys>(openSession().scanKeys(table, indexNumber));
} catch (...) {
  return Completion<IndexKeys>(std::current_exception());
}

Completion<Ops> SqlReader::refuse() {
  return std::make_exception_ptr(Error(ErrorCode::writeInSelector, "the transaction was begun for reading only"));
}

Completion<void> SqlReader::commit() try {
  checkOpen(session_);
  rollback();
  return Unit{};
} catch (...) {
  return std::current_exception();
}

void SqlReader::rollback() noexcept {
  if (session_ == nullptr) return;
  store_->endRead(*this);
  session_ = nullptr;
}

/// Does a piece of work. After an error that may have left something half done the transaction is over: SQLite may have
/// rolled it back, and what would be written then would be committed by itself.
template <class Work>
auto SqlWriter::attempt(Work work) -> Completion<decltype(work(std::declval<Session&>()))> {
  try {
    checkOpen(session_);
    return work(*session_);
  } catch (const Error& error) {
    if (!leavesTransactionUsable(error)) rollback();
    return std::current_exception();
  } catch (...) {
    rollback();
    return std::current_exception();
  }
}

Completion<ScanResult> SqlWriter::scan(const ScanPlan& plan) {
  return attempt([&](Session& session) { return session.scan(plan, store_->work()); });
}

std::optional<Completion<IndexKeys>> SqlWriter::scanKeys(const TableDef& table, std::size_t indexNumber) {
  return attempt([&](Session& session) { return session.scanKeys(table, indexNumber); });
}

Ops SqlWriter::noted(Ops ops) {
  if (store_->keepsLog()) ops_.insert(ops_.end(), ops.begin(), ops.end());
  return ops;
}

Completion<Ops> SqlWriter::insert(const TableDef& table, std::span<const RowRef> rows) {
  return attempt([&](Session& session) { return noted(session.insert(table, rows)); });
}

Completion<Ops> SqlWriter::upsert(const TableDef& table, std::span<const RowRef> rows) {
  return attempt([&](Session& session) { return noted(session.upsert(table, rows)); });
}

Completion<Ops> SqlWriter::remove(const TableDef& table, std::span<const std::string> ids) {
  return attempt([&](Session& session) { return noted(session.remove(table, ids)); });
}

Completion<void> SqlWriter::commit() try {
  checkOpen(session_);
  store_->commit(ops_);
  session_ = nullptr;
  store_->endWrite();
  return Unit{};
} catch (...) {
  rollback();
  return std::current_exception();
}

void SqlWriter::rollback() noexcept {
  if (session_ == nullptr) return;
  session_->rollback();
  session_ = nullptr;
  ops_.clear();
  store_->endWrite();
}

}  // namespace hyperdb::detail::sqlite
