// Changes<T>: the difference between two results, in terms of positions and rows. For list views.
//
// Thread safety: immutable; may be read by any thread.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include <hyperdb/engine/row_sequence.hpp>
#include <hyperdb/rows.hpp>

namespace hyperdb {

/// A row and its position: in the old result for a removed row, in the new result for an inserted one.
template <class T>
struct PlacedRow {
  std::size_t position;
  const T& row;
};

/// A row whose content changed and whose order relative to its neighbours did not.
template <class T>
struct UpdatedRow {
  std::size_t oldPosition;
  std::size_t newPosition;
  const T& before;
  const T& after;
};

namespace detail {

/// A list whose items are computed on access.
template <class Owner, class Item, Item (Owner::*Make)(std::size_t) const, std::size_t (Owner::*Count)() const>
class ItemList {
 public:
  class Iterator {
   public:
    Iterator(const Owner* owner, std::size_t position) noexcept : owner_(owner), position_(position) {}
    Item operator*() const { return (owner_->*Make)(position_); }
    Iterator& operator++() noexcept {
      ++position_;
      return *this;
    }
    friend bool operator==(const Iterator& a, const Iterator& b) noexcept { return a.position_ == b.position_; }

   private:
    const Owner* owner_;
    std::size_t position_;
  };

  explicit ItemList(const Owner& owner) noexcept : owner_(&owner) {}
  std::size_t size() const { return (owner_->*Count)(); }
  bool empty() const { return size() == 0; }
  /// Returns the item. REQUIRES: number < size().
  Item operator[](std::size_t number) const { return (owner_->*Make)(number); }
  Iterator begin() const { return Iterator(owner_, 0); }
  Iterator end() const { return Iterator(owner_, size()); }

 private:
  const Owner* owner_;
};

[[noreturn]] void throwOtherList(std::size_t size, std::size_t expected);

}  // namespace detail

/// Removed rows have positions in the old result, inserted ones in the new result, both ascending; an updated row has
/// a position in each. A row whose place in the order changed is removed and inserted. Keeps both results alive;
/// `removed()`, `inserted()` and `updated()` refer to this object and must not outlive it. Constructing one costs
/// what diffRows costs; reading a row through it O(log n).
template <class T>
class Changes {
 public:
  Changes(Rows<T> before, Rows<T> after)
      : before_(std::move(before)),
        after_(std::move(after)),
        changes_(diffRows(before_.sequence(), after_.sequence())) {}

  const Rows<T>& before() const noexcept { return before_; }
  const Rows<T>& after() const noexcept { return after_; }
  bool empty() const noexcept { return changes_.empty(); }
  /// Returns the positions alone.
  const RowChanges& positions() const noexcept { return changes_; }

  auto removed() const noexcept { return Removed(*this); }
  auto inserted() const noexcept { return Inserted(*this); }
  auto updated() const noexcept { return Updated(*this); }

 private:
  PlacedRow<T> removedAt(std::size_t number) const {
    return {changes_.removed[number], before_[changes_.removed[number]]};
  }
  PlacedRow<T> insertedAt(std::size_t number) const {
    return {changes_.inserted[number], after_[changes_.inserted[number]]};
  }
  UpdatedRow<T> updatedAt(std::size_t number) const {
    const RowChanges::Updated& at = changes_.updated[number];
    return {at.oldPosition, at.newPosition, before_[at.oldPosition], after_[at.newPosition]};
  }
  std::size_t removedCount() const { return changes_.removed.size(); }
  std::size_t insertedCount() const { return changes_.inserted.size(); }
  std::size_t updatedCount() const { return changes_.updated.size(); }

  using Removed = detail::ItemList<Changes, PlacedRow<T>, &Changes::removedAt, &Changes::removedCount>;
  using Inserted = detail::ItemList<Changes, PlacedRow<T>, &Changes::insertedAt, &Changes::insertedCount>;
  using Updated = detail::ItemList<Changes, UpdatedRow<T>, &Changes::updatedAt, &Changes::updatedCount>;

  Rows<T> before_;
  Rows<T> after_;
  RowChanges changes_;
};

/// Turns a list that holds copies of the old rows into one of the new rows. Throws Error(invalidArgument) when the
/// list's size is not that of the old result; when a copy throws, the list is unchanged. O(size of the list + changes
/// * log n); rows that stay are moved, not copied.
template <class T>
void apply(std::vector<T>& list, const Changes<T>& changes) {
  if (list.size() != changes.before().size()) detail::throwOtherList(list.size(), changes.before().size());
  const RowChanges& positions = changes.positions();
  std::vector<T> added;  // copies first: they may throw
  added.reserve(positions.inserted.size() + positions.updated.size());
  for (const std::size_t position : positions.inserted) added.push_back(changes.after()[position]);
  for (const auto& each : positions.updated) added.push_back(changes.after()[each.newPosition]);
  std::vector<T> result;
  result.reserve(changes.after().size());

  for (std::size_t i = 0; i < positions.updated.size(); ++i) {
    list[positions.updated[i].oldPosition] = std::move(added[positions.inserted.size() + i]);
  }
  std::size_t nextRemoved = 0;
  std::size_t nextInserted = 0;
  const auto insertDue = [&] {
    while (nextInserted < positions.inserted.size() && positions.inserted[nextInserted] == result.size()) {
      result.push_back(std::move(added[nextInserted++]));
    }
  };
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (nextRemoved < positions.removed.size() && positions.removed[nextRemoved] == i) {
      ++nextRemoved;
      continue;
    }
    insertDue();
    result.push_back(std::move(list[i]));
  }
  insertDue();
  list.swap(result);
}
/// Applies the changes; without these overloads an unqualified call would find std::apply.
template <class T>
void apply(std::vector<T>& list, Changes<T>& changes) {
  hyperdb::apply(list, static_cast<const Changes<T>&>(changes));
}
template <class T>
void apply(std::vector<T>& list, Changes<T>&& changes) {
  hyperdb::apply(list, static_cast<const Changes<T>&>(changes));
}

}  // namespace hyperdb
