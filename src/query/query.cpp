#include <hyperdb/query.hpp>

namespace hyperdb::detail {

QueryBase::QueryBase(QuerySpec spec) noexcept : spec_(std::move(spec)) {}
QueryBase::QueryBase(std::shared_ptr<const TableDef> table, std::string_view indexName) {
  spec_.table = std::move(table);
  spec_.indexName.assign(indexName);
}
QueryBase::QueryBase(const QueryBase&) = default;
QueryBase::QueryBase(QueryBase&&) noexcept = default;
QueryBase& QueryBase::operator=(const QueryBase&) = default;
QueryBase& QueryBase::operator=(QueryBase&&) noexcept = default;
QueryBase::~QueryBase() = default;

QuerySpec QueryBase::spec() && noexcept { return std::move(spec_); }

QueryBase QueryBase::with(Order order) const {
  QueryBase changed = *this;
  changed.spec_.order = order;
  return changed;
}

QueryBase QueryBase::withLimit(std::int64_t limit) const {
  QueryBase changed = *this;
  changed.spec_.limit = limit;
  return changed;
}

QueryBase QueryBase::withFirst() const {
  QueryBase changed = *this;
  changed.spec_.first = true;
  return changed;
}

QueryBase QueryBase::withBranches(std::vector<Branch> branches) const {
  QueryBase changed = *this;
  changed.spec_.branches = std::move(branches);
  return changed;
}

QueryBase QueryBase::withConditions(const ConditionArgument* conditions, std::size_t count) const {
  QueryBase changed = *this;
  Branch& branch = changed.spec_.branches.emplace(1).front();
  branch.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    if (conditions[i].moved != nullptr) {
      branch.push_back(std::move(*conditions[i].moved));
    } else {
      branch.push_back(*conditions[i].copied);
    }
  }
  return changed;
}

}  // namespace hyperdb::detail
