#include "driver/sqlite/row_cache.hpp"

#include <bit>
#include <cstring>
#include <random>
#include <utility>

namespace hyperdb::detail::sqlite {

namespace {

constexpr std::size_t entriesMin = 1024;

struct Secrets {
  std::uint64_t words[3];
};

const Secrets& secrets() {
  static const Secrets made = [] {
    std::random_device device;
    Secrets result{};
    for (std::uint64_t& word : result.words) word = (std::uint64_t{device()} << 32 | device()) | 1U;
    return result;
  }();
  return made;
}

std::uint64_t fold(std::uint64_t a, std::uint64_t b) noexcept {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t loadWord(const char* bytes) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, 8);
  return word;
}

}  // namespace

std::uint64_t hashText(std::string_view text) noexcept {
  const Secrets& secret = secrets();
  std::uint64_t hash = secret.words[0] ^ text.size();
  while (text.size() >= 16) {
    hash = fold(loadWord(text.data()) ^ secret.words[1], loadWord(text.data() + 8) ^ hash);
    text.remove_prefix(16);
  }
  char rest[16] = {};
  if (!text.empty()) std::memcpy(rest, text.data(), text.size());
  hash = fold(loadWord(rest) ^ secret.words[2], loadWord(rest + 8) ^ hash);
  return fold(hash ^ secret.words[0], secret.words[1]);
}

RowCache::RowCache(std::size_t rowsMax) : entriesMax_(rowsMax == 0 ? 0 : std::bit_ceil(rowsMax)) {
  if (entriesMax_ != 0 && entriesMax_ < entriesMin) entriesMax_ = entriesMin;
}

std::size_t RowCache::setOf(const Name& name) const noexcept {
  const auto mixed = (static_cast<std::uint64_t>(name.rowNumber) + (std::uint64_t{name.table} << 48)) *
                     std::uint64_t{0x9E3779B97F4A7C15};
  return (mixed >> 32) % (entries_.size() / places) * places;
}

RowRef RowCache::find(const Name& name) const noexcept {
  const std::lock_guard lock(mutex_);
  if (entries_.empty()) return {};
  const Entry* set = entries_.data() + setOf(name);
  for (std::size_t i = 0; i < places; ++i) {
    if (set[i].rowNumber == name.rowNumber && set[i].table == name.table && set[i].row) {
      return set[i].textHash == name.textHash ? set[i].row : RowRef();
    }
  }
  return {};
}

void RowCache::put(const Name& name, RowRef row) noexcept {
  RowRef replaced;  // dies after the lock
  const std::lock_guard lock(mutex_);
  if (entriesMax_ == 0) return;
  try {
    const bool isFull = overflowsCount_ * 8 > entries_.size();
    if (entries_.empty() || (isFull && entries_.size() < entriesMax_)) grow();
  } catch (...) {
    if (entries_.empty()) return;
  }
  replaced = store(name, std::move(row));
}

RowRef RowCache::store(const Name& name, RowRef row) noexcept {
  Entry* set = entries_.data() + setOf(name);
  Entry* place = nullptr;
  for (std::size_t i = 0; i < places; ++i) {
    const bool isSame = set[i].rowNumber == name.rowNumber && set[i].table == name.table;
    if (isSame || (place == nullptr && !set[i].row)) place = &set[i];
    if (isSame) break;
  }
  if (place == nullptr) {
    place = set + nextVictim_++ % places;
    ++overflowsCount_;
  }
  RowRef replaced = std::exchange(place->row, std::move(row));
  place->rowNumber = name.rowNumber;
  place->textHash = name.textHash;
  place->table = name.table;
  return replaced;
}

void RowCache::grow() {
  std::vector<Entry> old(entries_.empty() ? std::min(entriesMin, entriesMax_) : entries_.size() * 2);
  old.swap(entries_);
  for (Entry& entry : old) {
    if (entry.row) store({entry.table, entry.rowNumber, entry.textHash}, std::move(entry.row));
  }
  overflowsCount_ = 0;
}

void RowCache::clear() noexcept {
  std::vector<Entry> gone;
  const std::lock_guard lock(mutex_);
  gone.swap(entries_);
  overflowsCount_ = 0;
}

}  // namespace hyperdb::detail::sqlite
