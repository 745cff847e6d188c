// The difference of two windows of one index.
#include <algorithm>
#include <string>
#include <string_view>

#include <hyperdb/engine/row_type.hpp>

#include "driver/memory/tree_cursor.hpp"
#include "driver/memory/window.hpp"

namespace hyperdb::detail::memory {
namespace {

/// Walks over both in key order.
class Comparison {
 public:
  Comparison(TreeCursor before, TreeCursor after, RowChanges& out) noexcept
      : before_(before), after_(after), out_(out) {}

  void run() {
    while (!before_.atEnd() && !after_.atEnd()) {
      if (const std::size_t shared = TreeCursor::sharedRows(before_, after_); shared > 0) {
        step(shared, shared);
      } else if (before_.row() == after_.row()) {
        step(1, 1);
      } else {
        compareKeys();
      }
    }
    while (!before_.atEnd()) removed();
    while (!after_.atEnd()) inserted();
  }

 private:
  void compareKeys() {
    keyBefore_.clear();
    keyAfter_.clear();
    before_.appendKey(keyBefore_);
    after_.appendKey(keyAfter_);
    const int order = keyBefore_.compare(keyAfter_);
    if (order == 0 && idOf(before_) == idOf(after_)) {
      if (!isSameRow(before_.row(), after_.row())) out_.updated.push_back({oldPosition_, newPosition_});
      step(1, 1);
      return;
    }
    if (order <= 0) removed();
    if (order >= 0) inserted();
  }
  void removed() {
    out_.removed.push_back(oldPosition_);
    step(1, 0);
  }
  void inserted() {
    out_.inserted.push_back(newPosition_);
    step(0, 1);
  }
  void step(std::size_t oldRows, std::size_t newRows) noexcept {
    oldPosition_ += oldRows;
    newPosition_ += newRows;
    if (oldRows > 0) before_.advance(oldRows);
    if (newRows > 0) after_.advance(newRows);
  }
  static std::string_view idOf(const TreeCursor& cursor) noexcept { return cursor.row()->type().id(*cursor.row()); }

  TreeCursor before_;
  TreeCursor after_;
  RowChanges& out_;
  std::size_t oldPosition_ = 0;
  std::size_t newPosition_ = 0;
  std::string keyBefore_;
  std::string keyAfter_;
};

void flip(std::vector<std::size_t>& positions, std::size_t count) noexcept {
  for (std::size_t& position : positions) position = count - 1 - position;
  std::reverse(positions.begin(), positions.end());
}

}  // namespace

bool TreeWindow::diffFrom(const RowSequenceBody& before, RowChanges& out) const {
  const auto* old = dynamic_cast<const TreeWindow*>(&before);
  if (old == nullptr || old->lineage_ != lineage_ || old->reversed_ != reversed_) return false;
  const TreeCursor oldRows(old->tree_.root(), old->first_, old->count_);
  Comparison(oldRows, TreeCursor(tree_.root(), first_, count_), out).run();
  if (reversed_) {
    flip(out.removed, old->count_);
    flip(out.inserted, count_);
    for (RowChanges::Updated& pair : out.updated) {
      pair = {old->count_ - 1 - pair.oldPosition, count_ - 1 - pair.newPosition};
    }
    std::reverse(out.updated.begin(), out.updated.end());
  }
  return true;
}

}  // namespace hyperdb::detail::memory
