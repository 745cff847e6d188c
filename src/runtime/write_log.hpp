// WriteLog: what one transaction has written, in order, and to which savepoint it is to be rolled back.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include <hyperdb/driver.hpp>

namespace hyperdb::detail {

/// What brings the rows of one table back: ids to remove, and then, as one batch, rows to put in place.
struct TableUndo {
  const TableDef* table;
  std::vector<std::string> removedIds;
  std::vector<RowRef> oldRows;
};

/// Takes the op without rows out that a driver may have ended its answer with: see Op. Returns whether there was one.
bool dropUntold(Ops& ops) noexcept;

/// A rollback to a savepoint is only noted here; the transaction's owner does it before anything else, since an
/// exception that leaves the transaction rolls everything back anyway. Home thread.
class WriteLog {
 public:
  /// The number of live ops, without those marked for rollback: the savepoint of what is appended from now on.
  std::size_t size() const noexcept { return std::min(ops_.size(), savepoint_); }
  /// REQUIRES: no rollback is noted.
  void append(Ops&& ops);
  /// Notes that a row of the table was replaced or deleted of which no op tells. REQUIRES: no rollback is noted.
  void appendUntold(const TableDef& table);
  bool hasUntold() const noexcept { return hasUntold_; }
  /// Notes a rollback to a savepoint, a number that `size` gave.
  void rollbackTo(std::size_t savepoint) noexcept {
    if (savepoint < size()) savepoint_ = savepoint;
  }
  bool hasRollback() const noexcept { return savepoint_ < ops_.size(); }
  /// What rolls it back: every row as it was before its first op. For tables in the order in which they were written.
  /// Throws Error(invalidRow) if one of these rows is not known.
  std::vector<TableUndo> undo() const;
  /// The rollback is done.
  void rolledBack() noexcept;
  /// All ops that tell something. REQUIRES: no rollback is noted.
  Ops take() noexcept;

 private:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  Ops ops_;
  std::size_t savepoint_ = none;
  bool hasUntold_ = false;  ///< there are ops without rows
};

}  // namespace hyperdb::detail
