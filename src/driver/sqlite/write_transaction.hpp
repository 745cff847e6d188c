// WriteTransaction: the write transaction of a session, for both drivers.
//
// Thread safety: that of its session.
#pragma once

#include <span>
#include <string>

#include <hyperdb/engine/driver.hpp>

#include "driver/sqlite/change_log.hpp"
#include "driver/sqlite/session.hpp"

namespace hyperdb::detail::sqlite {

/// Throws Error(transactionFinished) for null.
void checkOpen(const Session* session);

/// After an error that may have left something half done, and after `commit`, it is over, and everything but
/// `rollback` throws Error(transactionFinished). Destroying it does nothing: SQLite's transaction stays open.
class WriteTransaction {
 public:
  /// Takes the write lock. `log` may be null. REQUIRES: both outlive this.
  WriteTransaction(Session& session, ChangeLog* log);

  bool isOpen() const noexcept { return session_ != nullptr; }

  ScanResult scan(const ScanPlan& plan, DriverCounters& work);
  IndexKeys scanKeys(const TableDef& table, std::size_t indexNumber);
  Ops insert(const TableDef& table, std::span<const RowRef> rows);
  Ops upsert(const TableDef& table, std::span<const RowRef> rows);
  Ops deleteRows(const TableDef& table, std::span<const std::string> ids);

  /// Writes the log's entry and commits; if that fails, rolls everything back. `found`: the preceding commits of
  /// other processes, also when it fails.
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
  Ops ops_;  ///< for the log, if there is one
};

}  // namespace hyperdb::detail::sqlite
