// Dynamic rows: a RowBox<Object> whose members are sorted by name.
#include <algorithm>
#include <atomic>
#include <cassert>
#include <utility>

#include <hyperdb/detail/failure.hpp>
#include <hyperdb/engine/row_type.hpp>

#include "schema/unknown_members.hpp"
#include "schema/validator_node.hpp"
#include "value/json_text.hpp"

namespace hyperdb {

namespace {

/// Columns are numbered by the order of their names in the whole schema. An object's members are sorted too, so a row
/// that lacks no field before a column has it at exactly that position.
///
/// Counts its users: the handle that `objectRowType` returned, and each row. A row may outlive its table, and needs
/// its type to be destroyed.
class ObjectRowType final : public RowType {
 public:
  explicit ObjectRowType(Validator schema) : schema_(std::move(schema)) {
    for (const Validator* variant : detail::rowVariants(schema_)) {
      for (const Validator::Field& field : variant->fields()) columnNames_.push_back(field.name);
    }
    std::sort(columnNames_.begin(), columnNames_.end());
    columnNames_.erase(std::unique(columnNames_.begin(), columnNames_.end()), columnNames_.end());
    idNumber_ = numberOf("id");
  }

  const void* representation() const noexcept override { return objectRepresentation(); }
  const Validator& schema() const noexcept override { return schema_; }

  Column column(std::string_view name) const override { return Column{numberOf(name), std::string(name)}; }

  std::string_view id(const RowHeader& row) const noexcept override {
    const Value* value = find(contentOf(row), idNumber_, "id");
    const std::string* text = value != nullptr ? value->get<std::string>() : nullptr;
    assert(text != nullptr);  // fromObject makes no other rows
    return text != nullptr ? std::string_view(*text) : std::string_view();
  }

  bool appendColumn(const RowHeader& row, const Column& column, KeyWriter& out) const override {
    const Value* value = find(contentOf(row), column.number, column.name);
    return value != nullptr && out.appendValue(*value);
  }

  bool equal(const RowHeader& a, const RowHeader& b) const noexcept override { return contentOf(a) == contentOf(b); }

  std::optional<ValidationFailure> check(const RowHeader& row, Strictness strictness) const override {
    Value copy{contentOf(row)};
    return normalize(copy, strictness);
  }

  Object toObject(const RowHeader& row) const override { return contentOf(row); }

  RowRef fromObject(Object object, Strictness strictness, ValidationFailure& failure) const override {
    Value value{std::move(object)};
    if (std::optional<ValidationFailure> found = normalize(value, strictness)) {
      failure = *std::move(found);
      return RowRef();
    }
    RowRef row(new RowBox<Object>(*this, std::move(*value.get<Object>())));
    retain();
    return row;
  }

  void appendJson(const RowHeader& row, std::string& out) const override {
    detail::appendJsonObject(out, contentOf(row));
    detail::appendUnknownMembers(row, out);
  }

  void destroy(const RowHeader& row) const noexcept override {
    delete &boxOf(row);
    release();
  }

  void release() const noexcept {
    if (usersCount_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
  }

 protected:
  Object takeUnknownMembers(Object& stored) const override {
    // A stored member is most often at the position of its column.
    std::size_t next = 0;
    const auto isKnown = [this, &next](const std::string& name) {
      while (next < columnNames_.size() && columnNames_[next] < name) ++next;
      if (next < columnNames_.size() && columnNames_[next] == name) return true;
      return std::binary_search(columnNames_.begin(), columnNames_.end(), name);
    };
    return detail::takeMembersUnless(stored, isKnown);
  }

 private:
  ~ObjectRowType() override = default;

  void retain() const noexcept { usersCount_.fetch_add(1, std::memory_order_relaxed); }

  static const RowBox<Object>& boxOf(const RowHeader& row) noexcept { return static_cast<const RowBox<Object>&>(row); }
  static const Object& contentOf(const RowHeader& row) noexcept { return boxOf(row).value; }

  std::size_t numberOf(std::string_view name) const {
    auto position = std::lower_bound(columnNames_.begin(), columnNames_.end(), name);
    return static_cast<std::size_t>(position - columnNames_.begin());
  }

  static const Value* find(const Object& object, std::size_t number, std::string_view name) noexcept {
    if (number < object.size() && object.begin()[number].name == name) return &object.begin()[number].value;
    return object.find(name);
  }

  /// Normalises, and checks, whatever the schema and the strictness, that the row's id is a string.
  std::optional<ValidationFailure> normalize(Value& row, Strictness strictness) const {
    if (std::optional<ValidationFailure> failure = schema_.normalize(row, strictness)) return failure;
    const Object* object = row.get<Object>();
    const Value* id = object != nullptr ? object->find("id") : nullptr;
    if (id != nullptr && id->get<std::string>() != nullptr) return std::nullopt;
    ValidationFailure failure;
    detail::failKind(failure, ValidatorKind::string, id != nullptr ? *id : Value());
    detail::failIn(failure, "id");
    return failure;
  }

  Validator schema_;
  std::vector<std::string> columnNames_;  // sorted
  std::size_t idNumber_ = 0;
  mutable std::atomic<std::int64_t> usersCount_{1};
};

}  // namespace

const void* objectRepresentation() noexcept {
  static constexpr char tag = 0;  // its address identifies the C++ type
  return &tag;
}

std::shared_ptr<const RowType> objectRowType(Validator schema) {
  auto* type = new ObjectRowType(std::move(schema));
  // If the shared pointer can't be made, it calls the deleter itself.
  return std::shared_ptr<const RowType>(type, [](const ObjectRowType* made) { made->release(); });
}

}  // namespace hyperdb
