// Rows as text, for row types that know no shorter way.
#include <hyperdb/row_type.hpp>

#include <hyperdb/json.hpp>

namespace hyperdb {

void RowType::appendJson(const RowHeader& row, std::string& out) const {
  hyperdb::appendJson(out, Value(toObject(row)));
}

RowRef RowType::fromJson(std::string_view text, Strictness strictness, ValidationFailure& failure) const {
  Value value = parseJson(text);
  if (auto* object = value.get<Object>()) return fromObject(std::move(*object), strictness, failure);
  failure = {{}, "an object", describe(value)};
  return {};
}

}  // namespace hyperdb
