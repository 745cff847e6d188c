#include "driver/sqlite/sql_transaction.hpp"

#include <exception>

namespace hyperdb::detail::sqlite {

SqlReader::SqlReader(std::shared_ptr<SqlStore> store, Kind kind)
    : store_(std::move(store)),
      session_(kind == Kind::reported ? &store_->beginReportedRead(*this) : &store_->beginRead(*this)) {}

Session& SqlReader::openSession() {
  checkOpen(session_);
  if (!session_->isInTransaction()) session_->beginRead();  // a commit has ended its transaction: see SqlStore::commit
  if (readNumber_ != 0 && readNumber_ != session_->readNumber()) {
    throw Error(ErrorCode::nestedDispatch,
                "an action was dispatched inside the selector, and this storage keeps no snapshot beside a commit "
                "(\":memory:\", JournalMode::truncate): read everything before, or dispatch outside");
  }
  readNumber_ = session_->readNumber();
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

void SqlWriter::releaseIfOver() noexcept {
  if (!transaction_.isOpen() && !std::exchange(hasReleased_, true)) store_->endWrite();
}

template <class Work>
auto SqlWriter::attempt(Work work) -> Completion<decltype(work())> {
  try {
    return work();
  } catch (...) {
    releaseIfOver();
    return std::current_exception();
  }
}

Completion<ScanResult> SqlWriter::scan(const ScanPlan& plan) {
  return attempt([&] { return transaction_.scan(plan, store_->work()); });
}

std::optional<Completion<IndexKeys>> SqlWriter::scanKeys(const TableDef& table, std::size_t indexNumber) {
  return attempt([&] { return transaction_.scanKeys(table, indexNumber); });
}

Completion<Ops> SqlWriter::insert(const TableDef& table, std::span<const RowRef> rows) {
  return attempt([&] { return transaction_.insert(table, rows); });
}

Completion<Ops> SqlWriter::upsert(const TableDef& table, std::span<const RowRef> rows) {
  return attempt([&] { return transaction_.upsert(table, rows); });
}

Completion<Ops> SqlWriter::deleteRows(const TableDef& table, std::span<const std::string> ids) {
  return attempt([&] { return transaction_.deleteRows(table, ids); });
}

Completion<void> SqlWriter::commit() try {
  store_->commit(transaction_);
  releaseIfOver();
  return Unit{};
} catch (...) {
  rollback();
  return std::current_exception();
}

void SqlWriter::rollback() noexcept {
  transaction_.rollback();
  releaseIfOver();
}

}  // namespace hyperdb::detail::sqlite
