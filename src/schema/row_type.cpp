// The default conversion of rows to and from text.
#include <hyperdb/engine/row_type.hpp>

#include <hyperdb/detail/failure.hpp>
#include <hyperdb/json.hpp>

namespace hyperdb {

void RowType::appendJson(const RowHeader& row, std::string& out) const {
  hyperdb::appendJson(out, Value(toObject(row)));
}

RowRef RowType::fromJson(std::string_view text, Strictness strictness, ValidationFailure& failure) const {
  Value value = parseJson(text);
  if (auto* object = value.get<Object>()) {
    if (strictness == Strictness::shape) return fromStored(std::move(*object), failure);
    return fromObject(std::move(*object), strictness, failure);
  }
  detail::failKind(failure, ValidatorKind::object, value);
  return {};
}

RowRef RowType::fromStored(Object stored, ValidationFailure& failure) const {
  Object unknown = takeUnknownMembers(stored);
  RowRef row = fromObject(std::move(stored), Strictness::shape, failure);
  if (row) row->keepUnknownMembers(std::move(unknown));
  return row;
}

Object RowType::takeUnknownMembers(Object&) const { return {}; }

}  // namespace hyperdb
