// The compiled part of Rows and Changes: errors, and conversion of typed rows to objects.
#include <hyperdb/changes.hpp>
#include <hyperdb/detail/struct_row_type.hpp>
#include <hyperdb/engine/row_type.hpp>
#include <hyperdb/error.hpp>
#include <hyperdb/rows.hpp>

namespace hyperdb {

namespace detail {

void throwBadPosition(std::size_t position, std::size_t size) {
  throw Error(ErrorCode::invalidArgument,
              "position " + std::to_string(position) + " in a result of " + std::to_string(size) + " rows");
}

void throwOtherList(std::size_t size, std::size_t expected) {
  throw Error(ErrorCode::invalidArgument, "changes of a list of " + std::to_string(expected) +
                                              " rows can't be applied to one of " + std::to_string(size));
}

namespace {

const RowBox<Object>& boxOf(const RowHeader& row) noexcept { return static_cast<const RowBox<Object>&>(row); }

/// Copies of typed rows as objects, for results only: they are never stored.
class ConvertedRowType final : public RowType {
 public:
  const Validator& schema() const noexcept override { return schema_; }
  Column column(std::string_view name) const override { return {0, std::string(name)}; }
  std::string_view id(const RowHeader& row) const noexcept override {
    const Value* id = boxOf(row).value.find("id");
    const std::string* text = id == nullptr ? nullptr : id->get<std::string>();
    return text == nullptr ? std::string_view() : std::string_view(*text);
  }
  bool appendColumn(const RowHeader& row, const Column& column, KeyWriter& out) const override {
    const Value* value = boxOf(row).value.find(column.name);
    return value != nullptr && out.appendValue(*value);
  }
  const void* representation() const noexcept override { return objectRepresentation(); }
  bool equal(const RowHeader& a, const RowHeader& b) const noexcept override {
    return boxOf(a).value == boxOf(b).value;
  }
  std::optional<ValidationFailure> check(const RowHeader&, Strictness) const override { return std::nullopt; }
  Object toObject(const RowHeader& row) const override { return boxOf(row).value; }
  RowRef fromObject(Object object, Strictness, ValidationFailure&) const override {
    return RowRef(new RowBox<Object>(*this, std::move(object)));
  }
  void destroy(const RowHeader& row) const noexcept override { delete &boxOf(row); }

 private:
  Validator schema_ = v::any();
};

const ConvertedRowType& convertedRowType() {
  static const auto& type = *new ConvertedRowType;  // rows may outlive static objects
  return type;
}

}  // namespace
}  // namespace detail

RowRef toObjectRow(const RowRef& row) {
  if (!row || isObjectRowType(row->type())) return row;
  ValidationFailure failure;
  return detail::convertedRowType().fromObject(row->type().toObject(*row), Strictness::shape, failure);
}

RowSequence toObjectRows(const RowSequence& rows) {
  if (rows.empty() || isObjectRowType(rows[0]->type())) return rows;
  std::vector<RowRef> converted;
  converted.reserve(rows.size());
  for (std::size_t position = 0; position < rows.size();) {
    const RowRun run = rows.runAt(position);
    for (std::size_t i = 0; i < run.count; ++i) {
      converted.push_back(toObjectRow(run.rows[static_cast<std::ptrdiff_t>(i) * run.step]));
    }
    position += run.count;
  }
  return RowSequence::fromRows(std::move(converted));
}

}  // namespace hyperdb
