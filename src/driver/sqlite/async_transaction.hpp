// AsyncTransaction: turns the calls of a transaction into tasks of its lane.
//
// Thread safety: home thread.
#pragma once

#include <memory>

#include <hyperdb/engine/driver.hpp>

#include "driver/sqlite/async_store.hpp"

namespace hyperdb::detail::sqlite {

class AsyncTransaction final : public DriverTransaction {
 public:
  AsyncTransaction(std::shared_ptr<AsyncStore> store, std::shared_ptr<Lane> lane, TransactionMode mode);
  ~AsyncTransaction() override { rollback(); }

  Completion<ScanResult> scan(const ScanPlan& plan) override;
  std::optional<Completion<IndexKeys>> scanKeys(const TableDef& table, std::size_t indexNumber) override;
  Completion<Ops> insert(const TableDef& table, std::span<const RowRef> rows) override;
  Completion<Ops> upsert(const TableDef& table, std::span<const RowRef> rows) override;
  Completion<Ops> deleteRows(const TableDef& table, std::span<const std::string> ids) override;
  Completion<void> commit() override;
  void rollback() noexcept override;

 private:
  std::exception_ptr refusal(bool isWrite) const;
  template <class T, class Work>
  Completion<T> start(bool isWrite, Work work);
  template <class T, class Work>
  Completion<Ops> startWrite(std::span<const T> batch, Work work);

  std::shared_ptr<AsyncStore> store_;
  std::shared_ptr<Lane> lane_;
  bool isReader_;
  bool isFinished_ = false;
  std::unique_ptr<Task> end_;  ///< made in advance, so that a rollback needs no memory
};

/// The first task of a transaction's lane.
class BeginTask final : public ResultTask<std::unique_ptr<DriverTransaction>> {
 public:
  /// `isReported`: see Driver::beginReported.
  BeginTask(AsyncStore& store, std::shared_ptr<Lane> lane, TransactionMode mode, bool isReported);

  bool isWanted() const noexcept override { return !source_.isDropped(); }
  void deliver(AsyncStore& store, std::exception_ptr error) override;
  /// Releases the transaction that it has begun or is beginning. Home thread. May destroy this.
  void rollback() noexcept { const auto dropped = std::move(transaction_); }

 protected:
  void work(Session& session) override;

 private:
  AsyncFile& file_;
  bool isReader_;
  bool isReported_;
  /// dropping it releases everything, whether it has begun or not
  std::unique_ptr<AsyncTransaction> transaction_;
};

}  // namespace hyperdb::detail::sqlite
