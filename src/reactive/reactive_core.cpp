#include "reactive/reactive_core.hpp"

#include <utility>

#include "base/saturating_time.hpp"

namespace hyperdb::detail {

namespace {

std::string describeArguments(const Array& arguments) {
  std::string text;
  for (const Value& argument : arguments) text += (text.empty() ? "" : ", ") + describe(argument);
  return text;
}

}  // namespace

ReactiveCore::~ReactiveCore() { onClose(); }

std::shared_ptr<SelectorEntry> ReactiveCore::entry(const std::shared_ptr<const SelectorSource>& source,
                                                   const Traits& traits, const std::string& key) {
  evictExpired();
  if (!source->def()->options.memoization.root) {
    return std::make_shared<SelectorEntry>(*this, source, traits, key, false);
  }
  const auto found = shared_.find(key);
  if (found != shared_.end()) return found->second;
  auto made = std::make_shared<SelectorEntry>(*this, source, traits, key, true);
  shared_.emplace(key, made);
  return made;
}

void ReactiveCore::addEntry(SelectorEntry& entry) {
  // Room for all entries: without memory, all of them may have to be invalidated.
  if (invalidated_.capacity() <= entries_.size()) invalidated_.reserve(2 * entries_.size() + 1);
  entries_.insert(&entry);
}

void ReactiveCore::removeEntry(SelectorEntry& entry) noexcept {
  entries_.erase(&entry);
  cancelExpiry(entry);
}

void ReactiveCore::scheduleExpiry(SelectorEntry& entry) noexcept {
  if (!entry.isShared() || entry.hasListeners()) return;
  const std::int64_t own = entry.options().gcTimeMs;
  const std::int64_t gcTimeMs = own == SelectorOptions::unsetGcTimeMs ? database_.options().gcTimeMs : own;
  if (gcTimeMs == 0) return evict(entry);
  cancelExpiry(entry);
  try {
    const std::int64_t expiresAtMs = saturatingAdd(database_.clock().nowMs(), gcTimeMs);
    entry.expiry = expiring_.emplace(expiresAtMs, &entry).first;
  } catch (...) {
    evict(entry);  // no memory to queue it for expiry: released at once
  }
}

void ReactiveCore::cancelExpiry(SelectorEntry& entry) noexcept {
  if (const auto expiry = std::exchange(entry.expiry, std::nullopt)) expiring_.erase(*expiry);
}

void ReactiveCore::evictExpired() {
  if (expiring_.empty()) return;
  const std::int64_t nowMs = database_.clock().nowMs();
  while (!expiring_.empty() && expiring_.begin()->first <= nowMs) evict(*expiring_.begin()->second);
}

void ReactiveCore::evict(SelectorEntry& entry) noexcept {
  const auto found = shared_.find(entry.key());
  if (found == shared_.end() || found->second.get() != &entry) return;
  const std::shared_ptr<SelectorEntry> kept = std::move(found->second);
  shared_.erase(found);
  kept->close();
}

void ReactiveCore::runEnded() noexcept {
  if (--runsInFlightCount_ == 0) recentCommits_.clear();
}

std::shared_ptr<SelectorEntry> ReactiveCore::find(const std::string& key) const {
  const auto found = shared_.find(key);
  return found == shared_.end() ? nullptr : found->second;
}

void ReactiveCore::onCommit(const CommitPtr& commit) noexcept {
  invalidated_.clear();
  try {
    evictExpired();
    if (commit == nullptr) {
      invalidateAll();
      return rerunInvalidated();
    }
    if (runsInFlightCount_ > 0) recentCommits_.push_back(commit);
    const std::uint64_t comparedBefore = reportsEnabled_ ? ranges_.rangesCompared() : 0;
    for (const Op& op : commit->ops) invalidateDependents(op, commit->revision);
    database_.work().selectorsLeftAlone += entries_.size() - invalidated_.size();
    if (reportsEnabled_) writeReport(commit->revision, comparedBefore);
  } catch (...) {
    database_.notifier().report(std::current_exception());
    invalidateAll();
  }
  rerunInvalidated();
}

void ReactiveCore::invalidateAll() noexcept {
  unknownRevision_ = database_.revision();
  for (SelectorEntry* entry : entries_) entry->invalidateAll();
  try {
    invalidated_.clear();
    for (SelectorEntry* entry : entries_) invalidated_.push_back(entry->shared_from_this());
  } catch (...) {
    // An entry that is not in the list runs when it is read.
  }
}

void ReactiveCore::invalidateDependents(const Op& op, std::int64_t revision) {
  if (op.oldRow == op.newRow) return;
  const auto* indexes = ranges_.find(*op.table);
  if (indexes == nullptr) return;
  for (std::size_t i = 0; i < indexes->size(); ++i) {
    const RangeIndex* index = (*indexes)[i].get();
    if (index == nullptr || index->empty()) continue;
    oldKey_.clear();
    newKey_.clear();
    const bool wasIn = op.oldRow && op.table->appendIndexKey(i, *op.oldRow, oldKey_);
    const bool isIn = op.newRow && op.table->appendIndexKey(i, *op.newRow, newKey_);
    if (wasIn) stab(*index, op, i, oldKey_, revision);
    if (isIn && !(wasIn && oldKey_ == newKey_)) stab(*index, op, i, newKey_, revision);
  }
}

void ReactiveCore::stab(const RangeIndex& index, const Op& op, std::size_t indexNumber, const KeyBytes& key,
                        std::int64_t revision) {
  index.stab(key, [&](RangeDependent& dependent, const KeyRangeView& range) {
    auto& node = static_cast<ReadNode&>(dependent);
    SelectorEntry& entry = node.entry();
    entry.prefetch();
    if (node.isInvalid()) return;
    const bool isFirst = !entry.isInvalidated();
    node.invalidate();
    if (!isFirst) return;
    entry.invalidate(revision, op, indexNumber, key, range);
    invalidated_.push_back(entry.shared_from_this());
  });
}

void ReactiveCore::rerunInvalidated() noexcept {
  std::vector<std::shared_ptr<SelectorEntry>> entries;
  entries.swap(invalidated_);
  for (const auto& entry : entries) {
    if (entry->isClosed() || !entry->hasListeners()) continue;
    if (!entry->isRunning()) {
      ++database_.work().selectorsRerun;
      entry->rerun();
    }
    entry->holdCallbacks();
  }
  entries.clear();
  if (invalidated_.empty() && invalidated_.capacity() < entries.capacity()) invalidated_.swap(entries);
}

void ReactiveCore::writeReport(std::int64_t revision, std::uint64_t rangesComparedBefore) {
  report_ = CommitReport{
      revision, {}, entries_.size() - invalidated_.size(), ranges_.rangesCompared() - rangesComparedBefore};
  for (const auto& entry : invalidated_) {
    report_.woken.push_back({entry->source().def()->name, describeArguments(entry->source().arguments().toArray()),
                             entry->lastWake().describe(), entry->hasListeners()});
  }
}

bool ReactiveCore::invalidateSince(SelectorEntry& entry, ReadNode& reads, std::int64_t revision) {
  if (unknownRevision_ > revision) {
    reads.invalidateAll();
    return true;
  }
  bool isInvalid = false;
  KeyBytes key;
  const auto invalidateByRow = [&](const Op& op, const RowRef& row, std::int64_t commitRevision) {
    if (!row) return;
    for (std::size_t i = 0; i < op.table->indexes().size(); ++i) {
      key.clear();
      if (!op.table->appendIndexKey(i, *row, key)) continue;
      const KeyRange* range = reads.invalidateContaining(*op.table, i, key);
      if (range == nullptr || std::exchange(isInvalid, true)) continue;
      entry.invalidate(commitRevision, op, i, key, KeyRangeView{range->lower, range->upper, 0, range->unbounded});
    }
  };
  for (const CommitPtr& commit : recentCommits_) {
    if (commit->revision <= revision) continue;
    for (const Op& op : commit->ops) {
      if (op.oldRow == op.newRow) continue;
      invalidateByRow(op, op.newRow, commit->revision);
      invalidateByRow(op, op.oldRow, commit->revision);
    }
  }
  return isInvalid;
}

void ReactiveCore::onClose() noexcept {
  while (!entries_.empty()) {
    SelectorEntry* const entry = *entries_.begin();
    const std::shared_ptr<SelectorEntry> kept = entry->weak_from_this().lock();
    entry->close();
  }
  shared_.clear();
  recentCommits_.clear();
}

void ReactiveCore::addStats(StatsParts& parts) const noexcept {
  parts.stats.entries += static_cast<std::int64_t>(entries_.size());
  parts.stats.ranges += static_cast<std::int64_t>(ranges_.rangesCount());
  for (const SelectorEntry* entry : entries_) parts.stats.subscriptions += entry->listenersCount();
  parts.counters.rangesCompared += ranges_.rangesCompared();
}

}  // namespace hyperdb::detail
