#include "schema/alternatives.hpp"

#include <hyperdb/detail/failure.hpp>

#include "schema/normalizer.hpp"

namespace hyperdb::detail {

namespace {

thread_local int trialsCount = 0;

}  // namespace

TrialScope::TrialScope() noexcept { ++trialsCount; }
TrialScope::~TrialScope() { --trialsCount; }
bool TrialScope::isActive() noexcept { return trialsCount > 0; }

bool doesUnionAccept(const Validator& all, Value& value, Strictness strictness, ValidationFailure& failure) {
  for (const Strictness each : {strictness, Strictness::full}) {
    Normalizer normalizer(each);
    if (normalizer.apply(all, value)) continue;
    failure = std::move(normalizer.failure());
    return false;
  }
  return true;
}

bool failNullable(ValidationFailure& failure, Validator (*nullable)(), Value& value, Strictness strictness) {
  if (failure.path.empty() && !TrialScope::isActive()) doesUnionAccept(nullable(), value, strictness, failure);
  return false;
}

}  // namespace hyperdb::detail
