// WriteTransaction: what a transaction that writes does to its session, whichever driver it belongs to.
//
// Thread safety: that of its session.
#pragma once

#include <span>
#include <string>

#include <hyperdb/driver.hpp>

#include "driver/sqlite/change_log.hpp"
#include "driver/sqlite/session.hpp"

namespace hyperdb::detail::sqlite {

/// Throws Error(transactionFinished) for none.
void checkOpen(const Session* session);

/// After an error that may have left something half done, and after `commit`, it is over, and everything but `rollback`
/// throws Error(transactionFinished). Destroying it does nothing: SQLite's transaction goes on.
class WriteTransaction {
 public:
  /// Takes the write lock. `log` may be null. REQUIRES: both outlive this.
  WriteTransaction(Session& session, ChangeLog* log);

  bool isOpen() const noexcept { return session_ != nullptr; }

  ScanResult scan(const ScanPlan& plan, DriverCounters& work);
  IndexKeys scanKeys(const TableDef& table, std::size_t indexNumber);
  Ops insert(const TableDef& table, std::span<const RowRef> rows);
  Ops upsert(const TableDef& table, std::span<const RowRef> rows);
  Ops remove(const TableDef& table, std::span<const std::string> ids);

  /// The log's part, and the commit; if it fails, all is rolled back. `found`: what other processes had committed
  /// before it, also when it fails.
  void commit(ExternalCommits& found);
  void rollback() noexcept;

 private:
  template <class Work>
  auto attempt(Work work) -> decltype(work());
  template <class Work>
  Ops write(std::size_t count, Work work);

  Session* session_;  ///< null when finished
  ChangeLog* log_;
  bool hasWritten_ = false;
  Ops ops_;           ///< for the log, if there is one
};

}  // namespace hyperdb::detail::sqlite
