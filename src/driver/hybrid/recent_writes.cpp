#include "driver/hybrid/recent_writes.hpp"

#include <cassert>
#include <utility>

namespace hyperdb::detail::hybrid {

void RecentWrites::wrote(std::size_t slot, std::string_view id, std::uint64_t commit) {
  tables_[slot].insert_or_assign(std::string(id), LastWrite{commit, 0});
}

void RecentWrites::wroteElsewhere(std::size_t slot, std::string_view id) {
  assert(!isUnflushed(slot, id));
  if (readings_.empty()) return;
  expiring_.push_back({lastReading_, slot, std::string(id)});
  tables_[slot].insert_or_assign(std::string(id), LastWrite{0, lastReading_});
}

void RecentWrites::rolledBack(std::size_t slot, std::string_view id) {
  const auto found = tables_[slot].find(id);
  if (found != tables_[slot].end()) tables_[slot].erase(found);
  wroteElsewhere(slot, id);
}

void RecentWrites::flushed(std::size_t slot, std::string_view id, std::uint64_t commit) {
  const auto found = tables_[slot].find(id);
  if (found == tables_[slot].end() || found->second.flushedAt != 0 || found->second.commit > commit) return;
  if (readings_.empty()) {
    tables_[slot].erase(found);
    return;
  }
  expiring_.push_back({lastReading_, slot, std::string(id)});
  found->second.flushedAt = lastReading_;
}

void RecentWrites::clearFlushed() {
  expiring_.clear();
  for (Table& table : tables_) {
    boost::unordered::erase_if(table, [](const auto& entry) { return entry.second.flushedAt != 0; });
  }
}

void RecentWrites::ended(std::uint64_t reading) noexcept {
  readings_.erase(reading);
  while (!expiring_.empty() && (readings_.empty() || *readings_.begin() > expiring_.front().reading)) {
    const Expiring& first = expiring_.front();
    const auto found = tables_[first.slot].find(std::string_view(first.id));
    // The id may have been written again.
    if (found != tables_[first.slot].end() && found->second.flushedAt == first.reading) {
      tables_[first.slot].erase(found);
    }
    expiring_.pop_front();
  }
}

std::size_t RecentWrites::idsCount() const noexcept {
  std::size_t count = 0;
  for (const Table& table : tables_) count += table.size();
  return count;
}

}  // namespace hyperdb::detail::hybrid
