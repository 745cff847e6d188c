// Trying the alternatives of a C++ type with several, such as a variant.
#pragma once

#include <cstddef>
#include <utility>

#include <hyperdb/validator.hpp>

namespace hyperdb::detail {

/// While one lives, alternatives are tried: a failure has no consequence yet, and is not looked into.
class TrialScope {
 public:
  TrialScope() noexcept;
  TrialScope(const TrialScope&) = delete;
  TrialScope& operator=(const TrialScope&) = delete;
  ~TrialScope();
  static bool isActive() noexcept;
};

/// Returns whether `read(position, strictness)` accepts as one of the alternatives, the first that does. One that fits
/// exactly takes precedence over one that would drop members.
template <class Read>
bool readFirst(std::size_t count, Strictness strictness, Read read) {
  const TrialScope trial;
  for (std::size_t i = 0; i < count; ++i) {
    if (read(i, Strictness::full)) return true;
  }
  for (std::size_t i = 0; strictness == Strictness::shape && i < count; ++i) {
    if (read(i, strictness)) return true;
  }
  return false;
}

/// Returns whether the union accepts the value, kinds included, without the members that the strictness drops from it.
/// Fills `failure` if not.
bool doesUnionAccept(const Validator& all, Value& value, Strictness strictness, ValidationFailure& failure);

/// Says why `readFirst` found nothing: as the union of the alternatives does or, if that accepts the value, as the
/// alternative does whose validator accepts it. Returns false, for `return`.
template <class Read>
bool failAlternatives(ValidationFailure& failure, const Validator& all, const Value& value, Strictness strictness,
                      Read read) {
  if (TrialScope::isActive()) return false;
  Value stored = value;
  if (!doesUnionAccept(all, stored, strictness, failure)) return false;
  std::size_t position = 0;
  while (position + 1 < all.alternatives().size() && !all.alternatives()[position].accepts(stored)) ++position;
  return read(position, strictness);
}

}  // namespace hyperdb::detail
