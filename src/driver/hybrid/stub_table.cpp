#include "driver/hybrid/stub_table.hpp"

#include <algorithm>
#include <utility>

#include <hyperdb/detail/builtin.hpp>
#include <hyperdb/engine/key.hpp>
#include <hyperdb/error.hpp>

#include "driver/hybrid/stub_row.hpp"
#include "driver/memory/tree_builder.hpp"

namespace hyperdb::detail::hybrid {

namespace {

/// Maximum number of empty places in the array per occupied one.
constexpr std::uint64_t emptyPlacesMax = 3;
constexpr std::size_t prefetchDistance = 8;

/// Calls `take(key, its position)` for each key; throws if they do not ascend.
template <class Take>
void forEachKey(const IndexKeys& keys, Take take) {
  std::string_view before;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < keys.entries.size(); ++i) {
    const std::size_t end = keys.entries[i].end;
    const std::string_view key = std::string_view(keys.bytes).substr(begin, end - begin);
    if (i > 0 && key <= before) throw Error(ErrorCode::corruptKey, "the keys do not ascend");
    begin = end;
    before = key;
    take(key, i);
  }
}

std::string idOf(std::string_view key) { return KeyReader(key).readString(); }

}  // namespace

StubTable::StubTable(const IndexKeys& ids, const IsWanted& isWanted) {
  reserve(ids.entries);
  if (isWanted) {
    forEachKey(ids, [&](std::string_view key, std::size_t) { leftOutCount_ += isWanted(idOf(key)) ? 0U : 1U; });
  }
  memory::TreeBuilder builder(ids.entries.size() - leftOutCount_);
  forEachKey(ids, [&](std::string_view key, std::size_t i) {
    std::string id = idOf(key);
    if (isWanted && !isWanted(id)) return;
    RowRef stub = makeStub(std::move(id));
    const std::int64_t number = ids.entries[i].rowNumber;
    (isDense_ ? dense_[positionOf(number)] : sparse_[number]) = stub.get();
    builder.add(key, std::move(stub));
  });
  byIdTree_ = builder.finish();
}

void StubTable::reserve(const std::vector<IndexKeys::KeyEntry>& entries) {
  if (entries.empty()) return;
  const auto [least, greatest] = std::minmax_element(
      entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.rowNumber < b.rowNumber; });
  first_ = least->rowNumber;
  isDense_ = positionOf(greatest->rowNumber) / (1 + emptyPlacesMax) < entries.size();
  if (isDense_) {
    dense_.resize(static_cast<std::size_t>(positionOf(greatest->rowNumber)) + 1);
  } else {
    sparse_.reserve(entries.size());
  }
}

memory::Tree StubTable::treeOf(const IndexKeys& keys) const {
  const std::vector<IndexKeys::KeyEntry>& entries = keys.entries;
  std::size_t count = entries.size();
  if (leftOutCount_ > 0) {
    const auto isLeftOut = [this](const IndexKeys::KeyEntry& entry) { return find(entry.rowNumber) == nullptr; };
    count -= static_cast<std::size_t>(std::count_if(entries.begin(), entries.end(), isLeftOut));
  }
  memory::TreeBuilder builder(count);
  forEachKey(keys, [&](std::string_view key, std::size_t i) {
    // In the order of this index the stubs are scattered over memory, and each of them is written to.
    const std::size_t ahead = i + prefetchDistance;
    if (ahead < entries.size()) prefetchForWrite(find(entries[ahead].rowNumber));
    if (const RowHeader* stub = find(entries[i].rowNumber)) {
      builder.add(key, RowRef(stub));
    } else if (leftOutCount_ == 0) {
      throw Error(ErrorCode::corruptKey, "there is a key of a row that has no id");
    }
  });
  return builder.finish();
}

}  // namespace hyperdb::detail::hybrid
