// Rows by id: the query for them, and their rows by position and by id.
#include <hyperdb/by_id.hpp>

#include <algorithm>

#include <hyperdb/conditions.hpp>

namespace hyperdb::detail {

namespace {

std::string_view idOf(const RowRef& row) noexcept { return row->type().id(*row); }

QuerySpec specOf(const TableBase& table, Condition condition) {
  QuerySpec spec;
  spec.table = table.sharedDef();
  spec.indexName = "byId";
  spec.branches.emplace(1).front().push_back(std::move(condition));
  return spec;
}

/// Returns the place of the row with this id, existing or not.
std::vector<RowRef>::const_iterator placeOf(const std::vector<RowRef>& rows, std::string_view id) noexcept {
  return std::lower_bound(rows.begin(), rows.end(), id,
                          [](const RowRef& row, std::string_view wanted) { return idOf(row) < wanted; });
}

RowRef findIn(const std::vector<RowRef>& rows, std::string_view id) noexcept {
  const auto place = placeOf(rows, id);
  return place != rows.end() && idOf(*place) == id ? *place : RowRef();
}

}  // namespace

QuerySpec specOfId(const TableBase& table, std::string_view id) {
  QuerySpec spec = specOf(table, makeTypedCondition("id", ConditionOp::eq, id));
  spec.first = true;
  return spec;
}

QuerySpec specOfIds(const TableBase& table, const std::vector<std::string>& ids) {
  Condition condition = makeMembership("id");
  for (const std::string& id : ids) KeyWriter(condition.operand).appendString(id);
  return specOf(table, std::move(condition));
}

RowsByIdBase::RowsByIdBase(const std::vector<std::string>& ids, const RowSequence& rows) {
  auto body = std::make_shared<Body>();
  body->found.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) body->found.push_back(rows[i]);
  // Not quite the order of the index, which is that of UTF-16.
  std::sort(body->found.begin(), body->found.end(), [](const RowRef& a, const RowRef& b) { return idOf(a) < idOf(b); });
  body->asked.reserve(ids.size());
  for (const std::string& id : ids) body->asked.push_back(findIn(body->found, id));
  body_ = std::move(body);
}

RowRef RowsByIdBase::findRow(std::string_view id) const noexcept { return body_ ? findIn(body_->found, id) : RowRef(); }

RowSequence RowsByIdBase::foundRows() const {
  std::vector<RowRef> rows;
  for (std::size_t i = 0; i < size(); ++i) {
    if (at(i)) rows.push_back(at(i));
  }
  return RowSequence::fromRows(std::move(rows));
}

bool RowsByIdBase::equals(const RowsByIdBase& other) const noexcept {
  if (body_ == other.body_) return true;
  if (size() != other.size()) return false;
  for (std::size_t i = 0; i < size(); ++i) {
    if (!isSameRow(at(i), other.at(i))) return false;
  }
  return true;
}

}  // namespace hyperdb::detail
