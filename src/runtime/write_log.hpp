// WriteLog: what one transaction has written, in order, and how much of it is to be taken back.
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

/// What is to be taken back is only noted here, and done by the transaction's owner before anything else: an exception
/// that nobody catches rolls everything back anyway. Home thread.
class WriteLog {
 public:
  /// How many ops count: those that are to be taken back do not.
  std::size_t size() const noexcept { return std::min(ops_.size(), undoTo_); }
  /// REQUIRES: nothing is to be taken back.
  void append(Ops&& ops);
  /// Notes that a row of the table was replaced or deleted of which no op tells. REQUIRES: nothing is to be taken back.
  void appendUntold(const TableDef& table);
  bool hasUntold() const noexcept { return hasUntold_; }
  /// What was written since `size` was this number is to be taken back.
  void takeBackTo(std::size_t size) noexcept {
    if (size < this->size()) undoTo_ = size;
  }
  bool hasUndo() const noexcept { return undoTo_ < ops_.size(); }
  /// What takes it back: every row as it was before its first op. For tables in the order in which they were written.
  /// Throws Error(invalidRow) if one of these rows is not known.
  std::vector<TableUndo> undo() const;
  /// It has been taken back.
  void undone() noexcept;
  /// All ops that tell something. REQUIRES: nothing is to be taken back.
  Ops take() noexcept;

 private:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  Ops ops_;
  std::size_t undoTo_ = none;
  bool hasUntold_ = false;  ///< there are ops without rows
};

}  // namespace hyperdb::detail
