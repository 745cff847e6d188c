#include <hyperdb/snapshot.hpp>

namespace hyperdb {

RowSequence Snapshot::scan(const QuerySpec& query) const {
  const ScanPlan plan = planQuery(query);
  if (plan.ranges.empty() || plan.limit == 0) return {};
  return body_->scan(plan).rows;
}

}  // namespace hyperdb
