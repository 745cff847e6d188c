// The transactions of the synchronous driver. Every completion is ready.
//
// Thread safety: none.
#pragma once

#include <memory>
#include <utility>

#include <hyperdb/driver.hpp>

#include "driver/sqlite/sql_store.hpp"

namespace hyperdb::detail::sqlite {

/// Throws Error(transactionFinished) for none.
void checkOpen(const Session* session);
/// Whether a write that failed in this way has left everything as it was.
bool leavesTransactionUsable(const Error& error) noexcept;

/// Reads what was committed when it began.
class SqlReader final : public DriverTransaction {
 public:
  explicit SqlReader(std::shared_ptr<SqlStore> store);
  ~SqlReader() override { rollback(); }

  Completion<ScanResult> scan(const ScanPlan& plan) override;
  std::optional<Completion<IndexKeys>> scanKeys(const TableDef& table, std::size_t indexNumber) override;
  Completion<Ops> insert(const TableDef&, std::span<const RowRef>) override { return refuse(); }
  Completion<Ops> upsert(const TableDef&, std::span<const RowRef>) override { return refuse(); }
  Completion<Ops> remove(const TableDef&, std::span<const std::string>) override { return refuse(); }
  Completion<void> commit() override;
  void rollback() noexcept override;

  Session* session() const noexcept { return session_; }
  void moveTo(Session& session) noexcept { session_ = &session; }

 private:
  Session& openSession();
  static Completion<Ops> refuse();

  std::shared_ptr<SqlStore> store_;
  Session* session_ = nullptr;  ///< null when finished
};

/// Reads and writes.
class SqlWriter final : public DriverTransaction {
 public:
  explicit SqlWriter(std::shared_ptr<SqlStore> store) : store_(std::move(store)), session_(&store_->beginWrite()) {}
  ~SqlWriter() override { rollback(); }

  Completion<ScanResult> scan(const ScanPlan& plan) override;
  std::optional<Completion<IndexKeys>> scanKeys(const TableDef& table, std::size_t indexNumber) override;
  Completion<Ops> insert(const TableDef& table, std::span<const RowRef> rows) override;
  Completion<Ops> upsert(const TableDef& table, std::span<const RowRef> rows) override;
  Completion<Ops> remove(const TableDef& table, std::span<const std::string> ids) override;
  Completion<void> commit() override;
  void rollback() noexcept override;

 private:
  template <class Work>
  auto attempt(Work work) -> Completion<decltype(work(std::declval<Session&>()))>;
  Ops noted(Ops ops);

  std::shared_ptr<SqlStore> store_;
  Session* session_;  ///< null when finished
  Ops ops_;           ///< for the change log, if there is one
};

}  // namespace hyperdb::detail::sqlite
