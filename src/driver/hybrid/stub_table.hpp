// StubTable: builds the trees of a table from the keys of its indexes alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include <hyperdb/engine/driver.hpp>
#include <hyperdb/row.hpp>

#include "driver/memory/tree.hpp"

namespace hyperdb::detail::hybrid {

/// The stubs of a table by their row numbers. Thread safety: none.
class StubTable {
 public:
  using IsWanted = std::function<bool(std::string_view id)>;

  /// Makes the stubs. `ids`: the keys of byId. `isWanted` selects the ids that get a stub; empty: all. Throws
  /// Error(corruptKey) for a key that is not an id's or does not ascend, std::bad_alloc. O(ids).
  StubTable(const IndexKeys& ids, const IsWanted& isWanted);

  /// Returns the tree of byId; it owns the stubs.
  const memory::Tree& byIdTree() const noexcept { return byIdTree_; }
  /// Returns the tree of another index: the stubs of these keys' rows; keys of rows without a stub are left out.
  /// Throws Error(corruptKey) if the keys do not ascend, or there is one of an unknown row; std::bad_alloc. O(keys).
  memory::Tree treeOf(const IndexKeys& keys) const;

 private:
  void reserve(const std::vector<IndexKeys::KeyEntry>& entries);
  /// Returns the stub with this row number, or null.
  const RowHeader* find(std::int64_t number) const noexcept {
    if (!isDense_) {
      const auto found = sparse_.find(number);
      return found == sparse_.end() ? nullptr : found->second;
    }
    const std::uint64_t position = positionOf(number);
    return position < dense_.size() ? dense_[position] : nullptr;
  }
  std::uint64_t positionOf(std::int64_t number) const noexcept {
    return static_cast<std::uint64_t>(number) - static_cast<std::uint64_t>(first_);
  }

  memory::Tree byIdTree_;
  std::size_t leftOutCount_ = 0;
  // Storages mostly number their rows consecutively: then an array is enough.
  bool isDense_ = false;
  std::int64_t first_ = 0;
  std::vector<const RowHeader*> dense_;
  boost::unordered_flat_map<std::int64_t, const RowHeader*> sparse_;
};

}  // namespace hyperdb::detail::hybrid
