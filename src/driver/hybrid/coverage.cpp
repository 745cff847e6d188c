#include "driver/hybrid/coverage.hpp"

#include <iterator>
#include <utility>

namespace hyperdb::detail::hybrid {

Coverage::Ranges::const_iterator Coverage::lastFrom(std::string_view key) const noexcept {
  const auto after = ranges_.upper_bound(key);
  return after == ranges_.begin() ? ranges_.end() : std::prev(after);
}

bool Coverage::covers(const KeyRange& range) const noexcept {
  if (range.empty()) return true;
  const auto found = lastFrom(range.lower);
  if (found == ranges_.end()) return false;
  return range.unbounded ? found->second.unbounded : found->second.reaches(range.upper);
}

bool Coverage::contains(std::string_view key) const noexcept {
  const auto found = lastFrom(key);
  return found != ranges_.end() && (found->second.unbounded || key < std::string_view(found->second.upper));
}

Coverage::Front Coverage::front(const KeyRange& range, bool isDescending) const noexcept {
  if (!isDescending) {
    const auto found = lastFrom(range.lower);
    if (found == ranges_.end() || !(found->second.unbounded || found->second.upper > range.lower)) return {};
    const bool isAll = range.unbounded ? found->second.unbounded : found->second.reaches(range.upper);
    if (isAll) return {range.lower, range.upper, range.unbounded};
    return {range.lower, found->second.upper, false};
  }
  auto found = range.unbounded ? ranges_.end() : ranges_.lower_bound(range.upper);
  if (found == ranges_.begin()) return {};
  --found;
  const bool reachesEnd = range.unbounded ? found->second.unbounded : found->second.reaches(range.upper);
  if (!reachesEnd) return {};
  return {found->first > range.lower ? std::string_view(found->first) : std::string_view(range.lower), range.upper,
          range.unbounded};
}

bool Coverage::isWhole() const noexcept {
  return ranges_.size() == 1 && ranges_.begin()->first.empty() && ranges_.begin()->second.unbounded;
}

void Coverage::add(KeyRange range) {
  if (range.empty()) return;
  auto first = ranges_.upper_bound(range.lower);
  if (first != ranges_.begin()) {
    const auto before = std::prev(first);
    if (before->second.reaches(range.lower)) {
      first = before;
      range.lower = before->first;
    }
  }
  auto last = first;
  for (; last != ranges_.end() && (range.unbounded || last->first <= range.upper); ++last) {
    if (range.unbounded) continue;
    if (last->second.unbounded) {
      range.unbounded = true;
      range.upper.clear();
    } else if (last->second.upper > range.upper) {
      range.upper = last->second.upper;
    }
  }
  if (first != last && first->first == range.lower) {
    // The node stays: only its end changes.
    ranges_.erase(std::next(first), last);
    first->second = {std::move(range.upper), range.unbounded};
  } else {
    const auto hint = ranges_.erase(first, last);
    ranges_.emplace_hint(hint, std::move(range.lower), End{std::move(range.upper), range.unbounded});
  }
}

void Coverage::appendGaps(const KeyRange& range, std::vector<KeyRange>& gaps) const {
  if (range.empty()) return;
  KeyBytes from = range.lower;
  auto next = lastFrom(range.lower);
  if (next == ranges_.end()) next = ranges_.begin();
  for (; next != ranges_.end() && (range.unbounded || next->first < range.upper); ++next) {
    if (!next->second.reaches(from)) continue;  // it ends before the range
    if (next->first > from) gaps.push_back(KeyRange::between(from, next->first));
    if (next->second.unbounded) return;
    if (next->second.upper > from) from = next->second.upper;
  }
  KeyRange rest{std::move(from), range.upper, range.unbounded};
  if (!rest.empty()) gaps.push_back(std::move(rest));
}

bool isPrefix(const KeyRange& range) noexcept {
  const KeyBytes& lower = range.lower;
  const KeyBytes& upper = range.upper;
  if (range.unbounded || lower.empty() || lower.size() != upper.size()) return false;
  const std::size_t last = lower.size() - 1;
  return lower.compare(0, last, upper, 0, last) == 0 &&
         static_cast<unsigned char>(lower[last]) + 1 == static_cast<unsigned char>(upper[last]);
}

}  // namespace hyperdb::detail::hybrid
