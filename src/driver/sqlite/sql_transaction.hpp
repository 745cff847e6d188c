// The transactions of the synchronous driver. Every completion is ready.
//
// Thread safety: none.
#pragma once

#include <memory>
#include <utility>

#include <hyperdb/engine/driver.hpp>

#include "driver/sqlite/sql_store.hpp"

namespace hyperdb::detail::sqlite {

/// Reads a snapshot chosen when it began, or, at the latest, at its first read.
class SqlReader final : public DriverTransaction {
 public:
  enum class Kind : unsigned char { plain, reported };

  SqlReader(std::shared_ptr<SqlStore> store, Kind kind);
  ~SqlReader() override { rollback(); }

  Completion<ScanResult> scan(const ScanPlan& plan) override;
  std::optional<Completion<IndexKeys>> scanKeys(const TableDef& table, std::size_t indexNumber) override;
  Completion<Ops> insert(const TableDef&, std::span<const RowRef>) override { return refuse(); }
  Completion<Ops> upsert(const TableDef&, std::span<const RowRef>) override { return refuse(); }
  Completion<Ops> deleteRows(const TableDef&, std::span<const std::string>) override { return refuse(); }
  Completion<void> commit() override;
  void rollback() noexcept override;

  Session* session() const noexcept { return session_; }

 private:
  Session& openSession();
  static Completion<Ops> refuse();

  std::shared_ptr<SqlStore> store_;
  Session* session_ = nullptr;    ///< null when finished
  std::uint64_t readNumber_ = 0;  ///< the session's transaction in which it has read; 0: none
};

/// A read-write transaction.
class SqlWriter final : public DriverTransaction {
 public:
  explicit SqlWriter(std::shared_ptr<SqlStore> store) : store_(std::move(store)), transaction_(store_->beginWrite()) {}
  ~SqlWriter() override { rollback(); }

  Completion<ScanResult> scan(const ScanPlan& plan) override;
  std::optional<Completion<IndexKeys>> scanKeys(const TableDef& table, std::size_t indexNumber) override;
  Completion<Ops> insert(const TableDef& table, std::span<const RowRef> rows) override;
  Completion<Ops> upsert(const TableDef& table, std::span<const RowRef> rows) override;
  Completion<Ops> deleteRows(const TableDef& table, std::span<const std::string> ids) override;
  Completion<void> commit() override;
  void rollback() noexcept override;

 private:
  template <class Work>
  auto attempt(Work work) -> Completion<decltype(work())>;
  void releaseIfOver() noexcept;

  std::shared_ptr<SqlStore> store_;
  WriteTransaction transaction_;
  bool hasReleased_ = false;  ///< the store may have begun another one
};

}  // namespace hyperdb::detail::sqlite
