// WriteLog: what one transaction has written, in order, and the savepoint to which it is to be rolled back.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include <hyperdb/engine/driver.hpp>

namespace hyperdb::detail {

/// What restores the rows of one table: ids to delete, and then, as one batch, rows to write.
struct TableRollback {
  const TableDef* table;
  std::vector<std::string> deletedIds;
  std::vector<RowRef> oldRows;
};

/// Removes the op without rows that a driver may have appended: see Op. Returns whether there was one.
bool removeUnreported(Ops& ops) noexcept;

/// A rollback to a savepoint is only noted here; the transaction's owner does it before anything else, since an
/// exception that leaves the transaction rolls everything back anyway. Home thread.
class WriteLog {
 public:
  /// Returns the number of live ops, without those marked for rollback: the savepoint of later ops.
  std::size_t size() const noexcept { return std::min(ops_.size(), savepoint_); }
  /// Appends ops. REQUIRES: no rollback is noted.
  void append(Ops&& ops);
  /// Records that a row of the table was replaced or deleted without an op. REQUIRES: no rollback is noted.
  void appendUnreported(const TableDef& table);
  bool hasUnreported() const noexcept { return hasUnreported_; }
  /// Marks all ops after the savepoint (a number that `size` returned) for rollback.
  void rollbackTo(std::size_t savepoint) noexcept {
    if (savepoint < size()) savepoint_ = savepoint;
  }
  bool hasRollback() const noexcept { return savepoint_ < ops_.size(); }
  /// Returns the writes that roll back: every row as it was before its first op, for tables in the order in which
  /// they were written. Throws Error(invalidRow) if one of these rows is unknown.
  std::vector<TableRollback> rollbackWrites() const;
  /// Removes the ops that were rolled back.
  void rolledBack() noexcept;
  /// Returns all ops that have rows. REQUIRES: no rollback is noted.
  Ops take() noexcept;

 private:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  Ops ops_;
  std::size_t savepoint_ = none;
  bool hasUnreported_ = false;  ///< there are ops without rows
};

}  // namespace hyperdb::detail
