// KeyBatch: the encoded keys of one index for the rows of a batch, sorted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <hyperdb/engine/key.hpp>

namespace hyperdb::detail {

/// Keys are in one buffer that later batches reuse, so that a batch of one row allocates nothing. Thread safety:
/// none.
class KeyBatch {
 public:
  /// A key and its row's position in the batch.
  struct Item {
    std::uint64_t head;  ///< the bytes after the common prefix of all keys; set by sort
    std::size_t offset;
    std::uint32_t size;
    std::uint32_t row;
  };

  void clear() noexcept;
  /// Adds the bytes that `append(buffer)` appends; nothing if it returns false. Returns whether it did.
  /// Throws Error(invalidRow) when the key is longer than a tree can take.
  template <class Append>
  bool add(std::size_t row, Append append) {
    const std::size_t offset = bytes_.size();
    if (!append(bytes_)) return false;
    addItem(row, offset);
    return true;
  }
  /// Removes the last key, which was needed only for a check.
  void dropLast() noexcept;

  /// Sorts by key; equal keys by row.
  void sort();

  bool empty() const noexcept { return items_.empty(); }
  std::size_t size() const noexcept { return items_.size(); }
  std::string_view key(std::size_t position) const noexcept { return key(items_[position]); }
  std::size_t row(std::size_t position) const noexcept { return items_[position].row; }
  /// Returns whether the key is in the batch. O(log n). REQUIRES: sorted.
  bool contains(std::string_view key) const noexcept;

 private:
  void addItem(std::size_t row, std::size_t offset);
  std::string_view key(const Item& item) const noexcept { return {bytes_.data() + item.offset, item.size}; }

  KeyBytes bytes_;
  std::vector<Item> items_;
};

}  // namespace hyperdb::detail
