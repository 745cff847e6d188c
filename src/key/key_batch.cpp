#include "key/key_batch.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

#include <hyperdb/error.hpp>

#include "key/key_bytes.hpp"

namespace hyperdb::detail {
namespace {

/// Buffers above these sizes are freed after use: a bulk load should not hold its memory for ever.
constexpr std::size_t keptBytesMax = 64 * 1024;
constexpr std::size_t keptItemsMax = 1024;

std::uint64_t firstBytes(std::string_view bytes) noexcept {
  std::uint64_t value = 0;
  std::memcpy(&value, bytes.data(), std::min<std::size_t>(bytes.size(), 8));
  return toBigEndian(value);
}

}  // namespace

void KeyBatch::clear() noexcept {
  if (bytes_.capacity() > keptBytesMax) {
    KeyBytes().swap(bytes_);
  } else {
    bytes_.clear();
  }
  if (items_.capacity() > keptItemsMax) {
    std::vector<Item>().swap(items_);
  } else {
    items_.clear();
  }
}

void KeyBatch::addItem(std::size_t row, std::size_t offset) {
  const std::size_t size = bytes_.size() - offset;
  if (size > keySizeMax) {
    bytes_.resize(offset);
    throw Error(ErrorCode::invalidRow, "an index key of " + std::to_string(size) + " bytes is too long (at most " +
                                           std::to_string(keySizeMax) + ")");
  }
  if (row > std::numeric_limits<std::uint32_t>::max()) {
    throw Error(ErrorCode::invalidArgument, "a batch has too many rows");
  }
  items_.push_back({0, offset, static_cast<std::uint32_t>(size), static_cast<std::uint32_t>(row)});
}

void KeyBatch::dropLast() noexcept {
  bytes_.resize(items_.back().offset);
  items_.pop_back();
}

void KeyBatch::sort() {
  if (items_.size() < 2) return;
  std::size_t common = items_[0].size;
  for (const Item& item : items_) common = commonPrefixSize(key(items_[0]).substr(0, common), key(item));
  for (Item& item : items_) item.head = firstBytes(key(item).substr(common));
  const auto before = [this](const Item& a, const Item& b) {
    if (a.head != b.head) return a.head < b.head;
    const int order = key(a).compare(key(b));
    return order != 0 ? order < 0 : a.row < b.row;
  };
  if (!std::is_sorted(items_.begin(), items_.end(), before)) std::sort(items_.begin(), items_.end(), before);
}

bool KeyBatch::contains(std::string_view wanted) const noexcept {
  const auto found = std::lower_bound(items_.begin(), items_.end(), wanted,
                                      [this](const Item& item, std::string_view bytes) { return key(item) < bytes; });
  return found != items_.end() && key(*found) == wanted;
}

}  // namespace hyperdb::detail
