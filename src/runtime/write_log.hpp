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

/// What is to be taken back is only noted here, and done by the transaction's owner before anything else: an exception
/// that nobody catches rolls everything back anyway. Home thread.
class WriteLog {
 public:
  /// How many ops count: those that are to be taken back do not.
  std::size_t size() const noexcept { return std::min(ops_.size(), undoTo_); }
  /// REQUIRES: nothing is to be taken back.
  void append(Ops&& ops);
  /// What was written since `size` was this number is to be taken back.
  void takeBackTo(std::size_t size) noexcept {
    if (size < this->size()) undoTo_ = size;
  }
  bool hasUndo() const noexcept { return undoTo_ < ops_.size(); }
  /// What takes it back: every row as it was before its first op. For tables in the order in which they were written.
  std::vector<TableUndo> undo() const;
  /// It has been taken back.
  void undone() noexcept;
  /// All ops. REQUIRES: nothing is to be taken back.
  Ops take() noexcept { return std::move(ops_); }

 private:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  Ops ops_;
  std::size_t undoTo_ = none;
};

}  // namespace hyperdb::detail
