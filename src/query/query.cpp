#include <hyperdb/query.hpp>

#include <hyperdb/error.hpp>

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

QueryBase QueryBase::withCount() const {
  QueryBase changed = *this;
  changed.spec_.isCount = true;
  return changed;
}

namespace {

[[noreturn]] void failAfter(const TableDef& table, std::size_t indexNumber) {
  throw Error(ErrorCode::invalidArgument, "no page begins behind a row that lacks a column of the index",
              {table.name(), table.index(indexNumber).name, {}, {}, {}});
}

}  // namespace

QueryBase QueryBase::withAfter(const RowHeader& row) const {
  const TableDef& table = *spec_.table;
  const std::size_t indexNumber = table.indexNumber(spec_.indexName);
  QueryBase changed = *this;
  if (!table.appendIndexKey(indexNumber, row, changed.spec_.after.emplace())) failAfter(table, indexNumber);
  return changed;
}

QueryBase QueryBase::withAfter(const Object& row) const {
  const TableDef& table = *spec_.table;
  const std::size_t indexNumber = table.indexNumber(spec_.indexName);
  const IndexDef& index = table.index(indexNumber);
  QueryBase changed = *this;
  KeyWriter key(changed.spec_.after.emplace());
  for (const RowType::Column& column : index.columns) {
    const Value* value = row.find(column.name);
    if (value == nullptr || !key.appendValue(*value)) failAfter(table, indexNumber);
  }
  const Value* id = row.find("id");
  if (id == nullptr || id->get<std::string>() == nullptr) failAfter(table, indexNumber);
  if (!index.isUnique()) key.appendIdTail(*id->get<std::string>());
  return changed;
}

QueryBase QueryBase::withMore(std::vector<Branch> branches) const {
  if (!spec_.branches) return withBranches(std::move(branches));
  std::vector<Branch> joined;
  joined.reserve(spec_.branches->size() * branches.size());
  for (const Branch& first : *spec_.branches) {
    for (const Branch& second : branches) {
      joined.push_back(first);
      joined.back().insert(joined.back().end(), second.begin(), second.end());
    }
  }
  return withBranches(std::move(joined));
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
